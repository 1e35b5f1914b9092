"""Files attached to a case. A history has their names and digests; their content is kept beside the database."""

import re
from collections.abc import Iterable

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_exist
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import AttachedFile, Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.sizes import size_words
from careconsole.domain.terminal_text import display_text, fold

LONGEST_NAME = 200
"""The most bytes of a file's name, in UTF-8."""
_SHOWN = 80
"""The most cells of a file's name in a sentence."""


class Attach(Command, frozen=True, kw_only=True):
    """Attach the file at the path `file` to the case, under `name`, else under its own.

    The desk stores the content before the decision, and fills in its SHA-256 `digest`, its `size` and its `type`.
    """

    file: str
    name: str = ""
    digest: str = ""
    size: int = 0
    type: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may attach a file to any case, except a merged or void one."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Records the file. Raises Refused if the case has the same content under the same name."""
        for file in case.files:
            if (file.digest, file.name) == (self.digest, self.name):
                shown = display_text(self.name, _SHOWN)
                raise Refused(
                    f"Case {case.number} has {shown} with the same content already: entry {file.number}.",
                    "See {}. Or give it another name.",
                    suggest("files list", case.number),
                )
        return [Attached(name=self.name, size=self.size, type=self.type, digest=self.digest)]


@event("attached")
class Attached(Fact, frozen=True, kw_only=True):
    """A file was attached; `digest` is the SHA-256 of its content, `size` is in bytes, `type` follows from its name.

    One that came along from case `of_case`, by a merge or a split, was attached there by `by`, at `made_at` (epoch
    milliseconds).
    """

    name: str
    size: int
    type: str
    digest: str
    of_case: int = 0
    by: int | None = None
    made_at: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """Adds the file to those of the case."""
        file = AttachedFile(
            number=event.number,
            name=self.name,
            size=self.size,
            type=self.type,
            digest=self.digest,
            by=self.by if self.of_case else event.actor,
            at=self.made_at or event.at,
        )
        return {"files": (*case.files, file)}

    @property
    def is_work(self) -> bool:
        """Like a note, it is not work on the case."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """Like a note, it leaves what was decided valid."""
        return True

    def search_text(self) -> str:
        """Its name."""
        return self.name

    def sentence(self, narrator: Narrator) -> str:
        """Says what it is called and how large it is."""
        what = f"{self.name} ({size_words(self.size)}, {self.type})"
        if not self.of_case:
            return f"attached {what}"
        by = f", which {narrator.name(self.by)} had attached" if self.by is not None else ""
        return f"brought along the file {what} from case {self.of_case}{by}"


def files_to_bring(files: Iterable[AttachedFile], of: int, here: Iterable[AttachedFile] = ()) -> list[Attached]:
    """Files of case `of` as they are attached to another case, which has the files `here` already."""
    known = {(file.digest, file.name) for file in here}
    return [
        Attached(
            name=file.name,
            size=file.size,
            type=file.type,
            digest=file.digest,
            of_case=of,
            by=file.by,
            made_at=file.at,
        )
        for file in files
        if (file.digest, file.name) not in known
    ]


def find_file(case: Case, number: int | None) -> AttachedFile:
    """The file that entry `number` of the case attached; its only file if that is None. Raises WrongUse without one."""
    see = suggest("files list", case.number)
    if not case.files:
        raise WrongUse(f"Case {case.number} has no files.", "Attach one: {}.", suggest("attach", case.number, file=...))
    if number is None:
        if len(case.files) > 1:
            raise WrongUse(f"Case {case.number} has {len(case.files)} files.", "Say which by its number: {}.", see)
        return case.files[0]
    for file in case.files:
        if file.number == number:
            return file
    raise WrongUse(f"Entry {number} of case {case.number} is not a file.", "See {}.", see)


# Left out of a name on disk: what separates folders, what Windows refuses, and all that a terminal must not get.
_APART = re.compile(r'[/\\:*?"<>|]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def safe_file_name(name: str) -> str:
    """`name` as a file may be called on any system: one component, visible, neither hidden nor an option.

    Separators, controls, direction marks and what Windows reserves become "_"; the ending stays if the name is cut.
    """
    shown = display_text(name)
    plain = "".join("_" if sign == "\ufffd" or "\u2400" <= sign <= "\u2426" or sign == "⏎" else sign for sign in shown)
    plain = " ".join(_APART.sub("_", plain).split()).strip(". ")
    if plain.startswith(("-", "~")):
        plain = "_" + plain[1:]
    if not fold(plain).strip("._ "):
        plain = "file"
    if _DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    return _shortened(plain)


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending
