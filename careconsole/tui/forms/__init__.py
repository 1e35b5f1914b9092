"""Forms: from a command's fields in the registry to the command itself, with widgets and rules kept apart."""
