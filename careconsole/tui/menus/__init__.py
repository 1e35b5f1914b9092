"""What can be done, to choose from."""
