"""Renders the sheet of a case as lines of a given width: who and what, the last message, the history, the details.

Each line is a row of (text, tone) pieces, made safe. The widget turns tones into colours; every meaning is in the words
and signs as well: "←" the customer said it, "→" we said it or the customer heard it, "✎" a note, "▲" an escalation, "x"
it was undone, "·" everything else.
"""

from __future__ import annotations

import msgspec

from careconsole.commands.console_keys import key_words
from careconsole.commands.key_table import KEYS
from careconsole.desk.queries.last_messages import last_of_all, message_of
from careconsole.desk.queries.linked_cases import links
from careconsole.desk.queries.shown_case import View
from careconsole.desk.queries.similar import Similar
from careconsole.desk.team.customers import Customer
from careconsole.domain.case.acknowledgement import Acknowledged
from careconsole.domain.case.calls import CallReassigned, CallTimedOut, Nudged
from careconsole.domain.case.clocks import ACKNOWLEDGEMENT, AT_RISK, BREACHED, OWNER_UPDATE, PARKED, Clock
from careconsole.domain.case.escalation import Deescalated, Escalated, Skipped
from careconsole.domain.case.event import Event
from careconsole.domain.case.import_events import NOTE, Imported
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.replies import ReplySent
from careconsole.domain.counting import counted
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import cell_width, display_block, display_text, first_words, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.present.case_sheet import HistoryLine, brought, files_count, head, history_lines, looks_like_words
from careconsole.tui.queue.clock_lines import clock_rows, due_line
from careconsole.tui.queue.columns import PRIORITY_SIGNS
from careconsole.tui.queue.list_lines import INBOUND, OUTBOUND, said_by_us
from careconsole.tui.widgets.toned_lines import Line

_LONGEST = 4_000
"""The most characters of a text that are shown in a pane."""
_FOLDED = 15
"""Entries of a history that are shown of a longer one, the newest, until it is unfolded."""
_OPEN_ROWS = ("offer", "helping", "promise", "review", "playbook", "do", "may", "escalate", "public")
"""Rows of a case's head about what somebody has to do or to know at once; they stand below the strip."""
_ESCALATION = (Escalated, Skipped, Deescalated, Acknowledged, Nudged, CallReassigned, CallTimedOut)


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet shows besides the case itself: who else has it open, the reader's drafts, similar cases, and lines
    about the playbooks that fit it.
    """

    here: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    similar: tuple[Similar, ...] = ()
    known: tuple[str, ...] = ()


def sheet_lines(view: View, beside: Beside, width: int, *, unfolded: bool = False) -> list[Line]:
    """The whole sheet, the newest entry of the history first; of a long one the rest only when it is `unfolded`."""
    width = max(20, width)
    shown, rows = _own_rows(view)
    lines = _title(view, shown, width)
    for who in beside.here:
        lines += _under("  ", "", who, "soon", width)
    if linked := links(view.case, view.history):
        words = ", ".join(f"{how} {number}" for number, how in linked.items())
        lines += _under("  ", "", f"{words} {_leads('linked', 'goes there')}", "quiet", width)
    if (other := view.looks_like) is not None:
        goes = f"{_key('linked')} goes there"
        words = looks_like_words(other, f"{_key('merge')} merges them, {goes}" if other.is_open else goes)
        lines += _under("  ", "", f"looks like {words}", "soon", width)
    if files := files_count(view):
        lines += _under("  ", "", f"{files} {_leads('files', 'lists them')}", "quiet", width)
    for draft in beside.drafts:
        lines += _under("  ", "", draft, "soon", width)
    for known in beside.known:
        lines += _under("  ", "", known, "strong", width)
    first, rest = _divided(view, rows)
    lines += _rows(first, width, view.case.number)
    lines.append((("─" * width, "quiet"),))
    number, said = last_of_all(view.case.number, view.history, view.merged) or (view.case.number, None)
    elsewhere = number if number != view.case.number else None
    lines += _last(view, said, width, elsewhere)
    lines += _history(view, said if elsewhere is None else None, width, unfolded)
    lines += _details(view, rest, said, width)
    if beside.similar:
        lines += [(), (("Similar cases", "heading"),)]
        for like in beside.similar:
            told = f"[{like.status}] {like.subject} ({like.why})" + (f": {like.resolution}" if like.resolution else "")
            lines += _under(f"{like.number:>6}  ", "quiet", _begin(told, like.number), "", width)
    return lines


def told_by_time(view: View) -> object:
    """The words of a sheet that change as time passes, to be compared with those of another moment; cheap."""
    shown, rows = _own_rows(view)
    return rows, _strip(view, shown), clock_rows(view, _on_strip(view))


def _own_rows(view: View) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The rows of the head that title and strip say, by name, and the others; a field may have a name of theirs."""
    case = view.case
    named = {"status", "owner"}
    named |= {"due"} if view.running else set()
    named |= {"level"} if case.level or case.escalation else set()
    named |= {"priority"} if case.priority != "normal" else set()
    named |= {"customer"} if view.customer is not None else set()
    shown: dict[str, str] = {}
    others = []
    for name, words in head(view, timed=False):
        if name in named and name not in shown:
            shown[name] = words
        else:
            others.append((name, words))
    return shown, others


