"""Event logs: a row for each thing that happened, by a map."""
