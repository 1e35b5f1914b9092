"""What is new for the team: playbooks that changed, causes that came back, open changes, one story and one thanks.

It is for everybody at work, so it says what happened and never counts who did it.
"""

from __future__ import annotations

import msgspec

from careconsole.desk.queries.learned import Learned, LearnedCause, learned
from careconsole.desk.queries.review_changes import ChangeEntry, every, to_do
from careconsole.desk.queries.stories import Story, story
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.changes import DROPPED, ActionDropped
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.messages import Reclassified
from careconsole.domain.learning.kinds import FIRST
from careconsole.domain.playbook.content import Content
from careconsole.domain.playbook.history import PlaybookEvent, editions
from careconsole.domain.playbook.history import standing as standing_of_playbook
from careconsole.domain.time.moments import WEEK

LONGEST = 13
"""The most weeks that a digest is about."""


class PlaybookNews(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a playbook: each event, and its text before and now (`before` None: it is new)."""

    number: int
    title: str
    events: tuple[PlaybookEvent, ...]
    before: Content | None
    now: Content


class Thanks(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's thanks, in their words."""

    case: int
    at: int
    text: str


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What is new since `since`, up to `until`. `changes` are those to check and to make, now or later, and last those
    that were dropped since then.

    `story` is the newest one, or the one that a lead chose, `thanks` the newest; None if there was none.
    """

    since: int
    until: int
    playbooks: tuple[PlaybookNews, ...]
    came_back: tuple[LearnedCause, ...]
    changes: tuple[ChangeEntry, ...]
    story: Story | None
    thanks: Thanks | None
    learned: Learned


def digest(desk: Desk, weeks: int = 1, since: int | None = None) -> Digest:
    """What is new in the last `weeks` weeks, or since `since` (epoch milliseconds), at most `LONGEST` weeks ago."""

    def work(unit: UnitOfWork) -> Digest:
        begin = unit.now - weeks * WEEK if since is None else max(since, unit.now - LONGEST * WEEK)
        found = learned(desk, max(1, -(-(unit.now - begin) // WEEK)), begin)
        return Digest(
            since=begin,
            until=unit.now,
            playbooks=tuple(playbook_news(unit, begin)),
            came_back=tuple(one for one in found.causes if one.times > len(one.cases[FIRST])),
            changes=(*to_do(unit), *_dropped(unit, begin)),
            story=story(unit, found, begin),
            thanks=_thanks(unit, begin),
            learned=found,
        )

    return desk.read(work)


def _dropped(unit: UnitOfWork, since: int) -> list[ChangeEntry]:
    """The changes that were dropped since then and have not been taken up again."""
    entries = {(one.case, one.review.number): one for one in every(unit) if one.state == DROPPED}
    cases = sorted({case for case, _ in entries})
    found: dict[tuple[int, int], ChangeEntry] = {}
    for number, events in unit.store.cases.histories(*unit.store.engine.in_list("id", cases)):
        for event in standing(events):
            fact = event.fact
            if isinstance(fact, ActionDropped) and event.at >= since and (number, fact.review) in entries:
                found[number, fact.review] = entries[number, fact.review]
    return list(found.values())


def playbook_news(unit: UnitOfWork, since: int) -> list[PlaybookNews]:
    """The playbooks that are new or have changed since then, each with its text before and now."""
    found = []
    for number, playbook in unit.store.playbooks.all().items():
        if playbook.void or playbook.changed_at < since:
            continue
        history = unit.store.playbooks.history(number)
        events = tuple(event for event in standing_of_playbook(history) if event.at >= since)
        texts = [content for event, content in editions(history) if event.at < since]
        if events:
            found.append(
                PlaybookNews(
                    number=number,
                    title=playbook.content.title,
                    events=events,
                    before=texts[-1] if texts else None,
                    now=playbook.content,
                )
            )
    return found


def _thanks(unit: UnitOfWork, since: int) -> Thanks | None:
    found: list[Thanks] = []
    numbers = unit.store.exposure.thanked(since)
    for number, events in unit.store.cases.histories(*unit.store.engine.in_list("id", numbers)):
        history = standing(events)
        sorts = {event.fact.touch: event.fact.sort for event in history if isinstance(event.fact, Reclassified)}
        for event in history:
            contact = event.fact.contact
            if contact is None or not contact.inbound or not contact.text or event.said_at < since:
                continue
            if sorts.get(event.number, contact.sort) == "thanks":
                found.append(Thanks(case=number, at=event.said_at, text=contact.text))
    return max(found, key=lambda one: (one.at, one.case), default=None)
