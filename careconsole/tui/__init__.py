"""The live console: a thin Textual front end to the desk. `start.run_console` opens it."""
