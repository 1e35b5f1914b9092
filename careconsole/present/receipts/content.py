"""What a receipt says, in the words of one language: the same for its text, its page and its JSON.

It is made from what is public of a history (`domain.case.public`), the people who look after the case, and what the
team says in all receipts. It names nobody but the owner and who acts for them, and no time but those that the customer
knows. A time that was only ours, or a guess, would be read as a promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

import msgspec

from careconsole.desk.queries.shown_case import View
from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.case.answer_tags import answer_tag
from careconsole.domain.case.narrator import ended
from careconsole.domain.case.public import INBOUND, OUTBOUND, PublicLine, public_history, public_messages
from careconsole.domain.case.public_conversations import SAME, join_conversations
from careconsole.domain.case.public_state import PublicPromise
from careconsole.domain.case.rating_answers import RATINGS, is_awaited
from careconsole.domain.case.state import MERGED, VOID
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import display_block, display_text
from careconsole.present.receipts.wording import WRITTEN, Piece, Wording

MOST = 12
"""The most things that happened on one receipt: it fits on one sheet of paper."""
_LONGEST = 240
_ELLIPSIS = "…"
Pieces = tuple[Piece, ...]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a receipt. `at` is when it happened; `words` is what was written or said then.

    `link` is the address that the whole line leads to; as text, it stands below the line.
    """

    pieces: Pieces
    at: Piece | None = None
    words: str = ""
    link: str = ""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a receipt: "told", "who", "happened", "promised", "asked" or "unsettled", and its lines."""

    id: Literal["told", "who", "happened", "promised", "asked", "unsettled"]
    heading: Pieces
    items: tuple[Item, ...]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as of a moment (`now`, epoch milliseconds), in the language with the code `language`.

    `customer` is whose it is; None if the case has none.
    """

    case: int
    customer: int | None
    language: str
    now: int
    title: Pieces
    as_of: Pieces
    sections: tuple[Section, ...]


def receipt_of(
    view: View,
    asked: int,
    settings: ReceiptSettings,
    wording: Wording,
    *,
    words: bool = False,
    subject: bool = True,
    now: int | None = None,
) -> Receipt:
    """The receipt for the customer of case number `asked`, which `view` shows or was merged into what it shows.

    `words` adds what was written and said between the customer and us; without `subject` it leaves out what the case is
    about. `now` is the moment that it says it is of, if not that of the view. Raises Refused for a case that there is
    no receipt of.
    """
    case = view.case
    if case.status == VOID:
        raise Refused(
            f"Case {case.number} was opened by mistake and withdrawn, so there is nothing to tell its customer.",
            "See {}.",
            suggest("show", case.number),
        )
    if case.status == MERGED:
        raise Refused(f"Case {asked} was merged, and the case it went to is missing.", "See {}.", suggest("db check"))
    moment = view.now if now is None else now
    writer = _Writer(view, settings, wording, words, subject, moment)
    team = _on_a_line(settings.team)
    title = wording.say("title" if team else "title_teamless", case=case.number, team=team)
    return Receipt(
        case=case.number,
        customer=case.customer,
        language=wording.code,
        now=moment,
        title=title,
        as_of=wording.say("as_of", moment=wording.moment(moment)),
        sections=writer.sections(),
    )


