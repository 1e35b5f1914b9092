"""What the terminal sends and how it is left."""
