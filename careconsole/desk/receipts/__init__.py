"""Receipts: what a team says in all of them."""
