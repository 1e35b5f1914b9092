"""What the desk tells a person, in the words of the console: a key where the command line has a command.

Messages and hints below are written once, for the command line, which scripts and people without a console use too.
"""

from __future__ import annotations

import re

from careconsole.commands import BY_ID, OTHERS
from careconsole.domain.errors import CareError
from careconsole.outlet.command_lines import hint_text

SHELL = ("db", "import", "batch", "init", "demo", "export", "service", "calendar", "notices", "path", "sweep")
"""What is done in a shell alone; hints keep these commands as they are."""

_SENTENCES = (
    (r"See careconsole queue, or search for it\.", "Look for it with / (Filter)."),
    (r"See careconsole customer list\.", "The form proposes the customers there are."),
    (r"([Ss])ee careconsole (?:show|history)(?: \d+)?", "Enter shows it"),
    (r"; work there: careconsole show (\d+)", r"; : (Palette), then \1 leads there"),
    (r", or once for this shell: export CARECONSOLE_AS=NAME", ""),
    (r"--skip-refused does the others\.", "Sent once more, it does the others."),
    (r"name another file with --db", "begin with another file"),
)
"""Where another sentence is better than a key in the place of a command."""
_PLACES = {
    "show": ("Enter", ""),
    "history": ("Enter", ""),
    "queue": ("0", "All open"),
    "search": ("/", "Filter"),
    "why": ("=", "Why here"),
    "agenda": ("h", "The next 24 hours"),
    "promises": ("P", "Promises"),
    "team": ("M", "Team"),
    "customer": ("n", "Open a case"),
}
_KEYS = {
    **{id: (verb.key or ".", verb.title) for id, verb in BY_ID.items()},
    **{id: (key or ".", title) for id, key, title in OTHERS},
    **_PLACES,
}
_VALUE = r"(?:[A-Z]{2,}|[a-z]+(?:\|[a-z]+)+|expertise)"
_COMMAND = re.compile(
    r"(?P<open>\(?)careconsole (?:(?:team|customer) [^.;,()]*|(?P<verb>[a-z][a-z-]*)"
    rf"(?: \d+| \(--[^()]*\)| --[a-z][a-z-]*(?: {_VALUE}|\ \d+)?| [A-Z]{{2,}})*)"
)
_OPTION = re.compile(r"--(?P<name>[a-z][a-z-]*)(?: [A-Z]{2,})?")


def spoken(text: str) -> str:
    """A message or hint with keys instead of commands; what has no key stays a command of the shell."""
    if "--" not in text and "careconsole " not in text:
        return text
    for written, said in _SENTENCES:
        text = re.sub(written, said, text)
    pieces, at = [], 0
    for match in _COMMAND.finditer(text):
        pieces += [_options(text[at : match.start()]), _command(match)]
        at = match.end()
        if match["verb"] in SHELL:  # its options belong to it
            end = re.compile(r"[^;)]*?(?=[.;)]?$|[.;)] )").match(text, at)
            if end is not None:
                pieces.append(end[0])
                at = end.end()
    return "".join([*pieces, _options(text[at:])])


def told(error: CareError) -> str:
    """An error in one text: what happened, and what to do next."""
    return f"{spoken(error.message)} {spoken(hint_text(error.hint))}".strip()


def _command(match: re.Match[str]) -> str:
    """A key and what it does; within parentheses without further ones."""
    verb, opened = match["verb"], match["open"]
    if verb in SHELL:
        return match[0]
    key, title = _KEYS.get(verb or "team", ("", ""))
    if match[0].removeprefix("(").startswith("careconsole customer"):
        key, title = _PLACES["customer"]
    if not key:
        return match[0]
    if not title:
        return f"{opened}{key}"
    return f"({key} {title}" if opened else f"{key} ({title})"


def _options(text: str) -> str:
    """Options as the form calls its questions."""
    text = re.sub(r"\bwith (?=--(?!as\b|db\b))", "under ", text)
    return _OPTION.sub(_option, re.sub(r"(--[a-z-]+ [A-Z]{2,}) (?=--)", r"\1, ", text))


def _option(match: re.Match[str]) -> str:
    if match["name"] == "as":
        return "w (Who am I)"
    if match["name"] == "db":  # the console was begun with it, in a shell
        return match[0]
    return match["name"].replace("-", " ").capitalize()
