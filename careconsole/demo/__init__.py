"""The sample week."""
