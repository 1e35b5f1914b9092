"""Measures and the care report are about a team: their filters may ask nothing that depends on who somebody is."""

from __future__ import annotations

from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.fields import FIELDS, PERSONAL_FLAGS
from careconsole.domain.filters.language import Term, parse
from careconsole.domain.hints import suggest


def must_be_about_everybody(text: str, what: str) -> None:
    """Raises WrongUse for a filter with a term by person; `what` is narrowed by it, such as "The report".

    Raises FilterError for a mistake in the filter.
    """
    for term in parse(text) if text.strip() else ():
        if named := _personal(term):
            raise WrongUse(
                f"{what} tell how a team looks after its customers, so they cannot be narrowed by {named}."
                if what.endswith("s")
                else f"{what} tells how a team looks after its customers, so it cannot be narrowed by {named}.",
                "Leave that out. Your own cases: {}.",
                suggest("report", me=True),
            )


def _personal(term: Term) -> str:
    """The part of the filter that is by person; empty if the term is not."""
    if FIELDS[term.field].kind == "person":
        return term.field
    if term.field == "is":
        return next((f"is:{value}" for value in term.values if value in PERSONAL_FLAGS), "")
    return ""
