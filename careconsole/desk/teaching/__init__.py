"""What somebody new reads and practises, and what they have ticked off for themselves."""
