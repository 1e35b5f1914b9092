"""The database as a whole: where it is, how it is created and maintained."""
