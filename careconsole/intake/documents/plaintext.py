"""HTML as plain text: what a reader would see, without anything that could do something."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_BREAKS = frozenset(
    """
    address article aside blockquote div dl dt dd fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre
    section table tbody thead tr ul
    """.split()  # noqa: SIM905
)
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"))
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
_TAG = re.compile(r"<[a-zA-Z/!]")
# Most of what help desks export: nothing but these tags, without anything in them, and characters that need no thought.
_PLAIN = re.compile(r"(?:[^<&]++|&(?:amp|lt|gt|quot|nbsp|#39);|</?(?:p|div|b|i|u|em|strong|span|ul|ol|li)>|<br ?/?>)*+")
_PARTS = re.compile(r"<(/?)([a-z]+)[^>]*>|[^<]+")
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


def plain_text(html: str) -> str:
    """The text of an HTML fragment: tags go, entities become characters, paragraphs and breaks become line ends.

    A link keeps its address behind its words. Text without any tag keeps its line ends and blanks.
    """
    if not _TAG.search(html):
        return unescape(html).strip()
    reader = _Reader()
    if _PLAIN.fullmatch(html):
        reader.walk(html)
    else:
        reader.feed(html)
        reader.close()
    reader.pieces += reader.held  # what an unseen element that never ends has swallowed
    lines = [line.rstrip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Gathers the pieces of the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.held: list[str] = []
        self._unseen = 0
        self._pre = 0
        self._links: list[tuple[str, int]] = []

    def walk(self, html: str) -> None:
        """Reads what is `_PLAIN`, as `feed` would, at a fraction of the time."""
        for part in _PARTS.finditer(html):
            ends, tag = part.groups()
            if tag is None:
                self.handle_data(unescape(part[0]))
            elif ends:
                self.handle_endtag(tag)
            else:
                self.handle_starttag(tag, [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _BREAKS:
            self._break(tag)
            self._pre += tag == "pre"
            if tag == "li":
                self.pieces.append("- ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.pieces)))
        elif tag == "td":
            self.pieces.append(" ")
        elif tag == "img" and (name := dict(attrs).get("alt")):
            self.handle_data(f"[{name}]")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _UNSEEN:
            self._unseen -= 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
            if not self._unseen:
                self.held.clear()
        elif tag in _BREAKS:
            self._break(tag)
            self._pre = max(0, self._pre - (tag == "pre"))
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            words = "".join(self.pieces[start:]).strip()
            if address.startswith(("http://", "https://")) and address.rstrip("/") not in words:
                self.pieces.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            self.held.append(data)
            return
        if not self._pre:
            data = _BLANKS.sub(" ", data)
            if data.startswith(" ") and (not self.pieces or self.pieces[-1].endswith((" ", "\n"))):
                data = data[1:]
        if data:
            self.pieces.append(data)

    def _break(self, tag: str) -> None:
        """Begins a new line, unless nothing stands on this one; around a paragraph an empty line."""
        if self.pieces and not self._unseen:
            if tag in _PARAGRAPHS:
                self.pieces.append("\n" if self._on_new_line() else "\n\n")
            elif not self._on_new_line():
                self.pieces.append("\n")

    def _on_new_line(self) -> bool:
        return self.pieces[-1].endswith("\n")
