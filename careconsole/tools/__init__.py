"""Makes the pages of the documentation that come from the program."""
