"""Tables with one case per row: CSV and JSON Lines, their columns guessed or mapped."""
