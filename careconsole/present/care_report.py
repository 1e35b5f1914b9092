"""The care report in words: figures with how exact they are, weeks as small bars, stories, and what has to be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from careconsole.desk.queries.care_report import CareReport, Known
from careconsole.desk.queries.learned import LearnedCause
from careconsole.domain.case.narrator import span_in_words, within
from careconsole.domain.report.figures import FEW, GROWING, LESS, MORE, RECENT, SAME, Figure, WeekFigure
from careconsole.domain.report.observed import Silent
from careconsole.domain.report.panels import Kind
from careconsole.domain.report.weeks import Week
from careconsole.domain.terminal_text import display_block, display_text, wrapped
from careconsole.domain.time.moments import format_span, local, local_time
from careconsole.present.learned import effect_words

COLUMN = 5
"""Characters of a week in a chart."""
HOLLOW, NONE = "○", "·"
"""Stand in a chart for a week with too few observations to say, and for one without any."""
MARK = "*"
"""Stands behind a recorded week of which today's histories say something else."""
FEW_ANSWERS = 0.2
"""If a smaller share of the customers answered, figures are about "those who answered"."""
_BARS = "▁▂▃▄▅▆▇█"
_QUOTED, _SHOWN = 400, 8
"""Characters of a customer's words that are quoted, and cases that are named with a figure."""
RULES = (
    "Stories are chosen by four rules, not by a person: the latest promise that was kept after it had been at risk"
    " (three quarters of its time gone); the longest silence; the latest change whose cause has stayed away for eight"
    " weeks; the latest thanks."
)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story: its rule, its case, what happened, and the words of a customer or colleague, if it quotes any."""

    rule: str
    case: int
    text: str
    words: str = ""


# Figures.


def value_words(found: Figure) -> str:
    """The figure and how exact it is: "18 of 20 promises, 90 % (70 to 97 %)", "too few to say (n = 3)"."""
    definition = found.definition
    if not found.n:
        return f"no {definition.of} to count"
    if found.n < FEW or found.value is None:
        of = definition.of[:-1] if found.n == 1 else definition.of
        some = f"{found.hits} of {found.n} {of}" if definition.kind is Kind.SHARE else f"n = {found.n}"
        return f"too few to say ({some})"
    if definition.kind is Kind.SPAN:
        between = f" ({_time(found.interval[0])} to {_time(found.interval[1])})" if found.interval else ""
        return f"half {within(int(found.value * 1000))}{between}, n = {found.n:,}"
    low, high = found.interval or (0.0, 1.0)
    inside = f"{_percent(low)} to {_percent(high)} %"
    return f"{found.hits:,} of {found.n:,} {definition.of}, {_percent(found.value)} % ({inside})"


def short_words(found: Figure) -> str:
    """As `value_words`, in at most 32 characters or so: "18 of 20, 90 % (70 to 97 %)"."""
    return value_words(found).replace(f" {found.definition.of},", ",").replace("too few to say", "too few")


def fitting_words(found: Figure, room: int) -> str:
    """The figure in at most `room` characters, if it can be said so: words go first, then how exact it is."""
    full, short = value_words(found), short_words(found)
    shorter = short.removeprefix("half ").removeprefix("within ")
    shortest = re.sub(r" \([^)]*\)", "", shorter) if found.value is not None else shorter
    return next((words for words in (full, short, shorter) if len(words) <= room), shortest)


def change_words(found: Figure) -> str:
    """Whether the figure changed visibly: in most weeks it did not."""
    if found.change == SAME:
        return f"No visible change in the last {_number(RECENT)} weeks."
    if found.change == GROWING:
        return "The last weeks are not compared: there has been less time since."
    if found.change in (MORE, LESS):
        more, less = ("Longer", "Shorter") if found.definition.kind is Kind.SPAN else ("More", "Less")
        than = f"than in the {_number(len(found.weeks) - RECENT)} weeks before"
        return f"{more if found.change == MORE else less} in the last {_number(RECENT)} weeks {than}."
    return "Too few to say whether it changed."


def unknown_words(found: Figure) -> str:
    """How many observations count in neither way, and why; empty if all do."""
    why = found.definition.unknown
    return f"Not counted: {found.unknown:,} {why}." if found.unknown and why else ""


def cases_words(found: Figure) -> str:
    """The cases behind a figure, a few of them by number."""
    if not found.cases:
        return ""
    shown = ", ".join(map(str, found.cases[:_SHOWN]))
    more = len(found.cases) - _SHOWN
    rest = f" and {more:,} more: careconsole report --cases {found.definition.id}" if more > 0 else ""
    return f"{'Cases' if len(found.cases) > 1 else 'Case'} {shown}{rest}"


def bars(found: Figure, column: int = 1) -> str:
    """The weeks as bars, each in a column of so many characters: shares of a whole, times of the longest of them."""
    most = highest(found)
    return "".join(f"{_bar(one, most):>{column}}" for one in found.weeks)


def highest(found: Figure) -> float:
    """The value of a bar of full height: of a share the whole, of times the longest of the weeks."""
    return 1.0 if found.definition.kind is Kind.SHARE else max((one.value or 0.0 for one in found.weeks), default=0.0)


def numbers(found: Figure, column: int = COLUMN) -> str:
    """The same as numbers, for those who cannot see bars: shares in percent, times, and (n) where n is too few."""
    return "".join(f"{week_words(one, found):>{column}}" for one in found.weeks)


def week_words(one: WeekFigure, found: Figure) -> str:
    """The figure of one week, in at most five characters where it is less than 100 days."""
    if not one.n:
        return NONE
    mark = MARK if one.now is not None else ""
    if one.value is None:
        return f"({one.n}){mark}"
    short = _percent(one.value) if found.definition.kind is Kind.SHARE else _time(one.value).split(" ")[0]
    return f"{short}{mark}"


def has_chart(found: Figure) -> bool:
    """Whether its weeks are worth drawing: something was counted, and it is not the rest of the figure before it."""
    return any(one.n for one in found.weeks) and not found.definition.opposite


def _bar(one: WeekFigure, most: float) -> str:
    if not one.n:
        return NONE
    if one.value is None:
        return HOLLOW
    return _BARS[min(int(one.value / most * len(_BARS)), len(_BARS) - 1) if most else 0]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _time(seconds: float) -> str:
    return format_span(int(seconds * 1000))


def _number(n: int) -> str:
    return {4: "four", 8: "eight"}.get(n, str(n))


# What belongs to the whole.


def title(found: CareReport) -> str:
    """What the report is about."""
    whose = f": {found.me}'s cases" if found.me else f": cases that match {found.filter}" if found.filter else ""
    return f"Care report of {found.team}{whose}"


def span_words(found: CareReport) -> str:
    """The time of the report, and how many cases were read."""
    cases = f"{found.count:,} {'case' if found.count == 1 else 'cases'}"
    return f"{day(found.since)} to {day(found.until)}, {cases} read."


def day(at: int) -> str:
    """The local date of a moment, as in 2026-11-03."""
    return local_time(at).date().isoformat()


def notes(found: CareReport) -> list[str]:
    """What has to be known to read the figures: imports, clocks, weeks that are not whole."""
    told = [f"No customer's name contains “{display_text(name, 60)}”." for name in found.nobody]
    if not found.count and not found.nobody:
        told.append("No case was open in this time, or ended in it. Give an earlier --since, or another filter.")
    if found.me:
        told.append("Only cases that you own, or owned when they ended.")
    if found.imported:
        told.append(
            f"{found.imported:,} of the cases came from another system. What an import does not tell is left out, and"
            " said with each figure: unknown is neither good nor bad."
        )
    if found.undated:
        told.append(
            f"Of {found.undated:,} it is not known when they were resolved: they are in no figure by resolution."
        )
    if found.clock_went_back:
        several = len(found.clock_went_back) > 1
        some = ", ".join(map(str, found.clock_went_back[:_SHOWN])) + (
            " ..." if len(found.clock_went_back) > _SHOWN else ""
        )
        told.append(
            f"A clock was put back while {'cases' if several else 'case'} {some} {'were' if several else 'was'} open:"
            " what ended there before it began has no length, and is not counted."
        )
    told += [_changed_clock(week) for week in found.weeks if week.extra_hours]
    last = ", which is not over yet" if found.weeks[-1].until > found.until else ""
    told.append(
        f"Charts have a bar for each week, from that of {found.weeks[0].day} to that of {found.weeks[-1].day}{last}."
        f" {HOLLOW} and (n) are fewer than {FEW} to count, {NONE} is none."
    )
    if found.since > found.weeks[0].until:
        told.append("Charts also show weeks before the beginning of the report, which are not in its figures.")
    if found.recorded:
        told.append(
            f"Past weeks are shown as they were recorded. {MARK} marks those of which today's histories say something"
            " else, because of a late import, an undo or a case that was opened again; the cases behind a figure, and"
            " the figure itself, are today's."
        )
    return told


def marked_lines(found: Figure) -> list[str]:
    """The recorded weeks of which today's histories say something else."""
    told = []
    for one in found.weeks:
        if one.now is not None:
            n, hits = one.now
            is_share = found.definition.kind is Kind.SHARE
            then, today = (f"{one.hits} of {one.n}", f"{hits} of {n}") if is_share else (f"n = {one.n}", f"n = {n}")
            told.append(f"Week of {one.day}: recorded as {then}, by today's histories {today}.")
    return told


