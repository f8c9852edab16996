"""From bytes as published to frames."""
