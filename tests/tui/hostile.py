"""A team whose every text is an attempt to take over the terminal, the screen or the program."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.console import drafts, preferences, presence, views, visits
from careconsole.desk.console.drafts import Draft
from careconsole.desk.console.views import LONGEST_NAME, NEXT_FREE_SLOT, SavedView
from careconsole.desk.imports.record import record
from careconsole.desk.team import customers, members
from careconsole.domain.case.calls import Nudge
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.language import Term, unparse
from careconsole.store import create_store
from tests.desk.office import HOUR, MONDAY, line

PAYLOADS = {
    "click": "[@click=app.quit]Q[/] [@click='app.bell']b[/]",
    "closing": "[/] [/foo] [/red",
    "opening": "[link=https://evil.example]l[/link] [link='https://evil.example'",
    "colours": "[red]R[/red] [bold] [#ff0] [on red] [$error] [b",
    "clipboard": "\x1b]52;c;ZWNobyBoYWNrZWQ=\x07K \x1b]52;c;YQ==\x1b\\",
    "title": "\x1b]0;owned\x07 \x1b]2;owned\x1b\\ \x1b]8;;https://evil.example\x1b\\L\x1b]8;;\x1b\\",
    "screen": "\x1b[2J\x1b[1;1H\x1b[31mred\x1b[0m\x1b[?1049l\x1bc\x1b[?1000h",
    "one byte": "\x9b2J \x9d0;owned\x9c \x90q\x9c \x85 \x8d",
    "device": "\x1bP+q544e\x1b\\ \x1b_Gi=1\x1b\\ \x1b^x\x1b\\ \x1b[6n \x1b[c \x05",
    "direction": "\u202egpj.exe \u2066\u2067x\u2069 \u200f\u061c invoice",
    "invisible": "a\u200bb\ufeffc\u2060d\xade \U000e0041\U000e0042\U000e0043",
    "lines": "a\tb\nc\r\nd\re\x0bf\x0cg\u2028h\u2029i",
    "controls": "bell\x07 back\x08\x08 del\x7f shift\x0e\x0f \x1a",
    "long": "w" * 3000 + "\x1b[2J",
    "marks": "Z" + "\u0301\u0489" * 400,
    "wide": "日本語テスト👩\u200d👩\u200d👧\u200d👦🏽 ❤\ufe0f العربية עברית 🇸🇪" + "\u200d" * 30,
    "braces": "{0} %s {{x}} $name ${x} `x` $(x) \\ \\[ \\",
    "nobody's": "\ufdd0\ufffe\U0001ffff\ufff9x\ufffb",
}
"""Each tries something else: to run an action, to break the markup, to reach the terminal, to deceive the eye."""
MARKERS = (b"owned", b"evil.example", b"ZWNobyBoYWNrZWQ", b"YQ==", b"544e")
"""Parts of the payloads that may be in the terminal's output, but never within an escape sequence."""
ALL = " ".join(text for name, text in PAYLOADS.items() if name not in ("long", "marks")) + PAYLOADS["marks"]
LEAD = f"{PAYLOADS['click']} Ana"
"""The name of the lead, under which the console is opened."""


def _one_line(text: str) -> str:
    return " ".join(text.split())


