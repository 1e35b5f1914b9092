"""The background threads and the database they work on."""