def _title(view: View, shown: dict[str, str], width: int) -> list[Line]:
    """The number and the subject, whose case it is, and the strip: status, priority, owner, level and what is due."""
    case = view.case
    lines: list[Line] = []
    for part in wrapped(display_text(f"{case.number}  {case.subject}", 600), width):
        lines.append(((part, "title"),))
    if "customer" in shown:
        whose = f"{display_text(shown['customer'], 600)} {_leads('customer', 'customer')}"
        lines += [((part, "quiet"),) for part in _wrapped(whose, width)]
    return lines + _joined(_strip(view, shown), width)


def _key(id: str) -> str:
    """The key that leads on from what stands beside it."""
    return key_words(KEYS[id][:1])


_UNBROKEN = "\N{NO-BREAK SPACE}"


def _leads(id: str, where: str) -> str:
    """A key and where it leads, in brackets, for `_wrapped`, which keeps that on one line."""
    return f"({_key(id)} {where})".replace(" ", _UNBROKEN)


def _wrapped(text: str, width: int) -> list[str]:
    """Safe text in lines, which are not broken at a no-break space."""
    return [part.replace(_UNBROKEN, " ") for part in wrapped(text, width)]


def _strip(view: View, shown: dict[str, str]) -> list[tuple[str, str]]:
    """What matters about a case now, once each, with tones."""
    case = view.case
    parts = [(shown["status"], "strong")]
    if case.priority != "normal":
        parts.append((f"{case.priority} {PRIORITY_SIGNS.get(case.priority, '')}".rstrip(), "level"))
    parts.append((shown["owner"], "soon" if case.owner is None and case.is_open else "strong"))
    if "level" in shown:
        parts.append((f"▲ level {shown['level']}", "level"))
    for clock in _on_strip(view):
        words = due_line(clock, view)
        tone = "late" if words.startswith("! ") else "soon" if words.startswith("~ ") else ""
        parts.append((words, tone))
    return parts


_OF_CALLS = ACKNOWLEDGEMENT, OWNER_UPDATE


def _on_strip(view: View) -> list[Clock]:
    """The clocks of the strip: the one due first, those at risk, and the call's, of which the level does not tell.

    Until when the case is parked stands in its status already.
    """
    said = [clock for clock in view.running if clock.kind != PARKED or clock.stands(view.now) == BREACHED]
    return [
        clock
        for place, clock in enumerate(said)
        if not place or clock.kind in _OF_CALLS or clock.stands(view.now) == AT_RISK
    ]


