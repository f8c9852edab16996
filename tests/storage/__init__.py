"""Storage: the database, the archive, and what is read back as of a standpoint."""
