"""How a filter can go on at the cursor, by the same rules as on the command line."""

from careconsole.domain.filters.completion import MOST, Candidate, Completion, FilterValues, complete

__all__ = ["MOST", "Candidate", "Completion", "FilterValues", "complete"]
