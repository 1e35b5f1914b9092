"""What brings messages to people."""
