"""HTML as plain text: what a reader would see, without anything that could do something.

Strangers write it, so it is read in one go, in a time that grows with its length alone. Python's own parser begins anew
behind whatever has no end, and needs hours for a message of some megabytes that is made for it.
"""

from __future__ import annotations

import html as _html
import re

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
_WHOLE_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>"']*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?+""")
_MARKUP = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">"), ("</", ">"))
"""What is no tag and is not shown, by how it begins and ends."""
_RAW = frozenset(("script", "style"))
"""Elements in which nothing but their own end is a tag."""
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?")
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


def plain_text(html: str) -> str:
    """The text of an HTML fragment: tags go, entities become characters, paragraphs and breaks become line ends.

    A link keeps its address behind its words. Text without any tag keeps its line ends and blanks.
    """
    if not _TAG.search(html):
        return _unescape(html).strip()
    reader = _Reader()
    if _PLAIN.fullmatch(html):
        reader.walk(html)
    else:
        reader.read(html)
    reader.pieces += reader.held  # what an unseen element that never ends has swallowed
    lines = [line.rstrip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _unescape(text: str) -> str:
    """Text with characters in the place of entities; a number that is none of a character is none here."""
    return _html.unescape(_LONG_NUMBER.sub("\ufffd", text) if "&#" in text else text)


class _Reader:
    """Gathers the pieces of the text."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.held: list[str] = []
        self._unseen = 0
        self._pre = 0
        self._links: list[tuple[str, int]] = []

    def read(self, html: str) -> None:
        """Reads any HTML: tags that are whole, and everything else as text."""
        at, shown, size = 0, 0, len(html)
        endless = set[str]()  # what has no end behind here needs not be looked for again
        while (at := html.find("<", at)) >= 0 and at + 1 < size:
            if tag := _WHOLE_TAG.match(html, at):
                self._text(html[shown:at])
                at = shown = tag.end()
                name = tag[2].lower()
                if tag[1]:
                    self.handle_endtag(name)
                    continue
                self._start(name, tag[3])
                if name in _RAW and not tag[3].endswith("/"):
                    end = re.compile(rf"</{name}", re.IGNORECASE).search(html, at)
                    self.handle_data(html[at : end.start() if end else size])
                    at = shown = end.start() if end else size
                continue
            end_at = self._markup(html, at, endless)
            if end_at > at:
                self._text(html[shown:at])
                shown = end_at
            at = max(end_at, at + 1)
        self._text(html[shown:])

    @staticmethod
    def _markup(html: str, at: int, endless: set[str]) -> int:
        """Where the markup that begins here and is no tag ends; `at` itself where there is none."""
        for begin, end in _MARKUP:
            if html.startswith(begin, at):
                place = -1 if end in endless else html.find(end, at + len(begin))
                if place >= 0:
                    return place + len(end)
                endless.add(end)
        return at

    def _text(self, text: str) -> None:
        if text:
            self.handle_data(_unescape(text))

    def _start(self, name: str, inside: str) -> None:
        attrs = []
        if name in ("a", "img"):
            for key, value in _ATTRIBUTE.findall(inside):
                attrs.append((key.lower(), _unescape(value[1:-1] if value[:1] in ("'", '"') else value)))
        self.handle_starttag(name, attrs)
        if inside.endswith("/") and name in _UNSEEN:
            self._unseen -= 1

    def walk(self, html: str) -> None:
        """Reads what is `_PLAIN`, as `read` would, at a fraction of the time."""
        for part in _PARTS.finditer(html):
            ends, tag = part.groups()
            if tag is None:
                self.handle_data(_unescape(part[0]))
            elif ends:
                self.handle_endtag(tag)
            else:
                self.handle_starttag(tag, [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """An element begins."""
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
            self.handle_endtag("a")  # links do not stand in one another
            self._links.append((dict(attrs).get("href") or "", len(self.pieces)))
        elif tag == "td":
            self.pieces.append(" ")
        elif tag == "img" and (name := dict(attrs).get("alt")):
            self.handle_data(f"[{name}]")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
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
        """Text, with characters in the place of entities."""
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
