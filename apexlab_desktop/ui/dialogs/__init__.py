"""Dialogs: receipt, palette, keys, preferences."""
