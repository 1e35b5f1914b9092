"""Hints as the command line words them: each suggestion as a command for a shell."""

from __future__ import annotations

from shlex import quote

from careconsole.commands import BY_ID, Field
from careconsole.domain.hints import WHO_AM_I, Given, Hint, Suggestion, Value

PLACES: dict[str, tuple[str, ...]] = {
    "box edit": ("box",),
    "box remove": ("box",),
    "box test": ("box",),
    "calendar show": ("name",),
    "cause merge": ("name",),
    "cause rename": ("name", "new_name"),
    "cause show": ("name",),
    "customer merge": ("name",),
    "team merge": ("name",),
    "team back": ("name",),
    "team leave": ("name",),
    "customer show": ("name",),
    "db backup": ("file",),
    "db login": ("name",),
    "db move": ("target",),
    "db restore": ("file",),
    "db share": ("group",),
    "import auto": ("files",),
    "import careconsole": ("file",),
    "import events": ("files",),
    "notices address": ("name", "address"),
    "notices digest": ("name", "number"),
    "notices forget": ("name", "number"),
    "notices mail": ("address",),
    "notices subject": ("shown",),
    "playbook import": ("paths",),
    "receipts folder": ("folder",),
    "team add": ("name",),
    "team away": ("name",),
    "team contact": ("name",),
    "team duty": ("name",),
    "team hand-over": ("name",),
    "team role": ("name", "role"),
    "words add": ("name",),
    "words edit": ("name",),
}
"""The parameters that commands outside the registry take as arguments instead of options, in order."""
_BLANKS = {
    "change": "WHAT",
    "cover": "OTHER",
    "db": "PATH",
    "decided": "WHAT",
    "files": "FILE",
    "imap": "HOST",
    "into": "CASE",
    "keep_map": "FILE",
    "lead": "YOU",
    "need": "WHAT",
    "nothing_because": "WHY",
    "out": "FILE",
    "reason": "WHY",
    "said": "HOW",
    "since": "CURSOR",
    "smtp": "HOST",
    "source": "NAME",
    "text": "WHAT",
    "until": "TIME",
}
"""Placeholders for values that the user has to fill in, by parameter; they go before those of `_KINDS`."""
_KINDS = {"person": "NAME", "customer": "NAME", "time": "TIME", "number": "N", "level": "N", "playbook": "N"}
_FIELDS = {field.name: field for verb in BY_ID.values() for field in verb.fields}
_ALIKE = {
    name for name in _FIELDS if len({f.words for verb in BY_ID.values() for f in verb.fields if f.name == name}) == 1
}
"""The parameters that have the same choices in all commands."""


def hint_text(hint: Hint) -> str:
    """Words a hint for the command line."""
    return "".join(part if isinstance(part, str) else _written(part) for part in hint.parts)


def command_line(suggestion: Suggestion) -> str:
    """Writes a suggestion as a line for a shell, with placeholders in capitals."""
    if suggestion == WHO_AM_I:
        return "--as NAME, or once for this shell: export CARECONSOLE_AS=NAME"
    verb = BY_ID.get(suggestion.command)
    fields = {field.name: field for field in verb.fields} if verb is not None else {}
    places = PLACES.get(suggestion.command, tuple(field.name for field in fields.values() if field.at_end))
    parameters = dict(suggestion.parameters)
    words = ["careconsole"]
    if "db" in parameters:  # --db is an option of the program, not of the command
        words += ["--db", _value("db", parameters.pop("db"), None)]
    words += [suggestion.command, *map(str, suggestion.cases)]
    placed = {name: parameters.pop(name) for name in places if name in parameters}
    values = [_value(name, value, fields.get(name)) for name, value in placed.items()]
    options = [_option(name, value, fields.get(name)) for name, value in parameters.items()]
    if any(str(value).startswith("-") for value in placed.values()):  # would be parsed as an option
        return " ".join([*words, *options, "--", *values])
    return " ".join([*words, *values, *options])


def flag_of(name: str, field: Field | None = None) -> str:
    """The option of a parameter, without its dashes."""
    field = field or _FIELDS.get(name)
    return field.flag if field is not None else name.replace("_", "-")


def parameters_text(given: Given) -> str:
    """Options to add to a command: "with --to NAME"."""
    return f"with {' '.join(_option(name, value, None) for name, value in given.parameters)}"


def _written(part: Suggestion | Given) -> str:
    return command_line(part) if isinstance(part, Suggestion) else parameters_text(part)


def _option(name: str, value: Value, field: Field | None) -> str:
    flag = f"--{flag_of(name, field)}"
    return flag if value is True else f"{flag} {_value(name, value, field)}"


def _value(name: str, value: Value, field: Field | None) -> str:
    if value is not ...:
        return quote(str(value))
    chosen = field or (_FIELDS[name] if name in _ALIKE else None)
    if chosen is not None and chosen.words:
        return quote("|".join(chosen.choices))
    field = field or _FIELDS.get(name)
    kind = _KINDS.get(field.kind, "") if field is not None else ""
    return _BLANKS.get(name) or kind or name.replace("_", "-").upper()
