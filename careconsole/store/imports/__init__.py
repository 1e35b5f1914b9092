"""Imports, and the records they rejected."""
