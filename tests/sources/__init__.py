"""The upstream clients: what they ask, keep and refuse."""
