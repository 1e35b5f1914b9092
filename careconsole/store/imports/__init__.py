"""Imports and what they brought."""
