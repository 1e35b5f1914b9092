"""Parts of the rules."""
