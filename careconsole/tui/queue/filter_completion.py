"""How a filter can go on at the cursor; the rules are those of the command line too."""

from careconsole.domain.filters.completion import MOST, Candidate, Completion, Known, complete

__all__ = ["MOST", "Candidate", "Completion", "Known", "complete"]
