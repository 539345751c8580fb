"""Vendor files to `RawSession`; `registry.load` is the way in."""