def _divided(view: View, rows: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The rows that stand below the strip, those of mails with the key that leads to them, and the others."""
    found: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    mails = len(view.unsent)
    for name, words in rows:
        if name == "mail" and mails:  # ours come first: a field may have any name
            found.append((name, f"{words} {_leads('mail', 'mail')}"))
            mails -= 1
        else:
            (found if name in _OPEN_ROWS else others).append((name, words))
    return found, others


def _joined(parts: list[tuple[str, str]], width: int) -> list[Line]:
    """Parts in a row, with a dot between them; a part that has no room left begins a line of its own."""
    lines: list[Line] = []
    row: list[tuple[str, str]] = []
    used = 0
    for words, tone in parts:
        text = display_text(words, _LONGEST)
        if row and used + 3 + cell_width(text) > width:
            lines.append(tuple(row))
            row, used = [], 0
        if row:
            row.append((" · ", "quiet"))
            used += 3
        *full, last = wrapped(text, width)
        lines += [((part, tone),) for part in full]
        row.append((last, tone))
        used += cell_width(last)
    return [*lines, tuple(row)] if row else lines


def said_by_them(event: Event, customer: Customer | None) -> str:
    """Who of them said something: the customer, or the sender of a mail that came from another address than theirs."""
    mail = event.fact.mail if isinstance(event.fact, Opened | MessageLogged) else None
    if (
        mail is not None
        and mail.sender
        and (customer is None or address_key(mail.sender) != address_key(customer.email))
    ):
        return mail.sender
    return customer.name if customer is not None else "the customer"


def _last(view: View, said: Event | None, width: int, elsewhere: int | None = None) -> list[Line]:
    """The last message in full: who said it to whom, how and when, and below it the text.

    `elsewhere` is the number of the case it is on, if that was merged into this one.
    """
    if said is None:
        return [(("Nothing but the subject yet.", "quiet"),)]
    message, contact = message_of(said), said.fact.contact
    where = f", on case {elsewhere}" if elsewhere is not None else ""
    channel = contact.channel if contact is not None else view.case.channel
    if message.inbound:
        sign, tone, who = INBOUND, "inbound", said_by_them(said, view.customer)
    else:
        sign, tone, who = OUTBOUND, "public", said_by_us(view.roster.name(message.who)) if message.who else "we"
    how = f"mail sent to {said.fact.people}" if isinstance(said.fact, ReplySent) else channel
    if isinstance(said.fact, MessageLogged) and said.fact.is_only_recorded and channel == "email":
        how += ", recorded only"
    lines = _under(f"{sign} ", tone, f"{who}, {how}, {local(said.said_at, view.now)}{where}", tone, width)
    for row in display_block(_begin(message.text, view.case.number)).split("\n"):
        lines += [(("  ", ""), (part, "")) for part in wrapped(row, max(8, width - 2))]
    return lines


def _history(view: View, said: Event | None, width: int, unfolded: bool) -> list[Line]:
    """Every entry, the newest first, with the number that commands and entries name it by.

    The last message, which stands above in full, takes one line.
    """
    lines: list[Line] = [(), (("History (newest first)", "heading"),)]
    by_number = {event.number: event for event in view.history}
    entries = history_lines(view)[::-1]
    hidden = 0 if unfolded or len(entries) <= _FOLDED + 1 else len(entries) - _FOLDED
    digits = len(str(entries[0].number)) if entries else 0
    room = width - digits - 1
    for entry in entries[: len(entries) - hidden]:
        full = _entry(entry, by_number[entry.number], room, view.case.number)
        if said is not None and entry.number == said.number and len(full) > 1:
            (label, tone), (words, other) = full[0]
            full = [((label, tone), (first_words(f"{words} {'.' * room}", max(8, room - cell_width(label))), other))]
        for place, line in enumerate(full):
            lines.append(((f"{'' if place else entry.number:>{digits}} ", "quiet"), *line))
        if not entry.undone:
            lines += [((" " * (digits + 1), ""), *line) for line in _brought(view, by_number[entry.number], room)]
    if hidden:
        lines.append(((f"… {counted(hidden, 'earlier entry', 'earlier entries')}: Enter shows all", "soon"),))
    return lines


def _brought(view: View, event: Event, width: int) -> list[Line]:
    """What was written on the case that was merged into this one by `event`, the newest first; else nothing."""
    lines: list[Line] = []
    for said in reversed(brought(view, event)):
        sign, tone = (INBOUND, "inbound") if said.inbound else (OUTBOUND, "public")
        label = f"{sign} {said.when}, on case {said.case}  "
        lines += _under(label, tone, _begin(said.text, said.case), tone, width, indent=2)
    return lines


def _details(view: View, rows: list[tuple[str, str]], said: Event | None, width: int) -> list[Line]:
    """The rest of what is known: clocks after the first, the other rows of the head, and the description."""
    others = [*clock_rows(view, _on_strip(view)), *rows]
    lines: list[Line] = [(), (("Details", "heading"),), *_rows(others, width, view.case.number)]
    description = view.case.description
    if description and not (said is not None and said.fact.contact is None):
        lines.append(())
        for row in display_block(_begin(description, view.case.number)).split("\n"):
            lines += [((part, ""),) for part in wrapped(row, width)]
    return lines


def _rows(found: list[tuple[str, str]], width: int, case: int) -> list[Line]:
    """Names and words beside them, in two columns."""
    rows = [(display_text(name, 16), words) for name, words in found]
    wide = max((cell_width(name) for name, _ in rows), default=0) + 2
    lines: list[Line] = []
    for name, words in rows:
        tone = "late" if "LATE" in words or words.startswith("! ") else "soon" if words.startswith("~ ") else ""
        lines += _under(fit(name, wide), "quiet", _begin(words, case), tone, width)
    return lines


def _begin(text: str, case: int) -> str:
    """As much of a text as fits a sheet, and where the rest is."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (careconsole show {case} prints it in full)"


def _entry(entry: HistoryLine, event: Event, width: int, case: int) -> list[Line]:
    sign, tone = ("x", "undone") if entry.sign == "x" else _sign(event)
    return _under(f"{sign} {entry.when}  ", tone, _begin(entry.told, case), tone, width, indent=2)


def _sign(event: Event) -> tuple[str, str]:
    """The sign and the tone of an entry: who said it, or what kind of event it is."""
    fact = event.fact
    if fact.direction == "in":
        return INBOUND, "inbound"
    if isinstance(fact, Noted) or (isinstance(fact, Imported) and fact.way == NOTE and fact.said):
        return "✎", "internal"
    if isinstance(fact, _ESCALATION):
        return "▲", "level"
    return (OUTBOUND, "public") if fact.direction == "out" else ("·", "internal")


def _under(label: str, label_tone: str, text: str, tone: str, width: int, indent: int | None = None) -> list[Line]:
    """A label and text beside it; lines after the first are indented to the label's end, or by `indent` cells."""
    room = cell_width(label)
    inset = room if indent is None else indent
    first, *others = display_block(text).split("\n")
    if indent is None:
        begin, *rest = _wrapped(first, max(8, width - room))
    else:
        # The label takes room in the first line: a placeholder of its width is wrapped with the text, then cut off.
        begin, *rest = _wrapped("x" * room + first, max(room + 8, width - inset))
        begin = begin[room:]
    lines: list[Line] = [((label, label_tone), (begin, tone))]
    for row in [*rest, *(part for other in others for part in _wrapped(other, max(8, width - inset)))]:
        lines.append(((" " * inset, ""), (row, tone)))
    return lines
