"""Published claims held against the record: does it hold, and under which definition."""
