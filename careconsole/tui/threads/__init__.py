"""The threads beside the screen, and the database they work on."""
