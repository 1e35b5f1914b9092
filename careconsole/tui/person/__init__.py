"""Who is at work at the console, and who else is."""
