"""How a filter can go on at the cursor, by the same rules as on the command line."""

from careconsole.domain.filters.completion import MAX_CANDIDATES, Candidate, Completion, FilterValues, complete

__all__ = ["MAX_CANDIDATES", "Candidate", "Completion", "FilterValues", "complete"]
