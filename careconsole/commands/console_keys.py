"""What the console can do besides commands on cases: moving, looking, people at one workstation, help.

Bindings, help, palette and the documented key table are made from this and from the verbs; `key_table` has them all.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the console: its id, its keys (none: palette and menu only), title, group and help.

    `page` names the page that it opens, as "module:Class" in `tui/pages`; it is imported when opened.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    help: str
    page: str = ""


def _action(id: str, keys: str, title: str, group: str, help: str, page: str = "") -> Action:
    return Action(id=id, keys=tuple(keys.split()), title=title, group=group, help=help, page=page)


MOVES: tuple[Action, ...] = (
    _action("up", "up k", "Up", "Move", "To the case above."),
    _action("down", "down j", "Down", "Move", "To the case below."),
    _action("page-up", "pageup ctrl+u", "Page up", "Move", "A page up."),
    _action("page-down", "pagedown ctrl+d", "Page down", "Move", "A page down."),
    _action("top", "home g", "First", "Move", "To the first case."),
    _action("end", "end G", "Last", "Move", "To the last case."),
    _action("mark", "space", "Mark", "Move", "Mark or unmark the case; on a group heading, all of its cases."),
    _action("mark-all", "V", "Mark all", "Move", "Mark every case shown; press again to unmark."),
    _action("open", "enter", "Open", "Move", "Open the case; on a group heading, fold or unfold it."),
    _action("back", "escape backspace", "Back", "Move",
            "Close what is open, clear the marks, go back to the page that led here, clear the filter."),
)  # fmt: skip
"""The actions that move the cursor or mark cases in the list."""

ACTIONS: tuple[Action, ...] = (
    *MOVES,
    _action("filter", "/", "Filter", "Look", "Filter the cases as you type."),
    _action("sort", "s", "Sort", "Look", "Choose how the list is sorted."),
    _action("reverse", "S", "Reverse", "Look", "Reverse the order."),
    _action("columns", "|", "Columns", "Look", "Choose the columns of the list."),
    _action("pane", "\\", "Pane", "Look", "Show or hide the case beside the list."),
    _action("needs", "f", "What needs you", "Look", "Go to the next thing that needs you."),
    _action("views", "v", "Views", "Look", "Choose among the saved views."),
    _action("save", "ctrl+s", "Save view", "Look",
            "Save the current filter and order as your own view; in a form, save it."),
    _action("hold", "Z", "Pause", "Look", "Stop the list from updating; changes are shown when you resume."),
    _action("refresh", "f5", "Refresh", "Look", "Read everything again."),
    _action("since", "W", "What happened", "Look", "What others did on your cases while you were away.",
            "activity:ActivityScreen"),
    _action("why", "=", "Why here", "Look", "Every clock of the case: running, paused, met or overdue.",
            "clocks:ClocksScreen"),
    _action("agenda", "h", "The next 24 hours", "Look", "What is due when, who is responsible, who is on duty.",
            "agenda:AgendaScreen"),
    _action("promises", "P", "Promises", "Look", "What customers were promised: all, yours, due by today and so on.",
            "promises:PromisesScreen"),
    _action("customer", "D", "Customer", "Look",
            "The case's customer: who they are, their cases, promises and last messages; change or merge them."),
    _action("files", "@", "Files", "Look", "The files of the case: what is attached, and saving one in a folder.",
            "files:FilesScreen"),
    _action("linked", "&", "Linked case", "Look", "The case that this one follows, was merged with, or looks like."),
    _action("swept", "F", "Overdue", "Look", "What the sweep found overdue since yesterday, and what it did.",
            "sweep_log:SweepLogScreen"),
    _action("paths", "l", "Escalation paths", "Look", "Who is called for help step by step, and when on this case.",
            "paths:PathsScreen"),
    _action("playbooks", "", "Playbooks", "Look", "What to do about known exceptions; those that fit the case first.",
            "playbooks:PlaybooksScreen"),
    _action("causes", "*", "Causes", "Look", "What exceptions came of, and how often; merge what means the same.",
            "causes:CausesScreen"),
    _action("digest", "", "What is new", "Look",
            "What is new this week: playbooks, causes that came back, changes to make, a story, thanks.",
            "digest:DigestScreen"),
    _action("primer", "", "Primer", "Look",
            "What somebody new should read: playbooks that fit most, causes, cases; ticks that only you see.",
            "primer:PrimerScreen"),
    _action("practice", "", "Practice", "Look",
            "A past exception as it stood: say what you would do, then see what was decided and why.",
            "practice:PracticeScreen"),
    _action("report", "", "Care report", "Look",
            "How the team looked after its customers: six questions, and the cases behind each figure.",
            "report:ReportScreen"),
    _action("learned", "", "Learned", "Look",
            "What exceptions taught: how causes came up again, whether changes helped, how often leads were called.",
            "learned:LearnedScreen"),
    _action("what-if", "", "What if", "Look",
            "What would have been under another rule or other settings: calls to leads, late answers, calls at night.",
            "what_if:WhatIfScreen"),
    _action("changes", "", "Changes", "Look", "What reviews asked for: open, made, to check; and what came back.",
            "changes:ChangesScreen"),
    _action("news", "B", "News", "Look", "Recent news in full, newest first.",
            "news:NewsScreen"),
    _action("mail", "<", "Mail", "Look", "Mail that came in, is held, or is sent; the mail boxes.",
            "mail:MailScreen"),
    _action("copy", "Y", "Copy", "Look", "Copy a summary to read out, or the customer's receipt as text or as a link."),
    _action("import", "", "Import cases", "Look", "Import a table or another system's export, with a preview.",
            "importing:ImportScreen"),
    _action("raise", "+", "Raise the priority", "On the case", "One step up: low, normal, high, urgent."),
    _action("lower", "-", "Lower the priority", "On the case", "One step down."),
    _action("customer-said", "C", "Customer said", "On the case", "Record what the customer wrote or said."),
    _action("edit-customer", "", "Change the customer", "On the case",
            "The name, addresses, orders, tier and note of the case's customer."),
    _action("merge-customers", "", "Merge customers", "On the case",
            "Merge another entry for the case's customer into theirs."),
    _action("write-playbook", "_", "Write a playbook", "On the case",
            "Write down how the team handles a known exception; filled in from the case."),
    _action("measures", "Q", "Measures", "Look",
            "How the cases of the last days, weeks or months went, and the cases behind each figure.",
            "measures:MeasuresScreen"),
    _action("team", "M", "Team", "People", "The team: loads, who is away, who covers; hand over work.",
            "team:TeamScreen"),
    _action("rota", "d", "Duty rota", "People", "Who is on duty when, and who is away; change a turn.",
            "rota:RotaScreen"),
    _action("notices", "O", "Notices", "People", "Notices by mail and chat: sent, waiting, held, failed.",
            "notices:NoticesScreen"),
    _action("journal", "J", "Journal", "People", "Who changed the team, customers and settings, from what to what.",
            "journal:JournalScreen"),
    _action("who", "w", "Switch person", "People", "Change who is working here."),
    _action("lock", "L", "Lock", "People", "Hide customers' data until somebody says who they are."),
    _action("bell", "", "Bell", "People", "Ring when something concerns you, or not."),
    _action("theme", "", "Theme", "People", "Choose the colours."),
    _action("more", ".", "More", "Help",
            "Every command for the case: those available now, and why the others are not."),
    _action("palette", ": ctrl+p", "Palette", "Help", "Find any command, case, customer or setting by name."),
    _action("help", "? f1", "Help", "Help", "The keys that work here now."),
    _action("suspend", "ctrl+z", "Suspend", "Help", "Go to the shell; fg returns to the console."),
    _action("quit", "q ctrl+q", "Quit", "Help", "Leave the page; on the queue, quit. Everything is saved already."),
)  # fmt: skip
"""Every action, in the order of the help. A page of the console is a module and a row here."""

IN_PLACES: tuple[Action, ...] = (
    _action("left", "left", "Left", "On pages and in forms",
            "A shorter time or the previous figure on a page; the previous choice in a form; in the queue, a heading."),
    _action("right", "right", "Right", "On pages and in forms",
            "A longer time, or the next figure, on a page; the next choice in a form."),
    _action("next", "tab", "Next", "On pages and in forms",
            "The next field, list or suggestion; on a page of everybody's cases, only yours, and back."),
    _action("previous", "shift+tab", "Previous", "On pages and in forms", "The previous field or list."),
    _action("number", "0 1 2 3 4 5 6 7 8 9", "By number", "On pages and in forms",
            "The view, list, person or menu item of that number."),
    _action("send-now", ">", "Send now", "On pages and in forms",
            "Send the notices that wait; send a refused or uncertain mail again."),
    _action("was-sent", "f7", "It was sent", "On pages and in forms",
            "Of a mail that may or may not have been sent: say that it was."),
    _action("remove", "delete", "Remove", "On pages and in forms",
            "Remove a saved view of your own; drop a held mail; do not send a mail after all."),
    _action("confirm-customer", "f6", "Confirm the customer", "On pages and in forms",
            "On a mail that a colleague forwarded: make its author the customer."),
    _action("discard", "ctrl+x", "Discard", "On pages and in forms", "Discard a draft; stop an import."),
    _action("decide-here", "f2", "Decide it yourself", "On pages and in forms",
            "In the form that escalates: decide it by the playbook that lets you."),
    _action("teach", "f4", "Save and write a playbook", "On pages and in forms",
            "In the form of a review: save it, and write the playbook that it teaches."),
    _action("insert-words", "f3", "Saved words", "On pages and in forms",
            "In the form that logs a message: choose among saved words and those of playbooks."),
    _action("editor", "ctrl+e", "Editor", "On pages and in forms", "Write a text in the editor that EDITOR names."),
    _action("undo-typing", "ctrl+underscore", "Undo typing", "On pages and in forms",
            "Undo what you typed last."),
)  # fmt: skip
"""What only pages and forms do: no part of the palette, since it needs no name there."""

ACTION_BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
"""The actions by id."""

_NAMES = {
    "up": "↑", "down": "↓", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "space": "Space",
    "enter": "Enter", "escape": "Esc", "left": "←", "right": "→", "tab": "Tab",
    "delete": "Del", "shift+tab": "Shift+Tab", "ctrl+underscore": "ctrl+_", "backspace": "Backspace",
    **{f"f{number}": f"F{number}" for number in range(1, 25)},
}  # fmt: skip
_KEY_BY_NAME = {name: key for key, name in _NAMES.items()}
_CHARACTERS = {
    "exclamation_mark": "!", "quotation_mark": '"', "number_sign": "#", "dollar_sign": "$", "percent_sign": "%",
    "ampersand": "&", "apostrophe": "'", "left_parenthesis": "(", "right_parenthesis": ")", "asterisk": "*",
    "plus": "+", "comma": ",", "minus": "-", "full_stop": ".", "slash": "/", "colon": ":", "semicolon": ";",
    "less_than_sign": "<", "equals_sign": "=", "greater_than_sign": ">", "question_mark": "?", "at": "@",
    "left_square_bracket": "[", "backslash": "\\", "right_square_bracket": "]", "circumflex_accent": "^",
    "underscore": "_", "grave_accent": "`", "left_curly_bracket": "{", "vertical_line": "|",
    "right_curly_bracket": "}", "tilde": "~",
}  # fmt: skip
"""ASCII's signs by the names that Textual gives them. Looked up in Unicode's table of names, they would take 0.6 MB."""
_SIGN_NAMES = {sign: name for name, sign in _CHARACTERS.items()}


def textual_key(key: str) -> str:
    """A key by the name that Textual gives it: "question_mark" for "?"."""
    return _SIGN_NAMES.get(key, key)


def key_named(words: str) -> str:
    """The key that a line names, such as "Esc" or the last of "Enter or ctrl+s"; "" where it names none or several."""
    word = words.rpartition(" or ")[2]
    if len(word) == 1 and word not in _KEY_BY_NAME:
        return word
    return _KEY_BY_NAME.get(word, word if word.startswith(("ctrl+", "alt+", "shift+")) else "")


def key_words(keys: Iterable[str]) -> str:
    """Keys by their display names: "Esc", "↓ j". Textual calls "?" "question_mark", as Unicode does."""
    return " ".join(_NAMES.get(key) or _CHARACTERS.get(key) or _character(key) for key in keys)


def _character(key: str) -> str:
    if len(key) < 3 or "+" in key:
        return key
    from unicodedata import lookup

    try:
        return lookup(key.replace("_", " "))
    except KeyError:
        return key
