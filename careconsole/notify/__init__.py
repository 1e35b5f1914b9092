"""Sends messages to people outside the console."""
