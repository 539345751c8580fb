"""Pure analysis on numpy arrays: no Qt, no SQL, no HTTP, no files, no clock, no randomness."""
