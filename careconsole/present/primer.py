"""The primer as text, as Markdown and as one HTML page. Only the text for its reader has their ticks."""

from __future__ import annotations

from careconsole.desk.teaching.primer import Primer, PrimerCase, PrimerCause, PrimerPlaybook, Thing
from careconsole.domain.playbook.results import record_words
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import local
from careconsole.present.learned import change_words
from careconsole.present.playbooks import authority_words
from careconsole.present.queue_text import often
from careconsole.present.sections import Item, Section, html_of, markdown_of, or_else, text_of

TITLE = "Primer: what to know of this team's exceptions"
NONE = {
    "playbooks": "There is no playbook yet; what to do is written down when an exception teaches something.",
    "causes": "No exception with a cause has come up here yet.",
    "cases": "No exception has been decided yet.",
}
"""What stands where there is nothing to read."""
CAUSES_HEADING = "The causes that come up most, without playbooks' decisions"
"""Says what is counted: as `cause list` does, and not as `learned`, which also counts what a playbook decided."""


def title(found: Primer) -> str:
    """What it is, and how much of it its reader has read."""
    return f"Primer: {found.read} of {len(found.things)} read" if found.personal and found.things else TITLE


def name(thing: Thing, label: str = "") -> str:
    """What a thing is called on the command line: "playbook:3", "cause:refund limit"."""
    return f"{thing.kind}:{label or thing.number}"


def mark(thing: Thing) -> str:
    """Whether the reader has read it: "[x]", "[~]" if it has changed since, "[ ]"."""
    return "[x]" if thing.read else "[~]" if thing.changed else "[ ]"


def sections(found: Primer, roster: Roster, *, ticks: bool) -> list[Section]:
    """What there is to read, section by section, with the reader's ticks if wanted."""

    def item(thing: Thing, told: tuple[str, str, list[str]]) -> Item:
        label, text, below = told
        changed = " (changed since you read it)" if ticks and thing.changed else ""
        box = f"{mark(thing)} " if ticks else ""
        return Item(f"{box}{name(thing, label)}  {text}{changed}", tuple(below))

    return [
        Section(
            "The playbooks that fit most",
            or_else(
                (item(one.thing, ("", *playbook_words(one, found.now))) for one in found.playbooks), NONE["playbooks"]
            ),
        ),
        Section(
            CAUSES_HEADING,
            or_else(
                (item(one.thing, (one.use.cause.label, *cause_words(one, roster, found.now))) for one in found.causes),
                NONE["causes"],
            ),
        ),
        Section(
            "Cases worth reading",
            or_else((item(one.thing, ("", *case_words(one))) for one in found.cases), NONE["cases"]),
        ),
    ]


def playbook_words(one: PrimerPlaybook, now: int) -> tuple[str, list[str]]:
    """A playbook's title and how it has done; below it, how to recognise its exception and what one may decide."""
    known, content = one.known, one.known.playbook.content
    record = "; ".join(filter(None, (record_words(known.results), "doubted" if known.results.doubted else "")))
    below = [f"Signs: {' '.join(content.signs.split())}"] if content.signs.strip() else []
    if known.playbook.may_decide(now):
        below.append(f"You may decide: {' '.join(authority_words(known.playbook, now).split())}")
    return f"{content.title} ({record or 'not used yet'})", below


def cause_words(one: PrimerCause, roster: Roster, now: int) -> tuple[str, list[str]]:
    """How often a cause came up; below it, what to do, what was decided last, and what was changed last."""
    last = f", last {local(one.use.last, now)}" if one.use.last is not None else ""
    below = [f"What to do: playbook {number}, {title}" for number, title in one.playbooks]
    if one.decided:
        below.append(f"Decided last: {one.decided} (case {one.decided_in})")
    if one.change is not None:
        below.append(f"Change: {change_words(one.change, roster, now)}")
    if one.nothing_because:
        below.append(f"Last review: nothing changes, because {one.nothing_because}")
    return f"came up {often(one.use.times)}{last}", below or ["No decision and no change is recorded for it."]


def case_words(one: PrimerCase) -> tuple[str, list[str]]:
    """A case's subject, and why it is worth reading."""
    return one.worth.case.subject, [f"Why: {'; '.join(one.worth.why)}"]


def as_text(found: Primer, roster: Roster, *, ticks: bool, width: int | None = None) -> str:
    """The primer as plain text; `width` as in `text_of`."""
    return text_of(title(found) if ticks else TITLE, sections(found, roster, ticks=ticks and found.personal), width)


def as_markdown(found: Primer, roster: Roster) -> str:
    """The primer as Markdown, in which nobody's text is markup."""
    return markdown_of(TITLE, sections(found, roster, ticks=False))


def as_html(found: Primer, roster: Roster) -> str:
    """The primer as one HTML page: without scripts, without anything from elsewhere."""
    return html_of(TITLE, sections(found, roster, ticks=False))
