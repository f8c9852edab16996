"""Reads and writes, one module per stored noun."""
