"""The database as a whole: its shape, soundness, copies."""
