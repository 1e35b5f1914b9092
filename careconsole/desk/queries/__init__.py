"""What the desk can be asked."""
