"""The words of a mail without what it quotes and its signature, for showing it; the whole stays stored.

Line by line, each looked at once: patterns over whole mails need minutes for a crafted one. When in doubt, more is
shown: hiding a customer's words is worse than showing a quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_LOOKED_AT = 400
"""Only so many lines are looked at; a quote that begins below them is shown."""
_ATTRIBUTIONS = (
    ("on ", " wrote"), ("am ", " schrieb"), ("le ", " a écrit"), ("il ", " ha scritto"), ("el ", " escribió"),
    ("op ", " schreef"), ("den ", " skrev"), ("em ", " escreveu"), ("dnia ", " napisał"), ("w dniu ", " napisał"),
)  # fmt: skip
"""How the line above a quote begins, and what it has near its end."""
_ATTRIBUTION_STARTS = tuple(begin for begin, _ in _ATTRIBUTIONS)
_LONGEST_START = max(map(len, _ATTRIBUTION_STARTS))
_LONGEST_ATTRIBUTION, _ATTRIBUTION_LINES = 400, 3
_RULES = (
    "original message", "ursprüngliche nachricht", "originalnachricht", "message d'origine", "messaggio originale",
    "mensaje original", "oorspronkelijk bericht", "mensagem original", "forwarded message", "weitergeleitete nachricht",
    "message transféré", "messaggio inoltrato", "mensaje reenviado",
)  # fmt: skip
_FIELDS = (
    ("from", "von", "de", "da", "van", "från", "fra"),
    (
        *("sent", "date", "gesendet", "datum", "envoyé", "inviato", "data", "enviado", "fecha", "verzonden"),
        *("enviada", "skickat"),
    ),
    ("to", "an", "à", "a", "para", "aan", "till", "til"),
    ("subject", "betreff", "objet", "oggetto", "asunto", "onderwerp", "assunto", "ämne", "emne"),
)  # fmt: skip
"""The names of the header lines that mail programs put above a quote."""
_BELOW = (
    "below", "inline", "unten", "ci-dessous", "qui sotto", "abajo", "hieronder", "in red", "in rot", "in your mail",
    "in deiner mail", "in ihrer mail", "in the text", "im text",
)  # fmt: skip
"""Words that say that an answer stands inside the quote."""
_DEVICES = (
    "sent from my ", "get outlook for ", "von meinem ", "gesendet von ", "envoyé de mon ", "envoyé depuis ",
    "inviato da ", "enviado desde ", "verstuurd vanaf ", "sent from yahoo", "sent from mail for ",
)  # fmt: skip
_LONGEST_DEVICE, _LONGEST_SIGNATURE = 80, 12
_REMEMBERED = 20_000
"""Characters of a text; longer ones would take much memory."""


def trimmed(text: str) -> str:
    """The text without a quote at its end or beginning and without a signature; the whole if nothing else is left."""
    return _trimmed_once(text) if len(text) < _REMEMBERED else _trimmed(text)


@lru_cache(32)
def _trimmed_once(text: str) -> str:
    """Remembers what was trimmed lately: the text of a mail is, when that is read, and when it goes into its case."""
    return _trimmed(text)


def _trimmed(text: str) -> str:
    lines = text.splitlines()
    kept = _without_signature(_without_quote(lines))
    left = "\n".join(kept).strip()
    return left if _says_something(left) else text.strip()


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _without_quote(lines: Sequence[str]) -> Sequence[str]:
    seen = lines[:_LOOKED_AT]
    for place, line in enumerate(seen):
        bare = line.strip()
        if not bare or not (bare[0] in ">-_" or ":" in bare or _may_attribute(bare)):
            continue  # as most lines are
        if _is_quoted(line):
            return _around_marks(lines, place, place)
        if _is_rule(line) or _begins_headers(seen, place):
            return _above(lines, place)
        if (end := _attribution(seen, place)) is not None:
            after = next((n for n in range(end, len(lines)) if lines[n].strip()), None)
            if after is not None and _is_quoted(lines[after]):
                return _around_marks(lines, place, after)
            return _above(lines, place)
    return lines


def _is_quoted(line: str) -> bool:
    return line.lstrip(" ").startswith(">")


def _around_marks(lines: Sequence[str], begin: int, first: int) -> Sequence[str]:
    """Without the quote whose first marked line is `first`; it begins with the line about it, `begin`.

    Everything, if the customer's words stand between quoted lines, where each belongs to what it answers.
    """
    end = first
    while end < len(lines) and (_is_quoted(lines[end]) or not lines[end].strip()):
        end += 1
    rest = lines[end:]
    above = lines[:begin]
    if any(map(_is_quoted, rest)):
        return lines
    if _only_signature(rest):
        return above
    if _says_something("\n".join(above)):
        return lines  # words above and below: the quote is what the lower ones answer
    return rest


def _only_signature(lines: Sequence[str]) -> bool:
    words = [line for line in lines if line.strip()]
    return not words or (words[0].rstrip() == "--" and len(words) <= _LONGEST_SIGNATURE)


def _above(lines: Sequence[str], place: int) -> Sequence[str]:
    """What stands above a quote without marks, in which answers could not be told from what they answer."""
    above = lines[:place]
    said = "\n".join(above).lower()
    if not _says_something(said) or any(word in said for word in _BELOW):
        return lines
    return above


def _is_rule(line: str) -> bool:
    bare = line.strip().strip("-_ ").lower()
    return line.lstrip().startswith("--") and bare in _RULES


def _begins_headers(lines: Sequence[str], place: int) -> bool:
    """Whether "From:" with two more such lines, or a rule above them, begins here."""
    line = lines[place].strip()
    if len(line) >= 20 and not line.strip("_"):
        return place + 1 < len(lines) and _field(lines[place + 1]) == 0
    if _field(line) != 0:
        return False
    return len({_field(near) for near in lines[place + 1 : place + 7]} - {0, None}) >= 2


def _field(line: str) -> int | None:
    """Which of `_FIELDS` a line is; None for any other line."""
    name, colon, _ = line[:60].strip(" *>").partition(":")
    name = name.strip(" *").lower()
    return next((n for n, names in enumerate(_FIELDS) if name in names), None) if colon else None


def _may_attribute(line: str) -> bool:
    return line[:_LONGEST_START].lower().startswith(_ATTRIBUTION_STARTS)


def _attribution(lines: Sequence[str], place: int) -> int | None:
    """The place after a line such as "On 3 May, Ana wrote:", which may be broken; None if none begins here."""
    begin = lines[place].strip().lower()
    verbs = [verb for start, verb in _ATTRIBUTIONS if begin.startswith(start)]
    if not verbs:
        return None
    said = ""
    for end in range(place, min(place + _ATTRIBUTION_LINES, len(lines))):
        said = f"{said} {lines[end].strip()}"
        if len(said) > _LONGEST_ATTRIBUTION or not lines[end].strip():
            return None
        if said.endswith(":"):
            low = said.lower()
            dated = any(map(str.isdigit, said))
            return end + 1 if dated and any(verb in low for verb in verbs) else None
    return None


def _without_signature(lines: Sequence[str]) -> Sequence[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for place in range(max(0, end - _LONGEST_SIGNATURE - 1), end):
        if lines[place].rstrip() == "--":
            return lines[:place]
    last = lines[end - 1].strip().lower() if end else ""
    if len(last) < _LONGEST_DEVICE and last.startswith(_DEVICES):
        return lines[: end - 1]
    return lines
