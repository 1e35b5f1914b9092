"""Makes documentation pages from the program itself: `python -m careconsole.tools.manual [keys]`.

The tables are written as they look in the page; functions for their rows and headers would be longer.
"""

from __future__ import annotations

import sys

from careconsole.commands import OTHER_COMMANDS, VERBS, Field
from careconsole.commands.console_keys import ACTIONS, IN_PLACES, key_words
from careconsole.commands.keystrokes import KEYSTROKES, TEXT
from careconsole.commands.row_signs import ROW_SIGNS
from careconsole.desk.console.views import USUAL
from careconsole.domain.filters.fields import FIELDS, FLAGS


def commands_page() -> str:
    """docs/commands.md: every command on cases with its options, and the filter language."""
    lines = [
        "# Commands and filters",
        "",
        "<!-- Made by `python -m careconsole.tools.manual > docs/commands.md`; a test keeps it true. -->",
        "",
        "## Commands on cases",
        "",
        "`careconsole VERB CASE...`: several numbers make one command that one undo takes back; `-` reads numbers from",
        "standard input. Keys are those of the console; see [keys.md](keys.md) for all. Options in bold are required.",
    ]
    for group in dict.fromkeys(verb.group for verb in VERBS):
        lines += ["", f"### {group}", "", "| verb | key | what it does | options |", "|---|---|---|---|"]
        for verb in VERBS:
            if verb.group == group:
                options = " ".join(_option(field) for field in verb.fields)
                lines.append(f"| `{verb.id}` | {_key(verb.key)} | {verb.help} | {options} |")
    lines += ["", "### Others", "", "| verb | key | what it does |", "|---|---|---|"]
    lines += [f"| `{verb}` | {_key(key)} | {title} |" for verb, key, title in OTHER_COMMANDS]
    lines += [
        "",
        "## Filters",
        "",
        "A filter is a list of terms, and a case must match all of them:",
        '`owner:ana,ben level:>=1 -is:parked "late invoice"`. Commas separate alternatives, a leading minus negates a',
        "term, and quotes allow spaces. Without `status:`, `is:open` or `is:resolved`, a queue shows open cases. In a",
        "shell, put single quotes around a term with spaces, `<`, `>` or other special characters: `'waiting:>4h'`;",
        "see [shell.md](shell.md).",
        "",
        "| field | meaning | example |",
        "|---|---|---|",
    ]
    lines += [f"| `{field.name}:` | {field.help} | `{field.example}` |" for field in FIELDS.values()]
    lines += ["", "| flag | meaning |", "|---|---|"]
    lines += [f"| `is:{flag}` | {meaning} |" for flag, meaning in FLAGS.items()]
    return "\n".join(lines) + "\n"


def keys_page() -> str:
    """docs/keys.md: every key of the console's queue, and the commands without one."""
    lines = [
        "# Keys of the console",
        "",
        "<!-- Made by `python -m careconsole.tools.manual keys > docs/keys.md`; a test keeps it true. -->",
        "",
        "`?` shows the keys that work here, `.` every command on the case, and `:` finds anything by name. A command",
        "applies to the marked cases, or else to the one under the cursor. What has no key is under `.` and `:`.",
        "",
        "A key means the same on every screen. By its name, an action can get other keys in the",
        "[configuration file](configuration.md).",
        "",
        "## Commands on cases",
    ]
    for group in dict.fromkeys(verb.group for verb in VERBS):
        lines += ["", f"### {group}", "", "| key | command | name | what it does |", "|---|---|---|---|"]
        some = [verb for verb in VERBS if verb.group == group]
        lines += [f"| {_key(verb.key or '.')} | {verb.title} | {verb.id} | {verb.help} |" for verb in some]
    lines += ["", "### Any time", "", "| key | command | name |", "|---|---|---|"]
    lines += [f"| {_key(key or '.')} | {title} | {id} |" for id, key, title in OTHER_COMMANDS]
    lines += [
        "",
        "## How many keys",
        "",
        "What is done all day, with what is ready in the forms; a test presses these keys. *text* is what you type.",
        "",
        "| what | keys | how many |",
        "|---|---|---|",
    ]
    for one in KEYSTROKES:
        keys = " ".join("*text*" if key == TEXT else _key(key_words((key,))) for key in one.keys)
        texts = {0: "", 1: " + text"}.get(one.texts, f" + {one.texts} texts")
        lines.append(f"| {one.title} | {keys} | {one.count}{texts} |")
    lines += ["", "## Everything else"]
    every = (*ACTIONS, *IN_PLACES)
    for group in dict.fromkeys(action.group for action in every):
        lines += ["", f"### {group}", "", "| keys | what | name | |", "|---|---|---|---|"]
        for action in every:
            if action.group == group:
                keys = " ".join(_key(key_words((key,))) for key in action.keys or (":",))
                lines.append(f"| {keys} | {action.title} | {action.id} | {action.help} |")
    lines += ["", "## Signs on a row", "", "| sign | what it means | |", "|---|---|---|"]
    lines += [f"| {' '.join(map(_key, signs.split()))} | {meaning} | {more} |" for signs, meaning, more in ROW_SIGNS]
    lines += ["", "## Views", "", "Unless you save a view of your own there (`ctrl+s`), the digits show:", ""]
    lines += ["| key | view | cases | order |", "|---|---|---|---|"]
    lines += [f"| `{v.slot}` | {v.name} | {_key(v.filter) or 'every open case'} | {v.sort} |" for v in USUAL]
    return "\n".join(lines) + "\n"


def _option(field: Field) -> str:
    if field.at_end:
        return f"**{field.name.upper()}**"
    shown = f"`--{field.flag}`"
    return f"**{shown}**" if field.must_be_given else shown


def _key(key: str) -> str:
    return f"`{key}`".replace("|", "\\|") if key else ""  # a bare one would end the cell


if __name__ == "__main__":
    print(keys_page() if sys.argv[1:] == ["keys"] else commands_page(), end="")
