"""Zendesk: tickets with their comments, people and audits."""
