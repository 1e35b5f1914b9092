"""The journal in words and as data: who changed what, from what to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from careconsole.desk.team.journal import JournalEntry, Seen
from careconsole.domain.counting import counted
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.journal import ChangeEntry, JournalLineEntry
from careconsole.present.queue_text import from_words

_FIELDS = {"os_user": "login"}
"""The words for fields that are not called by their names."""
_TIMES = frozenset(("from", "until"))
_NEVER_CHANGES = frozenset(("before", "person", "after", "cases", "command", "of", "given", "batch"))


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed. `had`: whether `before` is known; earlier versions did not write it down."""

    what: str
    before: Any = None
    after: Any = None
    had: bool = False


def who_words(seen: Seen, roster: Roster) -> str:
    """Names who made a change, with the login if it is not their own; only the login if the person is unknown."""
    entry = seen.entry
    origin = from_words(entry.login, entry.workstation) if entry.login else ""
    if entry.actor is None:
        return origin or "somebody"
    return f"{roster.name(entry.actor)} ({origin})" if seen.own_login is False else roster.name(entry.actor)


def change_words(entry: JournalEntry, now: int) -> str:
    """Words an entry without who did it: "changed the role of Ben from agent to lead"."""
    tell = _WORDS.get(entry.kind)
    if tell is None:  # written by a newer version, or by hand
        return f"{entry.kind}{f': {entry.about}' if entry.about else ''}"
    return tell(entry, lambda ms: local(ms, now) if isinstance(ms, int) else str(ms))


def journal_entry(seen: Seen, roster: Roster, now: int) -> JournalLineEntry:
    """An entry as data."""
    entry = seen.entry
    actor = roster.name(entry.actor) if entry.actor is not None else None
    return JournalLineEntry(
        number=entry.number,
        at=iso(entry.at),
        actor=actor,
        workstation=entry.workstation,
        login=entry.login,
        own_login=seen.own_login,
        kind=entry.kind,
        about=entry.about,
        sentence=f"{actor or 'somebody'} {change_words(entry, now)}",
        changes=[
            ChangeEntry(what=one.what, before=_plain(one.what, one.before), after=_plain(one.what, one.after))
            for one in changes(entry)
        ],
    )


def changes(entry: JournalEntry) -> list[Change]:
    """Returns what an entry changed, each thing with its old and new value."""
    data, before = entry.data, entry.data.get("before")
    if entry.kind == "duty":
        span = [Change(what=name, after=data[name]) for name in ("from", "until") if name in data]
        return [Change(what="duty", before=before, after=entry.about, had=before is not None), *span]
    if isinstance(before, str) or "text" in data or entry.kind == "rota":
        return [Change(what="text", before=before, after=data.get("text"), had="before" in data)]
    had = before if isinstance(before, dict) else {}
    return [
        Change(what=name, before=had.get(name), after=value, had=name in had)
        for name, value in data.items()
        if name not in _NEVER_CHANGES and (name not in had or had[name] != value)
    ]


def _plain(what: str, value: Any) -> Any:
    return iso(value) if what in _TIMES and isinstance(value, int) else value


Moment = Callable[[Any], str]


