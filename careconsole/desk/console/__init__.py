"""What a console keeps for a person."""
