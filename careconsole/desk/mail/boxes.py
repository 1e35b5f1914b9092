"""The team's mail boxes: adding, changing and removing them. Only leads can; the journal records no secret."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from careconsole.desk.mail.trusted_commands import trust
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.desk.words.saved import of_team
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.mail.boxes import EVERYTHING, Box, BoxSettings, Secret, check_name
from careconsole.domain.time.moments import local_time

__all__ = [
    "Box",
    "add",
    "all_boxes",
    "change",
    "first_day",
    "must_lead",
    "named",
    "remove",
    "shown_failures",
    "words_are_gone",
]


def all_boxes(desk: Desk) -> list[Box]:
    """Every box, in order of number."""
    return desk.read(lambda unit: unit.store.boxes.all())


def named(desk: Desk, name: str) -> Box:
    """The box of that name, or with that number. Raises WrongUse if there is none."""
    return desk.read(lambda unit: _named(unit, name))


def _named(unit: UnitOfWork, name: str) -> Box:
    boxes = unit.store.boxes
    box = boxes.named(name)
    if box is None and name.isascii() and name.isdigit() and len(name) < 10:
        box = boxes.get(int(name))
    if box is None:
        names = ", ".join(one.name for one in boxes.all())
        if names:
            raise WrongUse(f"There is no box {name!r}.", f"Boxes: {names}.")
        raise WrongUse(f"There is no box {name!r}.", "Add one: {}.", suggest("box add", help=True))
    return box


def must_lead(desk: Desk, what: str) -> None:
    """Raises Refused unless a lead is at work, before anything else is found wrong; see `UnitOfWork.must_lead`."""
    desk.read(lambda unit: unit.must_lead(what))


def first_day(written: str, now: int) -> str:
    """The day from which mails are fetched: "today", "all", or a day as 2026-11-30. Raises WrongUse otherwise."""
    text = written.strip().lower()
    if text == EVERYTHING:
        return EVERYTHING
    if text == "today":
        return local_time(now).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise WrongUse(f"{written!r} is no day.", "Write today, all, or a day like 2026-11-30.") from None


def add(desk: Desk, name: str, settings: BoxSettings, secret: Secret) -> Box:
    """Adds a box; for leads only. A command for its password is trusted to run under this login.

    Raises Refused for a name that is taken, WrongUse for settings that cannot work.
    """
    clean = check_name(name)
    _check(settings, secret)

    def work(unit: UnitOfWork) -> Box:
        unit.must_lead("add a mail box")
        _check_words(unit, settings.auto_answer)
        if unit.store.boxes.named(clean) is not None:
            raise Refused(f"There is a box {clean} already.", "Change it: {}.", suggest("box edit", box=clean))
        box = Box(number=0, name=clean, settings=settings, secret=secret, added_at=unit.now)
        number = unit.store.boxes.add(box)
        unit.record_change("box added", clean, {"address": settings.address.address})
        return replace(box, number=number)

    box = desk.write(work)
    _trust(secret)
    return box


def change(desk: Desk, name: str, settings: BoxSettings, secret: Secret | None = None, *, new_name: str = "") -> Box:
    """Changes a box; for leads only. `secret` None leaves the password as it is, `new_name` empty the name.

    Raises Refused for a name that is taken, WrongUse for settings that cannot work.
    """
    clean = check_name(new_name) if new_name else ""

    def work(unit: UnitOfWork) -> Box:
        unit.must_lead("change a mail box")
        box = _named(unit, name)
        _check(settings, secret or box.secret)
        if settings.auto_answer != box.settings.auto_answer:
            _check_words(unit, settings.auto_answer)
        other = unit.store.boxes.named(clean) if clean else None
        if other is not None and other.number != box.number:
            raise Refused(f"There is a box {clean} already.", "Choose another name.")
        after = replace(box, settings=settings, secret=secret or box.secret, name=clean or box.name)
        elsewhere = _place(settings) != _place(box.settings)
        if elsewhere:  # its UIDs are another folder's
            after = replace(after, uidvalidity=None, uid=0, read_at=None, added_at=unit.now)
        if elsewhere or secret is not None or (settings.reading and not box.settings.reading):
            # It gets the whole time again before it counts as late.
            after = replace(after, failure="", failed_at=None, told_at=None, read_at=None, added_at=unit.now)
        if after != box:
            unit.store.boxes.save(after)
            unit.record_change("box changed", box.name, {"changed": _changed(box, after)})
        if elsewhere:
            unit.store.boxes.forget_mails(box.number)
        return after

    box = desk.write(work)
    if secret is not None:
        _trust(secret)
    return box


def remove(desk: Desk, name: str) -> Box:
    """Removes a box; for leads only. The mails that came by it stay."""

    def work(unit: UnitOfWork) -> Box:
        unit.must_lead("remove a mail box")
        box = _named(unit, name)
        unit.store.boxes.remove(box.number)
        unit.record_change("box removed", box.name, {"address": box.settings.address.address})
        return box

    return desk.write(work)


def shown_failures(desk: Desk, box: Box) -> list[tuple[int, str]]:
    """The UIDs of the mails of a box that could not be fetched, each with the reason."""
    if box.uidvalidity is None:
        return []
    validity = box.uidvalidity
    return desk.read(lambda unit: [(one.uid, one.failure) for one in unit.store.boxes.unfetched(box.number, validity)])


def _place(settings: BoxSettings) -> tuple[str, str, str] | None:
    server = settings.imap
    return (server.host, server.user, settings.folder) if server is not None else None


def _changed(before: Box, after: Box) -> list[str]:
    """The names of what was changed."""
    fields = BoxSettings.__struct_fields__
    changed = [name for name in fields if getattr(before.settings, name) != getattr(after.settings, name)]
    if before.name != after.name:
        changed.append(f"name: {after.name}")
    if before.secret != after.secret:
        changed.append("password")
    return changed


def words_are_gone(desk: Desk, box: Box) -> bool:
    """Whether the box names words for automatic answers that are no longer saved, so that it sends none."""
    name = box.settings.auto_answer
    return bool(name) and desk.read(lambda unit: of_team(unit, name)) is None


def _check_words(unit: UnitOfWork, name: str) -> None:
    if name and of_team(unit, name) is None:
        raise WrongUse(
            f"The team has no saved words of the name {name!r}.",
            "Save them first: {}.",
            suggest("words add", name=name, text=...),
        )


def _check(settings: BoxSettings, secret: Secret) -> None:
    if settings.imap is None and settings.smtp is None:
        raise WrongUse(
            "A box needs a server that mail is fetched from or sent through.",
            "Give one {}, or {}.",
            given(imap=...),
            given(smtp=...),
        )
    if settings.after == "move" and not settings.moved_to:
        raise WrongUse("The folder to which mails are moved is missing.", "Give it {}.", given(move_to=...))
    if settings.after == "move" and settings.moved_to == settings.folder:
        raise WrongUse(
            "Mails cannot be moved to the folder that they are in.", "Give another one {}.", given(move_to=...)
        )
    if not settings.folder:
        raise WrongUse("The folder that is read is missing.", "Give it {}, such as INBOX.", given(folder=...))
    if settings.auto_answer and settings.smtp is None:
        raise WrongUse("A box that sends nothing cannot answer automatically.", "Give a server {}.", given(smtp=...))
    users = [server.user for server in (settings.imap, settings.smtp) if server is not None]
    if settings.imap is not None and not settings.imap.user:
        raise WrongUse("The user to log in as is missing.", "Give it {}.", given(user=...))
    if any(users) and secret.kind == "none":
        raise Refused(
            "A login needs a password.",
            "Give a command {}, a variable {}, the password on standard input {}, or for OAuth a command {}.",
            given(password_command=...),
            given(password_env=...),
            given(password="-"),
            given(token_command=...),
        )
    if settings.oauth and secret.kind == "stored":
        raise WrongUse(
            "A token for OAuth lasts an hour, so it cannot be stored.", "Give a command {}.", given(token_command=...)
        )


def _trust(secret: Secret) -> None:
    if secret.kind == "command":
        trust(secret.value)
