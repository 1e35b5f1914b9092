"""A receipt as one HTML file: without scripts, without anything from elsewhere, readable for everybody, on one sheet.

`_h` is the one way by which text gets into the page. The policy in the page allows nothing but its own style, by its
digest; it asks not to be indexed, and tells no other site where its reader came from.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape

from msgspec.structs import replace

from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.terminal_text import display_block
from careconsole.domain.time.moments import iso
from careconsole.present.receipts.content import Item, Receipt, Section, contact_items, plain
from careconsole.present.receipts.wording import Piece, Wording

LARGEST = 20_000
"""The most bytes of a page."""
_SHORT = 60
"""Characters of a text that is never cut."""
COLOURS = {
    "light": {"text": "#1b1b1b", "quiet": "#4a4a4a", "link": "#0b3d91", "paper": "#ffffff"},
    "dark": {"text": "#f0f0f0", "quiet": "#c4c4c4", "link": "#b3cfff", "paper": "#161616"},
}
"""The colours of the page: each contrasts with its paper by 7 to 1 at least (WCAG 2.2, success criterion 1.4.6)."""


def _style() -> str:
    def variables(colours: dict[str, str]) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours.items())

    return (
        f":root{{color-scheme:light dark;{variables(COLOURS['light'])}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{variables(COLOURS['dark'])}}}}}"
        "body{margin:0 auto;max-width:38em;padding:1.5em 1em;font:16px/1.5 system-ui,sans-serif;"
        "color:var(--text);background:var(--paper);overflow-wrap:anywhere}"
        "h1{font-size:1.5em;line-height:1.25;margin:0 0 .25em}h2{font-size:1.1em;margin:1.5em 0 .25em}"
        "p{margin:.25em 0}.quiet{color:var(--quiet)}a{color:var(--link)}"
        "ul{margin:.25em 0;padding-inline-start:1.2em}li{margin:.25em 0}"
        "blockquote{margin:.25em 0;padding-inline-start:.75em;border-inline-start:3px solid var(--quiet);"
        "white-space:pre-line}"
        "@media print{:root{" + variables(COLOURS["light"]) + "}@page{margin:14mm}"
        "body{font-size:10pt;line-height:1.35;max-width:none;padding:0}h2{margin-top:.9em}"
        "h2,li{break-inside:avoid}h2{break-after:avoid}"
        "section[aria-labelledby=asked]{display:none}}"  # paper cannot send a mail
    )


STYLE = _style()
"""The style of the page, as it stands in it."""


def policy(style: str) -> str:
    """The content security policy of a page with this style: only that, by its digest."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def receipt_page(receipt: Receipt) -> str:
    """The receipt as a page of at most `LARGEST` bytes."""
    while len((page := _page_of(receipt)).encode()) > LARGEST:
        receipt = _shorter(receipt)
    return page


def neutral_page(wording: Wording, settings: ReceiptSettings) -> str:
    """The page of a receipt that no longer shows anything: it tells only where to ask."""
    asked = [Item(pieces=wording.say("gone_contact")), *contact_items(settings, wording, None)]
    return html_page(
        wording.code, plain(wording.say("gone")), "".join(f"<p>{_said(item.pieces)}</p>" for item in asked)
    )


def _page_of(receipt: Receipt) -> str:
    said = f'<p class="quiet">{_said(receipt.as_of)}</p>'
    return html_page(
        receipt.language, receipt.title, "".join([said, *(_section(part) for part in receipt.sections if part.items)])
    )


def html_page(language: str, title: str | Sequence[Piece], body: str, more_style: str = "") -> str:
    """A whole page in a language: its title, as its heading too, and what is below it, as HTML.

    `more_style` is added to the style of all pages.
    """
    begin, end = ends_of_page(language, title, more_style)
    return begin + body + end


def ends_of_page(language: str, title: str | Sequence[Piece], more_style: str = "") -> tuple[str, str]:
    """What stands before the body of such a page, and what behind it: for a body that is written piece by piece."""
    style = STYLE + more_style
    heading = _h(title) if isinstance(title, str) else _said(title)
    name = title if isinstance(title, str) else plain(title)
    begin = (
        f'<!doctype html>\n<html lang="{_h(language)}" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_h(policy(style))}">\n'
        '<meta name="robots" content="noindex, nofollow, noarchive">\n<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="format-detection" content="telephone=no">\n'
        f"<title>{_h(name)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{heading}</h1>\n"
    )
    return begin, "</main>\n</body>\n</html>\n"


def _section(section: Section) -> str:
    listed = section.id in ("happened", "promised")
    items = "".join(_item(item, "li" if listed else "p") for item in section.items)
    heading = f'<h2 id="{section.id}">{_said(section.heading)}</h2>\n'
    body = f"<ul>\n{items}</ul>\n" if listed else items
    return f'<section aria-labelledby="{section.id}">\n{heading}{body}</section>\n'


def _item(item: Item, tag: str) -> str:
    when = f'<span class="quiet">{_said((item.at,))}:</span> ' if item.at is not None else ""
    words = f'\n<blockquote dir="auto">{_h(item.words)}</blockquote>' if item.words else ""
    said = _said(item.pieces)
    if item.link:
        said = f'<a href="{_h(item.link)}" rel="noreferrer">{said}</a>'
    return f"<{tag}>{when}{said}{words}</{tag}>\n"


def _said(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    text = _h(piece.text)
    if piece.at is not None:
        return f'<time datetime="{_h(iso(piece.at))}">{text}</time>'
    if piece.link:
        text = f'<a href="{_h(piece.link)}" rel="noreferrer">{text}</a>'
    return f'<bdi dir="auto">{text}</bdi>' if piece.foreign else text


def _h(text: str) -> str:
    """Text as HTML: without characters that control anything, and with every sign that HTML reads escaped."""
    return escape(display_block(text), quote=True)


def _shorter(receipt: Receipt) -> Receipt:
    """The receipt with its long texts cut to the half, and without the oldest thing that happened."""
    return replace(receipt, sections=tuple(map(_shorter_section, receipt.sections)))


def _shorter_section(section: Section) -> Section:
    items = section.items
    if section.id in ("happened", "promised") and len(items) > 1:
        items = items[1:] if section.id == "happened" else items[:-1]
    return replace(section, items=tuple(map(_shorter_item, items)))


def _shorter_item(item: Item) -> Item:
    return replace(
        item,
        pieces=tuple(
            replace(piece, text=f"{piece.text[: len(piece.text) // 2]}…") if len(piece.text) > _SHORT else piece
            for piece in item.pieces
        ),
        words=item.words[: len(item.words) // 2],
    )
