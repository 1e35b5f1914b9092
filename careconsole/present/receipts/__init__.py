"""Receipts: what the customer of a case may read about it, as text, as a page, and as JSON."""
