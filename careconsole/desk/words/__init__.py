"""Saved words: texts for customers, with variables, that a team and its people keep to use again."""