def answered_words(found: CareReport) -> str:
    """A warning where few customers answered; else empty."""
    answered = found.figures["answered"]
    if not found.figures["said_yes"].n:
        return "Nobody answered." if answered.n else "Nobody was asked, and nobody said it unasked."
    if not answered.n:
        return "Nobody was asked here: these answers came unasked, or from another system."
    if answered.hits < FEW_ANSWERS * answered.n:
        return "These are those who answered: fewer than one in five of the customers who were asked."
    return ""


def effect_lines(effects: Iterable[LearnedCause], now: int) -> list[str]:
    """Whether the changes of the last weeks helped."""
    return [f"{one.cause}: {effect_words(one, now)}" for one in effects]


def _changed_clock(week: Week) -> str:
    hours = week.extra_hours
    longer = "longer" if hours > 0 else "shorter"
    amount = "an hour" if abs(hours) == 1 else f"{abs(hours)} hours"
    return f"The week of {week.day} is {amount} {longer} than others, because clocks were changed."


# Silences and stories.


def silence_words(one: Silent, found: CareReport, names: bool) -> str:
    """One long silence: "case 12, N.: 3d 4h from Mon 09:00, and it goes on"."""
    return f"case {one.case}{_of(found.known.get(one.case), names)}: {_span(one, found)}"


