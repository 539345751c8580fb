"""The SQLite library: one file, one writer, one transaction per use-case."""
