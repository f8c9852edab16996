"""Words held against the code."""
