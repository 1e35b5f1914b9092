"""People, their duty and their addresses."""
