"""A case: its state, its rules, and what its history tells."""
