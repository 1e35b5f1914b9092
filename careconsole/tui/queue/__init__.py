"""The list of cases and the case beside it."""
