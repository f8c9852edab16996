"""What runs, in which order: one file per deployed flow, and the command line."""
