"""Shapes only: payloads, frames, tables, settings, errors. No I/O."""
