"""What people are told beyond their consoles."""