class HostileTeam:
    """A database in `folder` in which every text that a person, an import or a machine can give is a payload.

    For each payload there are a person, a contact, a customer and a case, whose texts all are that payload; one more
    case has all of them at once.
    """

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "hostile.db")
        self.now = MONDAY
        self.store = create_store(self.path)

        members.create_team(self._desk(None), f"{ALL} team", [LEAD], [], [])
        self.lead = next(iter(self.store.people.roster().people))
        self.people: dict[str, int] = {}
        self.cases: dict[str, int] = {}
        desk = self.desk()
        for name, text in PAYLOADS.items():
            self.people[name] = self._person(desk, f"{text} {name}", "agent", f"{text} {name}", "")
            self._person(desk, f"{text} contact {name}", "contact", None, text)
        for name, text in {**PAYLOADS, "all": ALL}.items():
            self.cases[name] = self._case(name, text)
            self.now += HOUR // 60
        self._import()
        self._bulk()
        self._elsewhere()

    def desk(self, person: int | None = None) -> Desk:
        """The lead's desk, or somebody's."""
        return self._desk(self.lead if person is None else person)

    def close(self) -> None:
        """Closes the database."""
        self.store.close()

    def _desk(self, person: int | None) -> Desk:
        return Desk(self.store, lambda: self.now, person, ALL[:200], ALL[:200])

    def _person(self, desk: Desk, name: str, role: str, login: str | None, reach: str) -> int:
        try:
            return members.add(desk, name, role, login, reach)
        except WrongUse:  # an older program took such a name, and a database keeps it
            number = members.add(desk, f"another {len(self.store.people.roster().people)}", role, login, reach)
            person = self.store.people.roster().people[number]
            self.store.engine.write(lambda: self.store.people.save(replace(person, name=name)))
            return number

    def _case(self, name: str, text: str) -> int:
        desk, helper = self.desk(), self.people.get(name, self.people["click"])
        customer = f"{text} customer {name}"
        opened = execution.open_case(
            desk,
            OpenCase(
                subject=text,
                description=f"{text}\n{text}",
                owner=self.lead,
                tags=tuple(_one_line(f"{text[:60]} {name}").split()[:4]),
                external=(f"{text[:40]}", f"{text[:60]} {name}"),
                channel="email",
            ),
            customer,
        )
        assert opened.opened is not None
        number = opened.opened
        customers.change(
            desk, _one_line(customer), note=text, email=text[:99], phone=text[:99], tier="gold", orders=(text[:99],)
        )
        for verb, command in (
            ("log", LogMessage(text=text)),
            ("log", LogMessage(text=text, inbound=True, sort="message")),
            ("note", Note(text=text)),
            ("promise", Promise(text=text, due=self.now + 4 * HOUR)),
            ("promise", Promise(text=f"{text} again", due=self.now + 5 * HOUR)),
            ("ask", AskHelp(of=helper, need=text)),
            ("escalate", Escalate(reason="customer request", need=text, cause=text)),
            ("nudge", Nudge(said=text)),
            ("review", Review(cause=text, change=text, owner=self.lead, due=self.now + 90 * HOUR)),
            ("review", Review(cause=text, change=f"{text} again", owner=self.lead, due=self.now + 90 * HOUR)),
            ("offer", Offer(to=helper, reason=text, next=text)),
        ):
            execution.execute(desk, verb, command, [number])
        return number

    def _import(self) -> None:
        lines = [
            line(
                f"{text[:60]} {name}",
                i,
                owner=f"{text} left {name}",
                status="open",
                label=text,
                customer=f"{text} imported",
                subject=text,
                description=text,
                tags=(text[:40],),
                fields={text[:40]: text},
            )
            for i, (name, text) in enumerate(PAYLOADS.items())
        ]
        record(self.desk(), lines, source=ALL[:60], file=ALL[:99])

    def _bulk(self) -> None:
        """Adds views, drafts, preferences, changes by others since the lead left, and an absence."""
        desk = self.desk()
        for name, text in list(PAYLOADS.items())[:6]:
            shown = Term("text", "=", (_one_line(text),), True, 0, 0)
            views.save(desk, SavedView(NEXT_FREE_SLOT, f"{text[: LONGEST_NAME - 10]} {name}", unparse((shown,))))
        for name, number in self.cases.items():
            text = PAYLOADS.get(name, ALL)
            for verb in ("note", "log", "escalate"):
                drafts.save_draft(desk, Draft(number, verb, {"text": text, "need": text, "cause": text}, 1, self.now))
        begun = dict.fromkeys(("subject", "customer", "description", "tags"), ALL)
        drafts.save_draft(desk, Draft(0, "new", begun, None, self.now))
        preferences.set(desk, "theme", "[red]")
        preferences.set(desk, "columns", "number [red] known tags")
        visits.leave(desk)
        self.now += HOUR
        for name, number in self.cases.items():
            person = self.people.get(name, self.people["title"])
            execution.execute(self.desk(person), "note", Note(text=PAYLOADS.get(name, ALL)), [number])
        members.away(desk, _one_line(f"{PAYLOADS['title']} title"), _one_line(f"{PAYLOADS['screen']} screen"))

    def _elsewhere(self) -> None:
        """Has others open the cases now, on machines with hostile names."""
        for place, (name, number) in enumerate(self.cases.items()):
            there = self.desk(self.people.get(name, self.people["lines"]))
            presence.announce(there, f"console {place}", number, writing=place % 2 == 0)
