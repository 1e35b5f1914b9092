"""The signs on a row of the list, each with one meaning, as help and docs/keys.md list them."""

from __future__ import annotations

CHANGED, NEW, HERE, WRITING, GONE = "*", "+", "@", "✎", "×"
"""The signs of what happened to a row, and of who is at its case. They stand before the subject, or in their column."""

ROW_SIGNS: tuple[tuple[str, str], ...] = (
    ("!", "Before a due time: it is overdue. Before the subject: high priority"),
    ("~", "Before a due time: at risk, as most of the time has passed"),
    ("‼ ↓", "Urgent priority, low priority"),
    ("▲1", "Its level, and who is called"),
    ("→", "After the owner: who it is offered to"),
    ("→… →! →?", "A mail to the customer waits to be sent, was refused, or may not have been sent"),
    (CHANGED, "Changed by a colleague or by itself since you last had the cursor there"),
    (NEW, "New in the list"),
    (HERE, "A colleague has it open"),
    (WRITING, "A colleague writes to the customer"),
    (GONE, "No longer in this list; the row goes when the cursor leaves it"),
    ("▶ ●", "The cursor, and a marked row"),
)
"""Each sign, and what it means."""
