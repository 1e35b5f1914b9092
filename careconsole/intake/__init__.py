"""Readers of other systems' files: each turns a file into lines for the desk to record."""
