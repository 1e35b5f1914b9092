"""The people a form offers to choose from, the likeliest first, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.commands.form import Field
from careconsole.commands.key_table import shown_key
from careconsole.domain.case.handover import responsibilities
from careconsole.domain.case.offers import decline_goes_to_lead
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.team.roster import AGENT, CONTACT, Person
from careconsole.domain.terminal_text import fold
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Choice
from careconsole.tui.hints import hint_text

_FEW = 3
"""From how many people on they are counted, and no longer named."""

DUTY = "duty"
"""The value for the lead on duty."""


def people(field: Field, material: FormData) -> tuple[Choice, ...]:
    """The people a field can name."""
    match (material.verb.id, field.name):
        case ("reassign", "to") | ("hand-over", "to"):
            return (*_colleagues(material), *_me(material, "yourself"), _duty(material, "left unassigned"))
        case ("decline", "instead"):
            return _instead(material)
        case ("hand-over", "of"):
            return _burdened(material)
        case ("helped", "who"):
            return _helpers(material)
        case ("escalate", "to") | ("skip", "to"):
            return _able(material)
        case ("review" | "de-escalate" | "resolve" | "log" | "reply", "owner"):
            return (*_me(material, "yourself"), *_others(material))
        case ("new" | "follow-up", "owner"):
            offered = tuple(Choice(c.value, c.label, f"gets an offer; {c.note}") for c in _colleagues(material))
            return (*_me(material, "yours at once"), _duty(material, "anybody may take it"), *offered)
    nobody = () if field.required else (Choice("", "nobody"),)
    return (*nobody, *_colleagues(material))


def likeliest(field: Field, material: FormData, choices: Sequence[Choice]) -> str:
    """Whom a field names beforehand: the first of its `choices`; "" if that is for the person at work to say.

    After a decline the owner keeps the case. Who else is asked, if it has no owner, is for the one who declines to say.
    """
    owner = material.case.owner if material.case is not None else None
    said = (material.verb.id, field.name) == ("decline", "instead") and owner is None and len(choices) > 1
    return choices[0].value if choices and not said else ""


def nobody_words(material: FormData) -> str:
    """Why the form has nobody to choose though it must, and what to do next; "" if it has somebody."""
    if not any(
        field.kind == "person" and field.required and not people(field, material) for field in material.verb.fields
    ):
        return ""
    if material.verb.id == "hand-over":
        return "Nobody has a part here to hand over."
    owner = material.case.owner if material.case is not None else None
    others = [p for p in _active(material) if p.has_console and p.number not in (material.me, owner)]
    if others:
        names = " and ".join(p.name for p in others) if len(others) < _FEW else f"All {len(others):,} others"
        verb = "is" if len(others) == 1 else "are"
        return (
            f"{names} {verb} away, so nobody can be asked today. Escalate what cannot wait ({shown_key('escalate')})."
        )
    if material.roster.is_lead(material.me):
        return (
            f"There is no colleague to ask. You can add one: {hint_text(hint_of('{}', suggest('team add', name=...)))}."
        )
    return f"There is no colleague to ask. {material.roster.name(material.roster.on_duty())} can add one."


def _instead(material: FormData) -> tuple[Choice, ...]:
    """Who can be asked after a decline, and what each choice does: only the owner's leaves the case as it is."""
    case = material.case
    if case is not None and decline_goes_to_lead(case, material.roster, material.me):
        return (_duty(material, "is asked next: somebody else declined it, or it moved too often"),)
    asked = str(case.offer.to) if case is not None and case.offer is not None else ""
    some = [Choice(c.value, c.label, f"is asked next; {c.note}") for c in _colleagues(material) if c.value != asked]
    owner = case.owner if case is not None else None
    keeps = () if owner is None else (Choice(str(owner), material.roster.name(owner), "keeps it; nobody is asked"),)
    return (*keeps, *some, _duty(material, "is asked next"))


def _colleagues(material: FormData) -> tuple[Choice, ...]:
    return tuple(Choice(str(s.person), material.roster.name(s.person), s.reason) for s in material.colleagues)


def _me(material: FormData, note: str) -> tuple[Choice, ...]:
    return (Choice(str(material.me), material.roster.name(material.me), note),)


def _duty(material: FormData, note: str) -> Choice:
    lead = material.roster.on_duty()
    return Choice(DUTY, "duty", note if lead is None else f"{material.roster.name(lead)} today; {note}")


def _burdened(material: FormData) -> tuple[Choice, ...]:
    """Those who have something left to do on the cases, the most burdened first."""
    held = {
        person: [what for case in material.cases for what in responsibilities(case, person)]
        for person in material.roster.people
    }
    some = sorted((p for p in held if held[p]), key=lambda p: -len(held[p]))
    return tuple(Choice(str(p), material.roster.name(p), f"has {', '.join(dict.fromkeys(held[p]))}") for p in some)


def _helpers(material: FormData) -> tuple[Choice, ...]:
    helpers = {help.of: help.need for case in material.cases for help in case.helpers}
    mine_first = sorted(helpers, key=lambda person: person != material.me)
    return tuple(Choice(str(p), material.roster.name(p), helpers[p]) for p in mine_first)


def _able(material: FormData) -> tuple[Choice, ...]:
    """Who a call can name: the path, then leads, contacts, and agents for their expertise."""
    steps = material.tried[""].steps if material.tried else ()
    path = ", ".join(name for name, _ in steps[0].who) if steps else ""
    if not path:
        path = "reaches nobody else now" if material.tried else "next available responder"
    named = [
        p
        for p in _active(material)
        if p.number in material.can_call or (not material.tried and p.number != material.me)
    ]
    named.sort(key=lambda p: (p.role == AGENT, p.role == CONTACT, fold(p.name)))
    return (Choice("", "the path", path), *(_named(p) for p in named))


def _named(person: Person) -> Choice:
    note = {AGENT: "agent: only for expertise", CONTACT: f"contact {person.reach}".strip()}.get(person.role, "lead")
    return Choice(str(person.number), person.name, note + (", away" if person.away else ""))


def _others(material: FormData) -> tuple[Choice, ...]:
    others = [p for p in _active(material) if p.number != material.me]
    others.sort(key=lambda p: (p.role == CONTACT, fold(p.name)))
    return tuple(Choice(str(p.number), p.name, p.role + (", away" if p.away else "")) for p in others)


def _active(material: FormData) -> list[Person]:
    return [person for person in material.roster.people.values() if person.active]
