"""The sentences of receipts in one language, read from `db/words/receipt.LANG.toml` and checked before they are used.

A sentence may have variables in braces, each one of those that its id knows (`VARIABLES`): nothing else in braces is
allowed, so that a sentence can neither fail nor reach into a value. What a language lacks is said in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from string import Formatter

import msgspec

from careconsole.desk.program_files import receipt_languages, receipt_words
from careconsole.domain.case.public_conversations import CHANNELS, SAME
from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.toml import NotToml, loads
from careconsole.domain.terminal_text import display_text

USUAL = "en"
"""The language of a receipt when neither the command nor the team names one, and of sentences that another lacks."""

_CHANNELS = ("email", "phone", "chat", "web", "letter", "visit", "social", "other")
WRITTEN = ("email", "chat", "web", "letter", "social")
"""The channels by which we write to a customer: nobody can reply to a call or a visit."""
_PLAIN = (
    "told_heading about_heading who_heading nobody happened_heading promised_heading promise_none unsettled_heading"
    " gone gone_contact begun owner_other asked_colleague asked_decider decider_works decided waits_for_you"
    " working_again"
    " asked_expert expert_works expert_answered asked_other other_works other_ended"
    " waits_outside resolved closed reopened ask_heading ask_how ask_yes ask_partly ask_no rated_yes rated_partly"
    " rated_no"
)
VARIABLES: Mapping[str, frozenset[str]] = {
    **{id: frozenset() for id in _PLAIN.split()},
    **{f"{way}_{channel}": frozenset() for way in ("in", "out") for channel in _CHANNELS},
    **{f"{way}_{channel}{SAME}": frozenset() for way in ("in", "out") for channel in CHANNELS},
    **{f"reach_answer_{channel}": frozenset({"case", "moment"}) for channel in WRITTEN},
    **{id: frozenset({"case"}) for id in ("told_nothing", "reach_answer", "reach_ask", "title_teamless")},
    **{id: frozenset({"case"}) for id in ("unsettled_open", "unsettled_ended", "joined", "split_off", "split_from")},
    **{id: frozenset({"owner"}) for id in ("owner", "owner_past", "owner_now")},
    **{id: frozenset({"owner", "acting"}) for id in ("owner_away", "owner_past_away")},
    **{id: frozenset({"acting"}) for id in ("owner_none", "owner_past_none")},
    **{id: frozenset({"by", "text"}) for id in ("promise", "promise_late", "promise_broken", "promised", "moved")},
    **{id: frozenset({"by", "text"}) for id in ("moved_late",)},
    **{id: frozenset({"text"}) for id in ("promise_once", "promise_broken_once", "promised_once", "broken")},
    **{id: frozenset({"text"}) for id in ("kept", "kept_late", "released", "released_late")},
    "title": frozenset({"case", "team"}),
    "as_of": frozenset({"moment"}),
    "told": frozenset({"moment", "subject"}),
    "told_undated": frozenset({"subject"}),
    "reach": frozenset({"acting", "reach"}),
    "reach_team": frozenset({"reach"}),
    "happened_earlier": frozenset({"count"}),
    "write": frozenset({"address"}),
    "call": frozenset({"phone"}),
}
"""Every sentence of a receipt by its id, with the variables that it knows."""

_DATE = frozenset({"day", "month", "year", "clock", "zone"})
_MONTHS = 12


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a sentence. `at`: it shows this time (epoch milliseconds); `foreign`: somebody wrote it, in whatever
    direction its script runs; `link` is the address that it leads to."""

    text: str
    at: int | None = None
    foreign: bool = False
    link: str = ""


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences of one language. `missing` are the ids that it lacks, and says in English."""

    code: str
    name: str
    months: tuple[str, ...]
    moment_form: str
    sentences: dict[str, str]
    zone: tzinfo | None = None
    missing: tuple[str, ...] = ()

    def say(self, id: str, **values: str | int | Piece | None) -> tuple[Piece, ...]:
        """The sentence with its variables filled in: a number as it is, a text as somebody wrote it."""
        pieces = []
        for literal, name, _, _ in Formatter().parse(self.sentences[id]):
            if literal:
                pieces.append(Piece(text=literal))
            if name is not None:
                value = values[name]
                if isinstance(value, Piece):
                    pieces.append(value)
                else:
                    pieces.append(Piece(text=str(value), foreign=isinstance(value, str)))
        return tuple(pieces)

    def moment(self, ms: int) -> Piece:
        """A time as the customer reads it, with its date and zone: "26 November 2026, 14:05 CET"."""
        at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).astimezone(self.zone)
        zone = at.tzname() or ""
        shown = self.moment_form.format(
            day=at.day,
            month=self.months[at.month - 1],
            year=at.year,
            clock=f"{at.hour}:{at.minute:02}",
            zone=f"UTC{zone}" if zone[:1] in "+-" else zone,
        )
        return Piece(text=shown, at=ms)


def languages() -> tuple[str, ...]:
    """The codes of the languages that a receipt can be in, in alphabetical order."""
    return receipt_languages()


def wording(code: str, zone: tzinfo | None = None) -> Wording:
    """The sentences of a language; `zone` is the one that times are shown in (None: the workstation's).

    Raises WrongUse for a language that there is none of, and for a file that cannot be used.
    """
    known = languages()
    if code not in known:
        raise WrongUse(f"There is no receipt in the language {code!r}.", f"Choose one of: {', '.join(known)}.")
    read = read_wording(receipt_words(code), f"receipt.{code}.toml")
    if code != USUAL and read.missing:
        english = read_wording(receipt_words(USUAL), f"receipt.{USUAL}.toml")
        read = msgspec.structs.replace(read, sentences=english.sentences | read.sentences)
    return msgspec.structs.replace(read, zone=zone)


def read_wording(text: str, file: str) -> Wording:
    """Reads the text of a language file. Raises WrongUse, naming the file and the sentence, for what it cannot be."""
    try:
        found = loads(text)
        read = msgspec.convert(found, _File)
    except NotToml as error:
        place = f", line {error.line}" if error.line else ""
        raise WrongUse(f"{file}{place}: {error.why}.", "Write it as TOML.") from None
    except msgspec.ValidationError as error:
        raise WrongUse(f"{file}: {error}.", "See receipt.en.toml for what a language file has.") from None
    if len(read.dates.months) != _MONTHS:
        raise WrongUse(f"{file}: a year has {_MONTHS} months, not {len(read.dates.months)}.", "Name each of them.")
    _must_know(read.dates.moment, _DATE, "dates.moment", file)
    for id, sentence in read.sentences.items():
        if id not in VARIABLES:
            raise WrongUse(
                f"{file}: receipts have no sentence {display_text(id, 60)!r}.", "Take it out, or correct it."
            )
        _must_know(sentence, VARIABLES[id], id, file)
    return Wording(
        code=read.code,
        name=read.name,
        months=read.dates.months,
        moment_form=read.dates.moment,
        sentences=read.sentences,
        missing=tuple(id for id in VARIABLES if id not in read.sentences),
    )


class _Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    months: tuple[str, ...]
    moment: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    code: str
    dates: _Dates
    sentences: dict[str, str]


def _must_know(sentence: str, known: frozenset[str], id: str, file: str) -> None:
    """Raises WrongUse for anything in braces but a variable that the sentence knows."""
    usable = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
    hint = f"Variables that it knows: {usable}. A brace that is text is written twice."
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        raise WrongUse(f"{file}: a brace in the sentence {id!r} stands alone.", hint) from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            raise WrongUse(f"{file}: the sentence {id!r} does not know {{{display_text(name, 60)}}}.", hint)
