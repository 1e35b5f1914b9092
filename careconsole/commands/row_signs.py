"""The signs on a row of the list, each with one meaning, as help and docs/keys.md list them."""

from __future__ import annotations

CHANGED, NEW, HERE, WRITING, MOVES, GONE = "*", "+", "@", "✎", "↕", "×"
"""The signs of what happened to a row, and of who is at its case. They stand before the subject, or in their column."""

ROW_SIGNS: tuple[tuple[str, str, str], ...] = (
    ("!", "Overdue; or high priority", "Before a due time; or before the subject."),
    ("~", "At risk", "Before a due time: most of the time has passed."),
    ("‼ ↓", "Urgent; low priority", "Before the subject."),
    ("▲1", "Its level", "And who is called."),
    ("→", "Offered", "After the owner: who it is offered to."),
    ("→… →~", "Mail: waits; failed so far", "A mail to the customer, which is sent or tried again by itself."),
    ("→! →?", "Mail: refused; uncertain", "A mail to the customer, about which somebody has to decide."),
    ("←!", "Mail came back", "The last one to the customer."),
    (CHANGED, "Changed", "By a colleague or by itself, since you last had the cursor there."),
    (NEW, "New in the list", "Since you last had the cursor there."),
    (HERE, "Open at a colleague's", "Who it is stands below the list."),
    (WRITING, "A colleague writes", "To the customer."),
    (MOVES, "Has another place now", "After what you did; the row goes there when the cursor leaves it."),
    (GONE, "No longer in this list", "The row goes when the cursor leaves it."),
    ("▶ ●", "The cursor; a marked row", "In the margin."),
)
"""Each sign, what it means, and where it stands or what more there is to know."""