def _span(one: Silent, found: CareReport) -> str:
    goes_on = ", and it goes on" if one.is_open else ""
    goes_on += f" (parked, waiting on {one.waits_on})" if one.waits_on else ""
    goes_on += "" if one.has_words else " (imported without messages)"
    since = local(one.since, found.now)
    return f"{span_in_words(one.length)} from {since}{goes_on}"


def stories(found: CareReport, names: bool) -> list[Story]:
    """The stories of the report, at most one for each rule."""
    told: list[Story] = []
    if (kept := found.risked) is not None:
        left = span_in_words(kept.due - kept.kept_at)
        text = f"“{_quoted(found, kept.case, kept.text, names)}”, kept {left} before its time."
        told.append(Story(rule="A promise kept after it had been at risk", case=kept.case, text=text))
    if found.silences:
        longest = found.silences[0]
        who = f"{customer}: " if (customer := _of(found.known.get(longest.case), names).lstrip(", ")) else ""
        told.append(Story(rule="The longest silence", case=longest.case, text=f"{who}{_span(longest, found)}."))
    if (taught := found.taught) is not None:
        change = _quoted(found, taught.case, taught.change, names)
        when = local(taught.made_at, found.now)
        text = f"“{change}”, made {when}: {taught.cause} has not come up since."
        told.append(Story(rule="An exception that has not come back", case=taught.case, text=text))
    if (thanks := found.thanks) is not None:
        known = found.known.get(thanks.case)
        words = _quoted(found, thanks.case, thanks.text, names)
        who = _of(known, names).lstrip(", ") or "A customer"
        told.append(Story(rule="Thanks", case=thanks.case, text=f"{who} wrote:", words=words))
    return told


