"""Imported history."""
