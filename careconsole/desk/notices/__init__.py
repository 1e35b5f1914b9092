"""Notices that people get outside their consoles."""