def _value(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _one(change: Change, of: str) -> str:
    if change.what == "reach":
        before = f"from {_value(change.before)} " if change.had else ""
        return f"changed how {of} is reached {before}to {_value(change.after)}"
    what = _FIELDS.get(change.what, change.what)
    if change.had:
        return f"changed the {what} of {of} from {_value(change.before)} to {_value(change.after)}"
    return f"set the {what} of {of} to {_value(change.after)}"


def _several(entry: JournalEntry) -> str:
    said = "; ".join(_one(change, entry.about) for change in changes(entry)) or f"changed {entry.about}"
    return f"{said}, by import {entry.data['batch']}" if "batch" in entry.data else said


def _person_changed(entry: JournalEntry, moment: Moment) -> str:
    said = []
    for change in changes(entry):
        if change.what == "active":
            said.append(
                f"added {entry.about} to the team again" if change.after else f"removed {entry.about} from the team"
            )
        elif change.what == "name":
            said.append(f"renamed {change.before or entry.about} to {change.after}")
        else:
            said.append(_one(change, entry.about))
    return "; ".join(said) or f"changed {entry.about}"


def _person_added(entry: JournalEntry, moment: Moment) -> str:
    data = entry.data
    more = [f"login {data['os_user']}"] if data.get("os_user") else []
    more += [f"reached at {data['reach']}"] if data.get("reach") else []
    again = " again" if data.get("before") else ""
    role = data.get("role", "agent")
    article = "an" if role[:1] in "aeiou" else "a"
    return f"added {entry.about}{again} as {article} {role}" + (f" ({', '.join(more)})" if more else "")


def _founded(entry: JournalEntry, moment: Moment) -> str:
    parts = [(f"{role}: {', '.join(entry.data.get(role) or ())}") for role in ("leads", "agents", "contacts")]
    known = [part for part in parts if not part.endswith(": ")]
    return f"created the team {entry.about}" + (f" ({'; '.join(known)})" if known else "")


def _about_oneself(entry: JournalEntry) -> bool:
    return entry.actor is not None and entry.data.get("person") == entry.actor


def _away(entry: JournalEntry, moment: Moment) -> str:
    data, before = entry.data, entry.data.get("before")
    until, cover = data.get("until"), data.get("cover")
    own = "person" in data and data["person"] == entry.actor
    told = ("went away" if own else f"marked {entry.about} away") + (
        f", expected back {moment(until)}" if until is not None else ""
    )
    told += f"; {cover} covers" if cover else ""
    if isinstance(before, dict):
        had = f"expected back {moment(before['until'])}" if before.get("until") is not None else "with no time"
        told += f" (before: {had}, {before.get('cover') or 'nobody'} covered)"
    return told


def _duty(entry: JournalEntry, moment: Moment) -> str:
    data = entry.data
    if data.get("from") is not None:
        return f"put {entry.about} on duty from {moment(data['from'])} until {moment(data.get('until'))}"
    before = data.get("before")
    return f"put {entry.about} on duty" + (f" (before: {before})" if before and before != entry.about else "")


def _text(what: str) -> Callable[[JournalEntry, Moment], str]:
    def tell(entry: JournalEntry, moment: Moment) -> str:
        (change,) = changes(entry)
        names = f": {entry.about}" if entry.about else ""
        if not change.had:
            return f"set the {what}{names}"
        if change.before is None:
            return f"set the {what} for the first time{names}"
        old, new = (Counter((text or "").splitlines()) for text in (change.before, change.after))
        return f"set the {what}{names} (lines: +{(new - old).total()} -{(old - new).total()})"

    return tell


def _rota(entry: JournalEntry, moment: Moment) -> str:
    return _text("rota")(entry, moment) if "text" in entry.data else "removed the rota"


def _hours(data: dict[str, Any]) -> str:
    quiet, calendar = data.get("quiet"), data.get("calendar")
    parts = [f"quiet {quiet}"] if quiet else []
    parts += [f"while {calendar} is open"] if calendar else []
    parts += ["calls always"] if parts and data.get("calls_always") else []
    return ", ".join(parts) or "at any hour"


def _address(entry: JournalEntry, moment: Moment) -> str:
    data, before = entry.data, entry.data.get("before")
    if isinstance(before, dict):
        return (
            f"changed the hours of {entry.about}'s address for notices ({data.get('to')}) from {_hours(before)} to"
            f" {_hours(data)}"
        )
    return f"added an address of {entry.about} for notices ({data.get('to')}, {_hours(data)})"


def _gateway(entry: JournalEntry, moment: Moment) -> str:
    (change,) = changes(entry) or [Change(what="to", after=entry.data.get("to"))]
    before = f" (before: {_value(change.before)})" if change.had else ""
    return f"set the mail gateway to {change.after}{before}" if change.after else f"removed the mail gateway{before}"


def _subject(entry: JournalEntry, moment: Moment) -> str:
    return "let notices include the subjects of cases" if entry.data.get("named") else "removed subjects from notices"


def _turned(entry: JournalEntry) -> str:
    """The change that was undone or redone, as the entry of the undo or redo says it."""
    return merge_words(str(entry.data.get("of")), entry.about, entry.data.get("into"))


def merge_words(kind: str, about: str, name: object) -> str:
    """A merge or renaming of this kind of entry: "the merge of the customer Quay Roaster into Quay Roasters"."""
    what, into = {
        "customers merged": ("merge of the customer", "into"),
        "people merged": ("merge of", "into"),
        "cause merged": ("merge of the cause", "into"),
        "cause renamed": ("renaming of the cause", "to"),
    }.get(kind, ("change of", "to"))
    return f"the {what} {about} {into} {name}"


def _restored(entry: JournalEntry, moment: Moment) -> str:
    by, kept = entry.data.get("by"), entry.data.get("kept")
    named = f", as {by}," if by and entry.actor is None else ""
    return f"restored{named} the backup {entry.about}{f'; the previous database is kept at {kept}' if kept else ''}"


def _box_changed(entry: JournalEntry) -> str:
    changed = entry.data.get("changed")
    what = ", ".join(map(str, changed)) if isinstance(changed, list) else ""
    return f"changed the mail box {entry.about}{f' ({what})' if what else ''}"


_WORDS: dict[str, Callable[[JournalEntry, Moment], str]] = {
    "team founded": _founded,
    "person added": _person_added,
    "person changed": _person_changed,
    "away": _away,
    "back": lambda entry, moment: "came back" if _about_oneself(entry) else f"marked {entry.about} back",
    "duty": _duty,
    "rota": _rota,
    "service levels": _text("service levels"),
    "escalation paths": _text("escalation paths"),
    "customer changed": lambda entry, moment: _several(entry),
    "customers merged": lambda entry, moment: f"merged the customer {entry.about} into {entry.data.get('into')}",
    "people merged": lambda entry, moment: f"merged {entry.about} into {entry.data.get('into')}: one person",
    "change undone": lambda entry, moment: f"undid {_turned(entry)}",
    "change redone": lambda entry, moment: f"redid {_turned(entry)}",
    "notices address": _address,
    "notices forgotten": lambda entry, moment: (
        f"removed an address of {entry.about} for notices ({entry.data.get('to')})"
    ),
    "notices digest": lambda entry, moment: (
        f"let the {'whole digest' if entry.data.get('whole') else 'number of changed playbooks alone'} go to an address"
        f" of {entry.about} ({entry.data.get('to')})"
    ),
    "digest story": lambda entry, moment: (
        f"chose case {entry.data['case']} as the story of the digest"
        if entry.data.get("case") is not None
        else "let the digest tell the newest story"
    ),
    "notices mail": _gateway,
    "notices subject": _subject,
    "cause merged": lambda entry, moment: f"merged the cause {entry.about} into {entry.data.get('into')}",
    "cause renamed": lambda entry, moment: f"renamed the cause {entry.about} to {entry.data.get('into')}",
    "words": lambda entry, moment: (
        f"{'removed' if 'text' not in entry.data else 'changed' if entry.data.get('before') else 'added'}"
        f" the saved words {entry.about}"
    ),
    "files limited": lambda entry, moment: (
        f"allowed {entry.data.get('file')} MB for one file and {entry.data.get('total')} MB for all"
    ),
    "files removed": lambda entry, moment: (
        f"removed the contents of {counted(entry.data.get('files', 0), 'file')} that no case needed"
    ),
    "receipts set": lambda entry, moment: _several(entry),
    "receipts folder": lambda entry, moment: _several(entry),
    "receipt published": lambda entry, moment: f"published the receipt of {entry.about}",
    "receipt revoked": lambda entry, moment: f"took back the receipt of {entry.about}",
    "mail taken": lambda entry, moment: f"took {entry.about}, into case {entry.data.get('case')}",
    "mail dropped": lambda entry, moment: f"dropped {entry.about}: {entry.data.get('reason')}",
    "box added": lambda entry, moment: f"added the mail box {entry.about} ({entry.data.get('address')})",
    "box changed": lambda entry, moment: _box_changed(entry),
    "box removed": lambda entry, moment: f"removed the mail box {entry.about}",
    "mail sender": lambda entry, moment: (
        f"blocked mail of {entry.about}"
        if entry.data.get("verdict")
        else f"removed {entry.about} from the senders of mail"
    ),
    "mail server": lambda entry, moment: (
        f"set {entry.about} as the mail server that checks senders" if entry.about else "set no mail server"
    ),
    "mail settled": lambda entry, moment: f"decided about {entry.about}: {entry.data.get('into')}",
    "mail reopening": lambda entry, moment: f"set the days for which a mail reopens a resolved case to {entry.about}",
    "backup restored": _restored,
}
