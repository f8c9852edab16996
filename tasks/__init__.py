"""What a run does: reading upstreams, measuring, judging, telling."""