class _Writer:
    """Writes the parts of one receipt."""

    def __init__(
        self, view: View, settings: ReceiptSettings, wording: Wording, words: bool, subject: bool, now: int
    ) -> None:
        self._view = view
        self._case = view.case
        self._settings = settings
        self._wording = wording
        self._words = words
        self._subject = subject
        self._public = public_history(view.case, view.history, now)
        self._lines = join_conversations(_with_merged(view, self._public.lines))
        self._acting = view.roster.answerable(view.case.owner)

    def sections(self) -> tuple[Section, ...]:
        say = self._wording.say
        return (
            Section(id="told", heading=say("told_heading" if self._told_us else "about_heading"), items=self._about()),
            Section(id="who", heading=say("who_heading"), items=self._who()),
            Section(id="happened", heading=say("happened_heading"), items=self._happened()),
            Section(id="promised", heading=say("promised_heading"), items=self._promised()),
            Section(id="asked", heading=say("ask_heading"), items=self._asked()),
            Section(id="unsettled", heading=say("unsettled_heading"), items=self._unsettled()),
        )

    @property
    def _told_us(self) -> bool:
        """Whether the customer began it: else it is not what they told us."""
        lines = self._public.lines
        return bool(lines) and lines[0].sentence.startswith(INBOUND)

    def _about(self) -> tuple[Item, ...]:
        say, subject = self._wording.say, _on_a_line(self._case.subject) if self._subject else ""
        first = next((self._wording.moment(line.at) for line in self._public.lines if line.at is not None), None)
        if not subject:
            return (Item(pieces=say("told_nothing", case=self._case.number)),)
        pieces = say("told_undated", subject=subject) if first is None else say("told", moment=first, subject=subject)
        return (Item(pieces=pieces),)

    def _who(self) -> tuple[Item, ...]:
        case, say = self._case, self._wording.say
        past = "" if case.is_open else "_past"
        if self._acting is None:
            return (Item(pieces=say("nobody")), self._reach(None))
        acting = self._name(self._acting)
        if case.owner is None:
            said = say(f"owner{past}_none", acting=acting)
        elif case.owner == self._acting:
            said = say(f"owner{past}", owner=acting)
        else:
            said = say(f"owner{past}_away", owner=self._name(case.owner), acting=acting)
        return (Item(pieces=said), self._reach(self._acting))

    def _name(self, person: int) -> str:
        return _on_a_line(self._view.roster.name(person))

    def _reach(self, person: int | None) -> Item:
        """How to reach a person who knows, else the team; without either, how else to ask."""
        known = self._view.roster.people.get(person) if person is not None else None
        if known is not None and (reach := _on_a_line(known.reach)):
            return Item(pieces=self._wording.say("reach", acting=_on_a_line(known.name), reach=reach))
        if reach := _on_a_line(self._settings.phone or self._settings.mail):
            return Item(pieces=self._wording.say("reach_team", reach=reach))
        return Item(pieces=self._answer())

    def _answer(self) -> Pieces:
        """What to reply to: our last message, or, where we called or met the customer since, the last that we wrote."""
        say, case = self._wording.say, self._case.number
        ours = [line for line in self._lines if line.sentence.startswith(OUTBOUND)]
        written = [line for line in ours if _channel(line) in WRITTEN]
        if not written:
            return say("reach_ask", case=case)
        last = written[-1]
        if last is ours[-1] or last.at is None:
            return say("reach_answer", case=case)
        return say(f"reach_answer_{_channel(last)}", case=case, moment=self._wording.moment(last.at))

    def _happened(self) -> tuple[Item, ...]:
        lines = self._lines
        shown = lines[-MOST:]
        items = [self._line(line) for line in shown]
        if len(lines) > len(shown):
            earlier = Item(pieces=self._wording.say("happened_earlier", count=len(lines) - len(shown)))
            items.insert(0, earlier)
        return tuple(items)

    def _line(self, line: PublicLine) -> Item:
        pieces = self._wording.say(
            line.sentence,
            owner=self._name(line.owner) if line.owner is not None else None,
            text=_on_a_line(line.text),
            by=self._wording.moment(line.by) if line.by is not None else None,
            case=line.case,
        )
        return Item(
            pieces=pieces,
            at=self._wording.moment(line.at) if line.at is not None else None,
            words=_cut(display_block(line.words[: 2 * _LONGEST])) if self._words else "",
        )

    def _promised(self) -> tuple[Item, ...]:
        promises = self._public.promises[:MOST]
        if not promises:
            return (Item(pieces=self._wording.say("promise_none")),) if self._case.is_open else ()
        return tuple(Item(pieces=self._promise(promise)) for promise in promises)

    def _promise(self, promise: PublicPromise) -> Pieces:
        say, text = self._wording.say, _as_sentence(_on_a_line(promise.text))
        if promise.by is None:
            return say("promise_broken_once" if promise.broken else "promise_once", text=text)
        by = self._wording.moment(promise.by)
        if promise.broken:
            return say("promise_broken", by=by, text=text)
        return say("promise_late" if promise.by < self._view.now else "promise", by=by, text=text)

    def _asked(self) -> tuple[Item, ...]:
        """The question whether we did what we promised, with a mail to send for each answer."""
        settings, case, say = self._settings, self._case, self._wording.say
        if not (settings.answers and settings.key and is_awaited(case, self._view.now)):
            return ()
        tags = {answer: quote(answer_tag(settings.key, case.number, answer)) for answer in RATINGS}
        to = _mailto(settings.answers)
        answers = (Item(pieces=say(f"ask_{answer}"), link=f"{to}?subject={tag}") for answer, tag in tags.items())
        return (Item(pieces=say("ask_how")), *answers)

    def _unsettled(self) -> tuple[Item, ...]:
        case = self._case
        said = self._wording.say("unsettled_open" if case.is_open else "unsettled_ended", case=case.number)
        return (Item(pieces=said), *contact_items(self._settings, self._wording, case.number))


def _channel(line: PublicLine) -> str:
    """How we wrote or spoke to the customer."""
    return line.sentence.removeprefix(OUTBOUND).removesuffix(SAME)


def _with_merged(view: View, lines: list[PublicLine]) -> list[PublicLine]:
    """The lines of a case, and what the same customer and we wrote on cases that were merged into it, by time.

    Another customer's words stay on the case that was theirs: this receipt is not for them.
    """
    same = [one for one in view.merged if one[0].customer == view.case.customer and view.case.customer is not None]
    more = [line for case, history in same for line in public_messages(case, history)]
    if not more:
        return lines
    undated = [line for line in lines if line.at is None]
    dated = [line for line in [*lines, *more] if line.at is not None]
    return [*undated, *sorted(dated, key=lambda line: line.at or 0)]


def contact_items(settings: ReceiptSettings, wording: Wording, case: int | None) -> list[Item]:
    """How to reach the team: its address and its phone number, as far as they are set."""
    items = []
    if settings.mail:
        about = f"?subject={quote(f'#{case}')}" if case is not None else ""
        link = f"{_mailto(settings.mail)}{about}"
        items.append(Item(pieces=wording.say("write", address=Piece(text=settings.mail, foreign=True, link=link))))
    if settings.phone:
        items.append(Item(pieces=wording.say("call", phone=settings.phone)))
    return items


def _mailto(address: str) -> str:
    return f"mailto:{quote(address, safe='@+')}"


def plain(pieces: Sequence[Piece]) -> str:
    """A sentence as text on one line, safe for a terminal."""
    return display_text("".join(piece.text for piece in pieces))


def _on_a_line(text: str) -> str:
    return _cut(" ".join(display_block(text[: 4 * _LONGEST]).split()))


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + _ELLIPSIS


def _as_sentence(text: str) -> str:
    return ended(text)
