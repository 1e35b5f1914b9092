"""Wording and JSON views shared by the command line and the console."""
