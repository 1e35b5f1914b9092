"""Asks the recorded past what another rule, or other settings as texts, would have done."""

from __future__ import annotations

import msgspec

from careconsole.desk.queries.what_if import MayAnswer, SettingsAnswer, what_if_may, what_if_settings
from careconsole.desk.session import Desk
from careconsole.desk.team import escalation_paths, rota, service_levels
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.learning.what_if_may import allowance


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What should have been different; None and empty: as it was.

    Either what the frontline `may` decide about a `cause`, with its limit or with `no_limit`; or one or several
    settings, each as the text that would set it.
    """

    may: str = ""
    no_limit: bool = False
    cause: str = ""
    service: str | None = None
    paths: str | None = None
    rota: str | None = None


def answer(desk: Desk, question: Question, since: int) -> MayAnswer | SettingsAnswer:
    """What would have been from `since` on (epoch milliseconds). Nothing is written.

    Raises WrongUse for what cannot be asked; where a setting cannot be read, it names the line as setting it would.
    """
    settings = (question.service, question.paths, question.rota)
    others = any(text is not None for text in settings)
    if question.may.strip():
        if others:
            raise WrongUse("That is more than one question.", "Ask about a rule, or about other settings, not both.")
        return what_if_may(desk, allowance(question.may, unlimited=question.no_limit), question.cause, since)
    if question.cause.strip() or question.no_limit:
        raise WrongUse("What may be decided is missing.", "Say it and its limit: {}.", given(may="refund 40"))
    if not others:
        raise WrongUse(
            "What should have been different?",
            "Say what the frontline could decide ({}), or give other service levels, paths or another rota.",
            given(may="refund 40"),
        )
    return what_if_settings(
        desk,
        since,
        service=service_levels.check(desk, question.service) if question.service is not None else None,
        paths=escalation_paths.check(desk, question.paths) if question.paths is not None else None,
        rota=rota.check(desk, question.rota).rota if question.rota is not None else None,
    )
