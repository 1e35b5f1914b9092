"""The live console: a thin face over the desk, on Textual. `start.run_console` opens it."""
