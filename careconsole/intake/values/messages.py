"""What stands for a message without text: the names of its attachments, a picture, or that it has no text."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.intake.values.html_text import is_blank

NO_TEXT = "[no text]"
"""The text of a message that has neither text nor attachments: it was sent, and may wait for an answer."""


def with_attachments(text: str, names: Iterable[str]) -> str:
    """`text` with the names of its attachments below it; empty if it has neither."""
    listed = ", ".join(dict.fromkeys([" ".join(name.split()) for name in names if not is_blank(name)]))
    if is_blank(text):
        return f"Attachments: {listed}" if listed else ""
    return f"{text}\n\nAttachments: {listed}" if listed else text
