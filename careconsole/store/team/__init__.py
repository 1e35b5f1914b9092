"""People, customers and settings."""
