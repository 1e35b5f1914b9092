"""Event logs: one row per event, read by a map."""
