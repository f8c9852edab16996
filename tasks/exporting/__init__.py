"""What is recorded as files that other programs read: Parquet and CSV, described by a `datapackage.json`."""
