"""What the maps of event logs and of tables of cases have in common: the rules for their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal, Self, TypeVar

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import CustomValue, Table, WrongEntry, convert
from careconsole.intake.files.encodings import check_encoding
from careconsole.intake.values.map_tables import Given, Texts, TextSet, text_in

STATUSES = ("open", "parked", "resolved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")

M = TypeVar("M", bound="TableMap")


class ColumnTable(Table, frozen=True):
    """A table that only names a column."""

    column: Given


class Column(CustomValue, str):
    """A column: its name alone, or in a table."""

    def __new__(cls, value: object) -> Self:
        """Its name, or a table that has only that."""
        if value is None:
            raise WrongUse("It is missing.", "Name the column.")
        table = {"column": value} if isinstance(value, str) else value
        return super().__new__(cls, convert(table, ColumnTable, "the table").column)


class OwnerRule(Table, frozen=True):
    """Who owns the case from a row on.

    Values in `nobody` mean that nobody does; values in `systems` say nothing. `when` are conditions that must all
    hold for a row to say anything about ownership: the writer of an event need not be the owner.
    """

    shorthand: ClassVar = "column"
    column: Given
    nobody: TextSet = TextSet()
    systems: TextSet = TextSet()
    when: dict[str, TextSet] = msgspec.field(default_factory=dict)

    def check(self) -> None:
        """Raises WrongEntry for a value in both lists."""
        if both := self.nobody & self.systems:
            message = f"It lists “{min(both)}”, which nobody lists too."
            raise WrongEntry(("systems",), message, "A value means one of the two.")


class WordRule(msgspec.Struct, frozen=True):
    """One of a few words, from the value of a column, or of several joined with " / ".

    `words` maps the listed values to words; with None the values must themselves be words of `valid`.
    """

    columns: tuple[str, ...]
    words: dict[str, str] | None
    valid: tuple[str, ...] = ()


class WordTable(Table, frozen=True):
    """A rule whose lists are named after the words they mean; without any list the values are the words."""

    shorthand: ClassVar = "column"
    valid: ClassVar[tuple[str, ...]] = ()
    column: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (self.column,) if self.column else ()

    def rule(self) -> WordRule:
        """The rule. Raises WrongEntry for a value in two lists, and without a column."""
        if not self.named:
            raise WrongEntry(("column",), "It is missing.", "Name the column.")
        words: dict[str, str] = {}
        lists = {word: values for word in self.valid if (values := getattr(self, word)) is not None}
        for word, values in lists.items():
            for value in values:
                if words.setdefault(value, word) != word:
                    message = f"It lists “{value}”, which {words[value]} lists too."
                    raise WrongEntry((word,), message, "A value means one thing.")
        return WordRule(self.named, words if lists else None, self.valid)

    def check(self) -> None:
        """Raises WrongEntry as `rule` does."""
        self.rule()


class StatusTable(WordTable, frozen=True):
    """The table [status]."""

    valid: ClassVar = STATUSES
    columns: Texts = Texts()
    open: Texts | None = None
    parked: Texts | None = None
    resolved: Texts | None = None
    closed: Texts | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it names: one, or several in a list. Raises WrongEntry for both."""
        if self.column and self.columns:
            message = "It cannot be used together with column."
            raise WrongEntry(("columns",), message, "Give one column, or several in columns.")
        return tuple(self.columns) or super().named


class PriorityTable(WordTable, frozen=True):
    """The table [priority]."""

    valid: ClassVar = PRIORITIES
    low: Texts | None = None
    normal: Texts | None = None
    high: Texts | None = None
    urgent: Texts | None = None


class ChannelRule(Table, frozen=True, rename={"words": "values"}):
    """The channel: always `fixed`, or the value of a column, translated by `words` if given."""

    shorthand: ClassVar = "column"
    column: str = ""
    words: dict[str, Given] | None = None
    fixed: str = ""

    def check(self) -> None:
        """Raises WrongEntry unless it has either `fixed` or a column."""
        if not self.fixed and not self.column:
            raise WrongEntry(("column",), "It is missing.", "Name the column.")
        if self.fixed and (self.column or self.words):
            raise WrongEntry(("fixed",), "A column is given, too.", "Give fixed, or a column with its values.")


class TagRule(Table, frozen=True):
    """Tags: always those in `fixed`, and the values of `columns`, split at `split` if that is not empty."""

    shorthand: ClassVar = "columns"
    columns: Texts = Texts()
    fixed: Texts = Texts()
    split: str = ""


