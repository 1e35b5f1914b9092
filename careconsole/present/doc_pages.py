"""The documentation pages that are shipped with the program, prepared for a terminal.

A page has a topic: `keys` for docs/keys.md, `imports/zendesk` for docs/imports/zendesk.md, `readme` and `changes`.
"""

from __future__ import annotations

import os
import re

import msgspec

from careconsole.desk.program_files import page_file
from careconsole.domain.errors import CareError
from careconsole.domain.terminal_text import display_block

_FIRST, _LAST = {"readme": ("README.md",)}, {"changes": ("CHANGELOG.md",)}
_COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n*", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page: its topic, its title, and its text in Markdown, without pictures and with commands instead of links."""

    topic: str
    title: str
    text: str


def topics() -> list[str]:
    """Returns the topics in the order to read them."""
    return list(_files())


def read_page(topic: str) -> Page:
    """Reads the page of a topic, one of `topics`. Raises CareError if its file cannot be read."""
    files = _files()
    path = files[topic]
    try:
        with open(page_file(*path), encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise CareError(f"The page {topic} cannot be read: {error}.", "Install careconsole again.") from error
    text = display_block(_PICTURE.sub("", _COMMENT.sub("", text)))
    by_path = {"/".join(parts): name for name, parts in files.items()}
    title = next((line.lstrip("# ") for line in text.split("\n") if line.startswith("# ")), topic)

    def shown(link: re.Match[str]) -> str:
        words, target = link.groups()
        if "://" in target:
            return words if words == target else f"{words} ({target})"
        if target.startswith("#"):  # further up or down on this page
            return words
        leads_to = os.path.normpath("/".join((*path[:-1], target.partition("#")[0]))).replace(os.sep, "/")
        there = by_path.get(leads_to) or by_path.get(f"{leads_to}/README.md")
        if there is None:  # a page for contributors, which is not shipped
            return f"{words} (in the sources)"
        command = f"`careconsole help {there}`"
        return command if target.endswith(words.strip("/")) else f"{words} ({command})"

    return Page(topic=topic, title=title, text=_LINK.sub(shown, text))


def _files() -> dict[str, tuple[str, ...]]:
    """Returns the parts of each page's path, by topic."""
    found: dict[str, tuple[str, ...]] = {}
    docs = page_file("docs")
    for folder, _, names in sorted(os.walk(docs)):
        below = tuple(part for part in os.path.relpath(folder, docs).split(os.sep) if part != ".")
        for name in sorted(names, key=lambda name: (name != "README.md", name)):
            if name.endswith(".md"):
                topic = "/".join(below if name == "README.md" else (*below, name.removesuffix(".md")))
                found[topic] = ("docs", *below, name)
    return {**_FIRST, **found, **_LAST}
