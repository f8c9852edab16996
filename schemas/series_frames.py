"""What is recorded of each series, as `show series` lists it."""

import dataframely as dy


class RecordedSeries(dy.Schema):
    """A series as a standpoint knows it: the two channels of the headline, and each slice."""

    series = dy.String(primary_key=True, description="source, population/grain and channel")
    slice = dy.String(nullable=True, description="as `--series` reads it; null for the headline's channels")
    estimate = dy.Bool(description="the publisher samples it")
    first_day = dy.Date(description="first day of the oldest day, week or month that is held")
    last_day = dy.Date(description="last day of the newest")
    periods = dy.Int64(min=0, description="days, weeks or months that are held whole")
    vintages = dy.Int64(min=1, description="answers that changed what was known")
    known_at = dy.Datetime(time_zone="UTC", time_unit="us", description="when the last of them was learned")
