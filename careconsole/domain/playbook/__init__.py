"""Playbooks: how the team handles a known exception, and what the frontline may decide alone."""
