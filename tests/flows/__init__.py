"""Flows and commands, run in this process against the loopback upstream."""
