"""The SQLite engine and the file it works on."""
