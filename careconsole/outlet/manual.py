"""The pages of the documentation that are made from the program itself: `python -m careconsole.outlet.manual`."""

from __future__ import annotations

from careconsole.commands import OTHERS, VERBS, Field
from careconsole.domain.filters import FIELDS, FLAGS


def commands_page() -> str:
    """docs/commands.md: every command on cases with its options, and the filter language."""
    lines = [
        "# Commands and filters",
        "",
        "Made from the program by `python -m careconsole.outlet.manual > docs/commands.md`; a test keeps it true.",
        "",
        "## Commands on cases",
        "",
        "`careconsole VERB CASE...`: several numbers make one command that one undo takes back; `-` reads numbers from",
        "standard input. Keys are those of the console, which is to come. Options in bold are required.",
    ]
    for group in dict.fromkeys(verb.group for verb in VERBS):
        lines += ["", f"### {group}", "", "| verb | key | what it does | options |", "|---|---|---|---|"]
        for verb in VERBS:
            if verb.group == group:
                options = " ".join(_option(field) for field in verb.fields)
                lines.append(f"| `{verb.id}` | {_key(verb.key)} | {verb.help} | {options} |")
    lines += ["", "### Others", "", "| verb | key | what it does |", "|---|---|---|"]
    lines += [f"| `{verb}` | {_key(key)} | {title} |" for verb, key, title in OTHERS]
    lines += [
        "",
        "## Filters",
        "",
        "A filter is a row of terms, and a case must meet them all:",
        '`owner:ana,ben level:>=1 -is:parked "late invoice"`. Commas part alternatives, a leading minus turns a term',
        "round, quotes hold blanks. Without `status:`, `is:open` or `is:resolved` a queue shows open cases.",
        "",
        "| field | meaning | example |",
        "|---|---|---|",
    ]
    lines += [f"| `{field.name}:` | {field.help} | `{field.example}` |" for field in FIELDS.values()]
    lines += ["", "| flag | meaning |", "|---|---|"]
    lines += [f"| `is:{flag}` | {meaning} |" for flag, meaning in FLAGS.items()]
    return "\n".join(lines) + "\n"


def _option(field: Field) -> str:
    if field.name == "text":
        return "**TEXT**"
    shown = f"`--{field.flag}`"
    return f"**{shown}**" if field.required else shown


def _key(key: str) -> str:
    return f"`{key}`" if key else ""


if __name__ == "__main__":
    print(commands_page(), end="")