def _of(known: Known | None, names: bool) -> str:
    if known is None or not known.customer:
        return ""
    return f", {known.customer if names else initial(known.customer)}"


def _quoted(found: CareReport, case: int, text: str, names: bool) -> str:
    known = found.known.get(case)
    if known is not None and not names:
        text = without_name(text, known.customer)
    text = display_block(text).strip()
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()} …"


def initial(name: str) -> str:
    """A customer's name as its first letter: "N."."""
    return f"{name.strip()[:1].upper()}." if name.strip() else ""


def without_name(text: str, name: str) -> str:
    """A text in which the customer's name, and each longer word of it, is shortened to its first letter."""
    words = sorted({word for word in (name.strip(), *re.findall(r"\w+", name)) if len(word) > 2}, key=len, reverse=True)
    if not words:
        return text
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
    return pattern.sub(lambda match: initial(match[0]), text)


# The report as lines.


def as_lines(found: CareReport, *, names: bool = False, width: int = 78) -> list[str]:
    """The report as lines of plain text, safe for a terminal."""
    lines = [display_text(title(found)), span_words(found)]
    for note in notes(found):
        lines += wrapped(note, width)
    for answered in found.panels:
        panel = answered.panel
        lines += ["", panel.question]
        for one in answered.figures:
            lines += _figure_lines(one, width)
        if panel.id == "silence":
            lines += _silence_lines(found, names, width)
        if panel.id == "taught":
            lines += _indented(effect_lines(found.effects, found.until), width)
        if panel.id == "said" and (warning := answered_words(found)):
            lines += _indented([warning], width)
        lines += _indented([f"Not shown: {panel.not_shown[0].lower()}{panel.not_shown[1:]}"], width)
    lines += ["", "Stories", *_indented([RULES], width)]
    told = stories(found, names)
    for story in told:
        lines += _indented([f"{story.rule} (case {story.case}): {story.text}"], width)
        lines += [f"    > {text}" for line in story.words.splitlines() for text in wrapped(line, width - 6)]
    if not told:
        lines += _indented(["None of the rules found a story in this time."], width)
    return lines


def _figure_lines(one: Figure, width: int) -> list[str]:
    head = f"{'beside it: ' if one.definition.beside else ''}{one.definition.name}"
    lines = _indented([f"{head}: {value_words(one)}"], width)
    if has_chart(one):
        lines += [f"    {bars(one, COLUMN)}", f"    {numbers(one)}"]
    told = [change_words(one)] if has_chart(one) else []
    told += marked_lines(one)
    told += [text for text in (unknown_words(one), cases_words(one)) if text and one.definition.kind is Kind.SHARE]
    return [*lines, *_indented(told, width, 4)]


def _silence_lines(found: CareReport, names: bool, width: int) -> list[str]:
    if not found.silences:
        return []
    listed = [silence_words(one, found, names) for one in found.silences]
    return [*_indented(["The longest silences, those of open cases too:"], width), *_indented(listed, width, 4)]


def _indented(texts: Sequence[str], width: int, by: int = 2) -> list[str]:
    return [f"{' ' * by}{line}" for text in texts for line in wrapped(display_text(text), width - by)]
