"""A plain implementation of filters: case by case, in Python, as the help of the filter language describes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from careconsole.domain.case.clocks import next_due
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.state import Case
from careconsole.domain.case.tags import tag_of
from careconsole.domain.filters.language import Term
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.team.roster import CONTACT, Roster
from careconsole.domain.terminal_text import fold, search_key
from careconsole.domain.time.calendars import ALWAYS
from careconsole.domain.time.service_levels import Level
from careconsole.store import Store

COMPARED = {
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}

_BEYOND_OPEN = {"resolved", "owed", "unanswered", "tocheck", "recurring", "rated", "published", "unsent", "draft"}
"""The states of `is:` that cases can have which are no longer open."""


class Known:
    """What the plain implementation needs to know besides a case."""

    def __init__(self, store: Store, now: int, me: int, imported: set[int]) -> None:
        self.roster: Roster = store.people.roster()
        self.now = now
        self.me = me
        self.imported = imported
        found = store.engine.fetch_all("select id from customers")
        self.customers = {row[0]: store.customers.get(row[0]) for row in found}
        self.words = self._words(store)

    @staticmethod
    def _words(store: Store) -> dict[int, list[list[str]]]:
        words: dict[int, list[list[str]]] = {}
        for number, events in store.cases.histories("1 = 1", {}):
            for event in standing(events):
                said = " ".join(
                    str(getattr(event.fact, name, None) or "") for name in ("subject", "description", "text", "said")
                )
                words.setdefault(number, []).append(search_key(said).split())
        return words

    def holds(self, case: Case, terms: tuple[Term, ...]) -> bool:
        """Whether a case matches a filter; a filter without a status matches only open cases."""
        if case.status == "void":
            return False
        spoken = any(
            t.field == "status"
            or (t.field == "is" and "open" in t.values)
            or (
                not t.negated
                and (t.field in ("number", "resolved", "rating") or (t.field == "is" and _BEYOND_OPEN & set(t.values)))
            )
            for t in terms
        )
        if not spoken and case.status != "open":
            return False
        return all(any(self.one(case, term, value) for value in term.values) != term.negated for term in terms)

    def person(self, name: str) -> int:
        if name.lower() in ("duty", "nobody"):
            return 0
        if name.lower() == "me":
            return self.me
        (number,) = [p.number for p in self.roster.people.values() if fold(p.name) == fold(name)]
        return number

    def one(self, case: Case, term: Term, value: Any) -> bool:
        compared: Callable[[int, int], bool] = COMPARED[term.op]
        due = next_due(case, Level(), ALWAYS)
        call = case.escalation
        customer = self.customers.get(case.customer or 0)
        match term.field:
            case "is":
                return self.flag(case, value)
            case "owner":
                return (case.owner or 0) == self.person(value)
            case "responder":
                return (call.responder if call else 0) == self.person(value)
            case "offered":
                to = case.offer.to if case.offer else 0
                return to == self.person(value) or (value.lower() == "me" and self.roster.who_receives(to) == self.me)
            case "helping":
                return self.person(value) in {help.of for help in case.helpers}
            case "answerable":
                who = self.person(value) or self.roster.on_duty()
                return self.roster.answerable(case.owner) == who
            case "number":
                return compared(case.number, value)
            case "level":
                return compared(case.level, value)
            case "hops":
                return compared(case.moves, value)
            case "reopened":
                return compared(case.reopenings, value)
            case "age":
                return compared(self.now - case.opened_at, value)
            case "waiting":
                return case.waiting_since is not None and compared(self.now - case.waiting_since, value)
            case "silence":
                contact = case.opened_at if case.contact_at is None else case.contact_at
                return compared(self.now - contact, value)
            case "resolved":
                ended = case.resolved_at if case.status == "resolved" else None
                return ended is not None and compared(self.now - ended, value)
            case "due":
                return due is not None and compared(due.due - self.now, value)
            case "customer":
                return customer is not None and search_key(value) in search_key(customer.name)
            case "tier":
                return customer is not None and bool(customer.tier == fold(value))
            case "tag":
                return tag_of(value) in case.tags
            case "source":
                return bool(case.external) and case.external[0][0].lower() == fold(value)
            case "external":
                return value in {name for _, name in case.external}
            case "channel" | "priority" | "status":
                return bool(getattr(case, term.field) == value)
            case "rating":
                return case.rating is not None and case.rating.answer == value
            case "cause":
                return any(one.cause == value for one in case.occurrences)
            case "playbook":
                return any(use.playbook == value for use in case.playbooks)
            case "text":
                begins = search_key(value).split()
                said = any(
                    all(any(word.startswith(b) for word in words) for b in begins)
                    for words in self.words.get(case.number, [])
                )
                mail = address_key(value) if "@" in value else ""
                named = customer is not None and (
                    search_key(value) in search_key(customer.name)
                    or value in customer.orders
                    or (bool(mail) and mail in map(address_key, (customer.email, *customer.addresses)))
                )
                numbered = value.isascii() and value.isdigit() and int(value) == case.number
                return said or named or numbered or value in {name for _, name in case.external}
        raise AssertionError(f"nobody taught this test the field {term.field}")

    def called_on(self, case: Case) -> list[int | None]:
        called = [case.escalation.responder] if case.escalation else []
        people = [case.owner, *called, *(help.of for help in case.helpers)]
        return [p for p in people if p is None or self.roster.people[p].role != CONTACT]

    def flag(self, case: Case, flag: str) -> bool:
        due, call = next_due(case, Level(), ALWAYS), case.escalation
        return {
            "open": case.status == "open",
            "resolved": case.status == "resolved",
            "parked": case.parked is not None,
            "overdue": due is not None and due.due < self.now,
            "atrisk": due is not None and due.at_risk <= self.now <= due.due,
            "escalated": case.level > 0,
            "unacknowledged": call is not None and (call.until is None or call.until < self.now),
            "offered": case.offer is not None,
            "unassigned": case.owner is None,
            "left": case.owner is not None and not self.roster.people[case.owner].active,
            "waiting": case.waiting_since is not None,
            "unanswered": case.status == "resolved" and case.answer == "unanswered",
            "promised": bool(case.promises),
            "imported": case.number in self.imported,
            "reopened": case.reopenings > 0,
            "mine": any(self.roster.answerable(who) == self.me for who in self.called_on(case)),
            "tagged": bool(case.tags),
            "owed": any(review.is_open for review in case.reviews),
            "tocheck": case.status != "merged"
            and any(review.waits_for_check and review.check_at <= self.now for review in case.reviews),
            "rated": case.rating is not None,
            "unsent": bool(case.replies),
            "bounced": False,  # no mail comes in these tests
            "draft": False,  # nor has anybody a draft
            "published": False,  # the cases of these tests have no pages
            "recurring": any(one.came_back for one in case.occurrences),
        }[flag]
