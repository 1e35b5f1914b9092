"""The digest as JSON."""

from __future__ import annotations

from careconsole.desk.queries.digest import Digest
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso
from careconsole.present.changes import change_entry
from careconsole.present.json_types.base import CaseNumber, Entry, Moment
from careconsole.present.json_types.changes import ChangeListEntry
from careconsole.present.json_types.learned import (
    LearnedCauseEntry,
    learned_cause_entry,
)
from careconsole.present.playbooks import difference_from


class PlaybookNewsEntry(Entry, frozen=True, kw_only=True):
    """A playbook that is new or has changed: what happened to it, and the lines of its text that differ from before."""

    playbook: int
    title: str
    new: bool
    told: list[str]
    difference: list[str]


class StoryEntry(Entry, frozen=True, kw_only=True):
    """An exception that ended; `customer` are the customer's last words before the call."""

    case: CaseNumber
    subject: str
    cause: str
    customer: str
    need: str
    decided: str
    change: str
    nothing_because: str


class ThanksEntry(Entry, frozen=True, kw_only=True):
    """A customer's thanks."""

    case: CaseNumber
    at: Moment
    text: str


class DigestEntry(Entry, frozen=True, kw_only=True):
    """What is new from `since` to `until`; `changes` are those to check and to make, and those dropped since."""

    since: Moment
    until: Moment
    playbooks: list[PlaybookNewsEntry]
    came_back: list[LearnedCauseEntry]
    changes: list[ChangeListEntry]
    story: StoryEntry | None
    thanks: ThanksEntry | None


def digest_entry(found: Digest, roster: Roster) -> DigestEntry:
    """The digest, as printed with --json."""
    story, thanks = found.story, found.thanks
    return DigestEntry(
        since=iso(found.since),
        until=iso(found.until),
        playbooks=[
            PlaybookNewsEntry(
                playbook=news.number,
                title=news.title,
                new=news.before is None,
                told=[event.fact.told for event in news.events],
                difference=difference_from(news.before, news.now),
            )
            for news in found.playbooks
        ],
        came_back=[learned_cause_entry(one, roster, found.until) for one in found.came_back],
        changes=[change_entry(one, roster) for one in found.changes],
        story=StoryEntry(
            case=story.case,
            subject=story.subject,
            cause=story.cause,
            customer=story.customer,
            need=story.need,
            decided=story.decided,
            change=story.change,
            nothing_because=story.nothing_because,
        )
        if story is not None
        else None,
        thanks=ThanksEntry(case=thanks.case, at=iso(thanks.at), text=thanks.text) if thanks is not None else None,
    )