class Template(msgspec.Struct, frozen=True):
    """A text with columns in it: `texts` are the pieces around them, one more than `columns`."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def frame(self) -> str:
        """The text as a format of `%`, with a place for the value of each column."""
        return "%s".join(text.replace("%", "%%") for text in self.texts)


class TemplateText(CustomValue):
    """A template as written: `{column}` stands for a column's value, `{{` and `}}` for braces."""

    def __init__(self, value: object) -> None:
        text = text_in(value)
        texts, columns = [""], []
        # XES columns have names like org:resource, which str.format would read as a format.
        for piece in re.findall(r"\{\{|\}\}|\{[^{}]+\}|[^{}]+|[{}]", text):
            if piece in ("{{", "}}"):
                texts[-1] += piece[0]
            elif piece in ("{", "}"):
                raise WrongUse(f"It has a single {piece}.", "Write {column} for a column and {{ or }} for a brace.")
            elif piece[0] == "{":
                columns.append(piece[1:-1])
                texts.append("")
            else:
                texts[-1] += piece
        if text and not columns:
            raise WrongUse(f"It names no column: “{text}”.", f"Write “{{{text}}}” if {text} is a column.")
        self._template = Template(tuple(texts), tuple(columns)) if text else None

    def rule(self) -> Template | None:
        """The template; None for an empty text."""
        return self._template


class TimeColumn(Column):
    """A column of times; or several in braces, such as "{Date} {Time}", whose values are read as one text."""

    def __new__(cls, value: object) -> Self:
        """A column, or a text with columns in it. Raises WrongUse for a lone brace."""
        column = super().__new__(cls, value)
        if set(column) & set("{}"):
            TemplateText(str(column))
        return column


def columns_in(times: str) -> tuple[str, ...]:
    """The columns that `times` names: itself, or those in its braces."""
    if not set(times) & set("{}"):
        return (times,)
    template = TemplateText(times).rule()
    return template.columns if template is not None else ()


def joined_columns(times: str) -> Callable[[Sequence[str]], str]:
    """Fills the braces in `times` from the values of `columns_in(times)`; the text is empty when all of them are."""
    template = TemplateText(times).rule()
    assert template is not None
    frame = template.frame

    def text(values: Sequence[str]) -> str:
        return " ".join((frame % tuple(values)).split()) if any(map(str.strip, values)) else ""

    return text


class Delimiter(CustomValue, str):
    """The column separator; empty if it is not given."""

    def __new__(cls, value: object = "") -> Self:
        """One character."""
        if len(text_in(value)) > 1 or value in ('"', "\r", "\n", "\0"):
            raise WrongUse("It must be one character other than a quote.", 'Valid are ",", ";", "\\t", "|" …')
        return super().__new__(cls, text_in(value))


class Encoding(CustomValue, str):
    """The encoding of a file; empty if it is to be detected."""

    def __new__(cls, value: object = "") -> Self:
        """The name of an encoding."""
        name = text_in(value)
        try:
            return super().__new__(cls, check_encoding(name) if name else "")
        except WrongUse as error:
            raise WrongUse(f"It is unknown: “{name}”.", "Valid are utf-8, cp1252, utf-16 …") from error


class FileTable(Table, frozen=True):
    """The table [file]."""

    format: Literal["csv", "jsonl"] | None = None
    delimiter: Delimiter | None = None
    encoding: Encoding | None = None


class MapTable(Table, frozen=True, kw_only=True):
    """What the maps of event logs and of tables of cases have in common, as written."""

    source: str = ""
    keep: Texts | None = None
    file: FileTable = FileTable()
    case: Column
    owner: OwnerRule | None = None
    status: StatusTable | None = None
    customer: Column | None = None
    subject: TemplateText | None = None
    description: TemplateText | None = None
    priority: PriorityTable | None = None
    channel: ChannelRule | None = None
    tags: TagRule | None = None

    def made(self, kind: type[M], name: str) -> M:
        """The map called `name`, as a `kind`; keys that are left out have its defaults."""
        given = {**msgspec.structs.asdict(self), **msgspec.structs.asdict(self.file)}
        del given["file"]
        rules = {key: value.rule() if hasattr(value, "rule") else value for key, value in given.items()}
        return kind(name=name, **{key: value for key, value in rules.items() if value is not None})


class TableMap(msgspec.Struct, frozen=True, kw_only=True):
    """What the maps of event logs and of tables of cases have in common.

    `source` is the default of `--source`, and `keep` are the columns kept as fields (None: all others). Only a table of
    cases has a `note`, the column of internal notes.
    """

    name: str
    source: str = ""
    format: str = ""
    delimiter: str = ""
    encoding: str = ""
    case: str
    owner: OwnerRule | None = None
    status: WordRule | None = None
    customer: str = ""
    subject: Template | None = None
    description: Template | None = None
    priority: WordRule | None = None
    channel: ChannelRule | None = None
    tags: TagRule | None = None
    note: str = ""
    keep: tuple[str, ...] | None = None

    def single(self) -> dict[str, str]:
        """The columns that must hold one value, each with the place in the map that names it."""
        raise NotImplementedError

    def columns(self) -> dict[str, str]:
        """Every column the map names, with the place in the map that names it first."""
        named = self.single()
        for place, template in (("subject", self.subject), ("description", self.description)):
            for column in template.columns if template else ():
                named.setdefault(column, place)
        for column in self.tags.columns if self.tags else ():
            named.setdefault(column, "[tags] columns")
        if self.note:
            named.setdefault(self.note, "note")
        for column in self.keep or ():
            named.setdefault(column, "keep")
        return named
