"""Mail that comes in: receiving it, and what a person decides about what was held."""
