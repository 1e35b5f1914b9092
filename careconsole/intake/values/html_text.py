"""HTML as plain text: what a reader would see, and nothing active.

The HTML is untrusted, so it is read in one pass, in time linear in its length. Python's own parser starts over after
every construct that has no end, and needs hours for a crafted message of some megabytes.
"""

from __future__ import annotations

import html as _html
import re
from unicodedata import category

_BREAKS = frozenset(
    """
    address article aside blockquote div dl dt dd fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre
    section table tbody thead tr ul
    """.split()  # noqa: SIM905
)
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"))
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
_TAG = re.compile(r"<[a-zA-Z/!]")
# Most of what help desks export: only these tags, without attributes, and the usual entities.
# Groups are repeated so often at most: see json_window on what unlimited ones cost.
_PLAIN = re.compile(
    r"(?:[^<&]++|&(?:amp|lt|gt|quot|nbsp|#39);|</?(?:p|div|b|i|u|em|strong|span|ul|ol|li)>|<br ?/?>){1,500}"
)
_PARTS = re.compile(r"<(/?)([a-z]+)[^>]*>|[^<]+")
_WHOLE_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>"']*+)((?:[^<>"']*+(?:"[^"]*+"|'[^']*+')){0,500}[^<>"']*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""")
_MARKUP = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">"), ("</", ">"))
"""Markup that is not a tag and is not shown: how it begins and ends."""
_RAW = frozenset(("script", "style"))
"""Elements in which only their own end tag is a tag."""
_ZEROS = re.compile(r"(?<=&#)0++(?=[0-9])")
# Unicode needs seven digits at most, and html.unescape raises ValueError for more than 4300.
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?")
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


def plain_text(html: str) -> str:
    """The text of an HTML fragment: tags are removed, entities decoded, paragraphs and breaks become line ends.

    A link is followed by its address. Text without any tag keeps its line ends and blanks.
    """
    return _text_and_images(html)[0]


def message_text(html: str) -> str:
    """The text of a message as `plain_text` gives it; "[image]" if nothing but pictures without a name is in it."""
    text, images = _text_and_images(html)
    return "[image]" if images and is_blank(text) else text


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: blanks and characters without width alone."""
    if text[:1].isalnum():
        return False  # nearly always, and much faster
    return not text.strip() or all(char.isspace() or category(char) == "Cf" for char in text)


def _text_and_images(html: str) -> tuple[str, int]:
    """The text of an HTML fragment, and how many pictures in it have no text in their place."""
    if not _TAG.search(html):
        return _unescape(html).strip(), 0
    reader = _Reader()
    if _is_plain(html):
        reader.walk(html)
    else:
        reader.read(html)
    reader.pieces += reader.held  # the text in an invisible element that is never closed
    lines = [line.rstrip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), reader.images


def _is_plain(html: str) -> bool:
    """Whether nothing but `_PLAIN` is in it."""
    at = 0
    while at < len(html):
        found = _PLAIN.match(html, at)
        if found is None:
            return False
        at = found.end()
    return True


def _unescape(text: str) -> str:
    """Decodes entities; a number of eight or more digits, without its leading zeros, becomes U+FFFD."""
    if "&#" in text:
        text = _LONG_NUMBER.sub("\ufffd", _ZEROS.sub("", text))
    return _html.unescape(text)


class _Reader:
    """Collects the pieces of visible text."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.held: list[str] = []
        self.images = 0
        self._unseen = 0
        self._pre = 0
        self._links: list[tuple[str, int]] = []

    def read(self, html: str) -> None:
        """Reads any HTML: complete tags as such, everything else as text."""
        at, shown, size = 0, 0, len(html)
        endless = set[str]()  # ends that do not occur any further: searching again would take quadratic time
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
        """The end of the markup that begins here and is not a tag; `at` itself if there is none."""
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
        """Reads HTML that is plain, with the result of `read` in a fraction of the time."""
        for part in _PARTS.finditer(html):
            ends, tag = part.groups()
            if tag is None:
                self.handle_data(_unescape(part[0]))
            elif ends:
                self.handle_endtag(tag)
            else:
                self.handle_starttag(tag, [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Handles a start tag."""
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
            self.handle_endtag("a")  # links cannot be nested
            self._links.append((dict(attrs).get("href") or "", len(self.pieces)))
        elif tag == "td":
            self.pieces.append(" ")
        elif tag == "img":
            self._image(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """Handles an end tag."""
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
        """Handles text whose entities are decoded."""
        if self._unseen:
            self.held.append(data)
            return
        if not self._pre:
            data = _BLANKS.sub(" ", data)
            if data.startswith(" ") and (not self.pieces or self.pieces[-1].endswith((" ", "\n"))):
                data = data[1:]
        if data:
            self.pieces.append(data)

    def _image(self, name: str) -> None:
        if not name:
            self.images += not self._unseen
        else:
            self.handle_data(f"[{name}]")

    def _break(self, tag: str) -> None:
        """Starts a new line unless this one is empty; an empty line sets off a paragraph."""
        if self.pieces and not self._unseen:
            if tag in _PARAGRAPHS:
                self.pieces.append("\n" if self._on_new_line() else "\n\n")
            elif not self._on_new_line():
                self.pieces.append("\n")

    def _on_new_line(self) -> bool:
        return self.pieces[-1].endswith("\n")
