"""Tables with a case a row: CSV and JSON Lines, their columns guessed or mapped."""
