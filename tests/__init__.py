"""The suite, mirroring the rooms."""
