"""Jira: issues with their change logs and comments."""
