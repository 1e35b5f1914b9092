"""The team, its settings and its customers."""
