"""Playbooks: writing and reading them, and which fit a case."""
