"""The window. Importing it imports Qt and the standard library, nothing heavier."""
