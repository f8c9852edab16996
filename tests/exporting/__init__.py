"""Exports: what other programs read back."""
