"""Translates the terms of a filter into SQL conditions on the table cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from careconsole.domain.case.tags import tag_of
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import WHO_AM_I, Hint, hint_of
from careconsole.domain.team.lookup import find_person
from careconsole.domain.terminal_text import fold
from careconsole.store.engine.base import NEVER, Engine
from careconsole.store.engine.search_words import still_said
from careconsole.store.queue.query import FLAGS, NOT_VOID, ONLY_OPEN, Listed, QueueQuery
from careconsole.store.queue.unsent_mails import last_bounced, with_some

if TYPE_CHECKING:
    from careconsole.domain.filters.language import Term

_MOST_TERMS = 100
"""Terms with words of which the rarest is read first. With hundreds, the condition would be too deep for SQLite."""
_SOME_WORDS = 199
"""Characters of a text that cannot have more than the hundred words that are looked for."""


def condition_of(
    asked: QueueQuery, engine: Engine, moment: int | None = None, listed: Listed | None = None
) -> tuple[str, dict[str, Any]]:
    """The filter as a condition on the table cases, or on one with the cases as of a `moment`, and its parameters.

    Raises FilterError, with the position, for an unknown person.
    """
    condition = _Condition(asked, engine, {}, moment=moment, listed=listed)
    words = [] if moment is not None else [term for term in asked.terms if term.field == "text" and not term.negated]
    some = 1 < len(words) <= _MOST_TERMS
    order = engine.rarest_first([[str(value) for value in term.values] for term in words]) if some else None
    parts = [condition.of(term) for term in asked.terms if order is None or term not in words]
    if order is not None:
        parts.append(condition.words_of_each([words[place] for place in order]))
    return " and ".join([NOT_VOID if _not_only_open(asked) else ONLY_OPEN, *parts]), condition.params


def conditions_of_search(asked: QueueQuery, engine: Engine) -> tuple[str, str, dict[str, Any]] | None:
    """A search of every case for some words, as two conditions with their parameters; None for any other filter.

    The first is on the table events: what has all the words by itself. The second is on the table cases, and looks for
    the words in the events of each case; other than `condition_of` it needs no list of all cases that have them.
    """
    plain = {(term.field, term.negated, len(term.values)) for term in asked.terms} == {("text", False, 1)}
    words = " ".join(str(term.values[0]) for term in asked.terms)
    if not asked.every or not plain or len(words) > _SOME_WORDS:
        return None
    condition = _Condition(asked, engine, {}, by_case=True)
    said = condition.said(words)
    return said, " and ".join([NOT_VOID, *map(condition.of, asked.terms)]), condition.params


def condition_on_index(asked: QueueQuery, engine: Engine, params: dict[str, Any]) -> str | None:
    """The filter as a condition on the queue index, which holds open cases only; None if it needs more than that.

    Its parameters are added to `params`, which several conditions of one statement share. Raises FilterError as
    `condition_of` does.
    """
    if _not_only_open(asked) or not all(map(_is_covered, asked.terms)):
        return None
    condition = _Condition(asked, engine, params, open_only=True)
    return " and ".join(condition.of(term) for term in asked.terms) or "1 = 1"


def _not_only_open(asked: QueueQuery) -> bool:
    return asked.every or any(_is_about_status(term) for term in asked.terms)


def _is_covered(term: Term) -> bool:
    return term.field in COVERED or (term.field == "is" and COVERED_FLAGS.issuperset(term.values))


def _is_about_status(term: Term) -> bool:
    """Whether a term decides about the status: any status:, any is:open, and terms that find cases not open."""
    named = set(term.values) if term.field == "is" else set()
    widens = term.field in ("number", "resolved", "rating") or bool(
        named & {"resolved", "unanswered", "owed", "tocheck", "recurring", "rated", "published", "unsent", "draft"}
    )
    return term.field == "status" or "open" in named or (widens and not term.negated)


class _Condition:
    """Turns terms into SQL, collecting the parameters.

    With `open_only` the statement reads open cases only. With `by_case` it reads few of them, so that words are looked
    for in the events of each.
    """

    def __init__(
        self,
        asked: QueueQuery,
        engine: Engine,
        params: dict[str, Any],
        *,
        open_only: bool = False,
        by_case: bool = False,
        moment: int | None = None,
        listed: Listed | None = None,
    ) -> None:
        self.params = params
        self._asked = asked
        self._engine = engine
        self._open_only = open_only
        self._by_case = by_case
        self._moment = moment
        self._listed = listed

    def of(self, term: Term) -> str:
        """The condition of one term."""
        rule = _FIELDS[term.field]
        condition = rule(self, term)
        return f"not ({condition})" if term.negated else f"({condition})"

    def param(self, value: Any) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f":{name}"

    def among(self, column: str, select: str) -> str:
        """Whether a column has one of the values of a select that is the same for every case."""
        return f"{column} in ({self._listed(select, self.params) if self._listed else select})"

    def holds_any(self, column: str, parts: Iterable[str]) -> str:
        some = list(dict.fromkeys(parts))
        condition, params = self._engine.holds_any(column, some, f"p{len(self.params)}")
        self.params.update(params)
        return condition

    def names_hold(self, column: str, parts: Iterable[str]) -> str:
        condition, params = self._engine.names_hold(column, list(dict.fromkeys(parts)), f"p{len(self.params)}")
        self.params.update(params)
        return condition

    def word(self, column: str) -> Callable[[Term], str]:
        return lambda term: f"{column} in ({', '.join(self.param(fold(str(v))) for v in term.values)})"

    def person(self, term: Term, value: Any) -> int:
        """The number of a person named in a term; 0 is duty."""
        name = str(value)
        if name.lower() in ("duty", "nobody"):
            return 0
        if name.lower() == "me":
            if self._asked.me is None:
                self.fail(term, "Nobody said who 'me' is.", hint_of("Say it with {}.", WHO_AM_I))
            return int(self._asked.me or 0)
        try:
            return find_person(name, self._asked.roster).number
        except WrongUse as error:
            self.fail(term, error.message, error.hint)
            raise

    def fail(self, term: Term, message: str, hint: str | Hint) -> None:
        from careconsole.domain.filters.language import FilterError

        raise FilterError(message, hint, self._asked.text, term.start, term.end)

    def people(self, column: str, numbers: Iterable[int]) -> str:
        """Cases with one of these people in a column; 0 is nobody, or duty."""
        return f"coalesce({column}, 0) in ({', '.join(map(str, sorted(numbers)))})"

    def persons(self, term: Term) -> set[int]:
        """The people named in a term."""
        return {self.person(term, value) for value in term.values}

    def waited_for(self, term: Term) -> set[int]:
        """Who is waited for, by a term about what others asked of somebody: an offer, a call, a request for help.

        "me" is also everybody for whom the person at work acts today, as in `mine`.
        """
        numbers, me = self.persons(term), self._asked.me
        if any(str(value).lower() == "me" for value in term.values):
            numbers |= {person for person in self._asked.roster.people if self._asked.roster.who_receives(person) == me}
        return numbers

    def responder(self, term: Term) -> str:
        """Cases on which a person in the term is called: as the responder, or together with the responder."""
        numbers = self.waited_for(term)
        return f"{self.people('responder_id', numbers)} or {self.listed('also_called', numbers)}"

    def listed(self, column: str, numbers: Iterable[int]) -> str:
        """Cases in which one of these people is in the list in `column`."""
        return self.holds_any(column, (f"|{number}|" for number in sorted(numbers)))

    def answerable(self, term: Term, numbers: set[int]) -> str:
        """Cases that `numbers` answer for today: only owners are stored, so the owners they act for are looked up."""
        roster = self._asked.roster
        duty = roster.on_duty()
        if 0 in numbers:
            numbers = (numbers - {0}) | ({duty} if duty is not None else set())
        owners = [p for p in roster.people if roster.answerable(p) in numbers]
        owners += [0] if duty in numbers else []
        return f"coalesce(owner_id, 0) in ({', '.join(map(str, owners))})" if owners else "1 = 0"

    def mine(self, me: int) -> str:
        """Cases that a person must act on, or somebody they act for: as owner, called or helping.

        A case that is offered to them is not among these: until they accept it, it is the owner's.
        """
        roster = self._asked.roster
        acted_for = [p for p in roster.people if roster.who_receives(p) == me]
        owners = ", ".join(map(str, [*acted_for, *([0] if roster.on_duty() == me else [])]))
        people = ", ".join(map(str, acted_for))
        if not owners:
            return "1 = 0"
        asked = f" or coalesce(responder_id, -1) in ({people})"
        lists = [f"|{person}|" for person in acted_for]
        asked += f" or {self.holds_any('helpers', lists)} or {self.holds_any('also_called', lists)}"
        return f"(coalesce(owner_id, 0) in ({owners}){asked if people else ''})"

    def compare(self, column: str, term: Term) -> str:
        if term.op == "=" and len(term.values) > 1:  # as one parameter: SQLite finds them by linear search
            condition, params = self._engine.in_list(column, [int(value) for value in term.values])
            return condition.replace(":among", self.param(params["among"]))
        return f"{column} {term.op} {self.param(term.values[0])}"

    def since(self, column: str, term: Term) -> str:
        """A span back from now: longer ago means an earlier time; "never" does not match."""
        flipped = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[term.op]
        moment = self._asked.now - int(term.values[0])
        return f"{column} {flipped} {self.param(moment)} and {column} < {NEVER}"

    def resolved(self, term: Term) -> str:
        # The status is written as in the partial index of resolved cases, so that SQLite can use it.
        return f"status = 'resolved' and {self.since('resolved_at', term)}"

    def ahead(self, column: str, term: Term) -> str:
        moment = self._asked.now + int(term.values[0])
        return f"{column} {term.op} {self.param(moment)} and {column} < {NEVER}"

    def customer(self, term: Term) -> str:
        return self._customers(term, self._named(term))

    def tier(self, term: Term) -> str:
        words = ", ".join(self.param(fold(str(v))) for v in term.values)
        return self._customers(term, f"select id from customers where tier in ({words})")

    def _named(self, term: Term) -> str:
        """The customers whose name contains one of the values."""
        named = self.names_hold("folded", map(str, term.values))
        return (
            f"select coalesce(into_id, id) from customers left join merged_customers on customer_id = id where {named}"
        )

    def _customers(self, term: Term, select: str) -> str:
        """The cases of some customers. A bare column can use its index; a negated term must match null as well."""
        return self.among("coalesce(customer_id, 0)" if term.negated else "customer_id", select)

    def tag(self, term: Term) -> str:
        return self.holds_any("tags", (f"|{tag_of(str(value))}|" for value in term.values))

    def cause(self, term: Term) -> str:
        """Cases on which a cause came up: as it was named there, or as what counts as the same."""
        from careconsole.domain.case.causes import cause_key

        keys = ", ".join(self.param(cause_key(str(value))) for value in term.values)
        counted = f"select coalesce(into_id, id) from causes where folded in ({keys})"
        same = f"select folded from causes where coalesce(into_id, id) in ({counted})"
        # A case without causes has no array to look into.
        return f"causes <> '' and exists (select 1 from json_each(causes) as one where one.value in ({same}))"

    def external(self, term: Term) -> str:
        words = ", ".join(self.param(str(v)) for v in term.values)
        return self.among("id", f"select case_id from external_ids where external_id in ({words})")

    def flag(self, term: Term) -> str:
        return " or ".join(self._flag(term, flag) for flag in dict.fromkeys(map(str, term.values)))

    def _flag(self, term: Term, flag: str) -> str:
        if flag == "overdue":
            late = f"due_at < {self.param(self._asked.now)}"
            return late if self._open_only else f"(status = 'open' and {late})"
        if flag == "atrisk":
            now = self.param(self._asked.now)
            soon = f"risk_at <= {now} and due_at >= {now}"
            return f"({soon})" if self._open_only else f"(status = 'open' and {soon})"
        if flag == "unacknowledged":
            return f"(responder_id is not null and acknowledged_until < {self.param(self._asked.now)})"
        if flag == "unsent":
            return self.among("id", with_some(self._moment))
        if flag == "bounced":
            return last_bounced(self._engine, self._moment)
        if flag == "tocheck":
            return f"check_due <= {self.param(self._asked.now)}"
        if flag == "left":
            active = sorted(p.number for p in self._asked.roster.people.values() if p.active)
            return f"(owner_id is not null and owner_id not in ({', '.join(map(str, active))}))"
        if flag in ("mine", "draft"):
            if self._asked.me is None:
                self.fail(term, "Nobody said whose cases these are.", hint_of("Say who you are with {}.", WHO_AM_I))
            me = int(self._asked.me or 0)
            until = "" if self._moment is None else f" and at <= {int(self._moment)}"
            drafts = f"select case_id from drafts where person_id = {me}{until}"
            return self.mine(me) if flag == "mine" else self.among("id", drafts)
        return FLAGS[flag]

    def said(self, *texts: str) -> str:
        """Events that have all words of one of the texts and, as of now, were not undone or moved away."""
        words, params = self._engine.words_match(*texts, name=f"p{len(self.params)}")
        self.params.update(params)
        stands = still_said(self._engine, self._moment)
        return f"{words} and events.at <= {self.param(self._asked.now)} and {stands}"

    def text(self, term: Term) -> str:
        # Lists of cases and one of customers, each from an index; a condition for each column would read every case.
        said = self.said(*map(str, term.values))
        having = (
            _has("cases.id", said) if self._by_case else self.among("id", f"select case_id from events where {said}")
        )
        return f"{having} or {self.named(term)}"

    def named(self, term: Term) -> str:
        """Cases that have one of the values as their external id or number.

        Or as part of their customer's name, or one of the customer's orders or mail addresses.
        """
        named = ", ".join(self.param(str(value)) for value in term.values)
        external = self.among("id", f"select case_id from external_ids where external_id in ({named})")
        customers = (
            f"{self._named(term)} union all select coalesce(into_id, customer_orders.customer_id) from customer_orders"
            " left join merged_customers on merged_customers.customer_id = customer_orders.customer_id"
            f" where reference in ({named})"
        )
        if mails := [fold(str(value)) for value in term.values if "@" in str(value)]:
            from careconsole.store.mail_owners import MAIL_OWNERS  # few filters name an address

            keys = ", ".join(map(self.param, mails))
            customers += f" union all select owner from {MAIL_OWNERS} as owners where key in ({keys})"
        digits = [str(value).removeprefix("#") for value in term.values]
        numbers = ", ".join(str(int(n)) for n in digits if n.isascii() and n.isdigit() and len(n) < 16)
        number = f" or id in ({numbers})" if numbers else ""
        return f"{external} or {self._customers(term, customers)}{number}"

    def words_of_each(self, terms: list[Term]) -> str:
        """Cases that have a word of each term, of which the first has the fewest events.

        Only the events of the first are read: in the cases of these, and in those that have a name, the other words are
        looked for case by case. The list of the second part is asked for by number, or SQLite would look at every case.
        """
        said = [self.said(*map(str, term.values)) for term in terms]
        named = [self.named(term) for term in terms]
        others = " and ".join(_has("first.case_id", one) for one in said[1:])
        each = " and ".join(f"({_has('cases.id', one)} or {name})" for one, name in zip(said, named, strict=True))
        return (
            f"id in (select first.case_id from (select case_id from events where {said[0]}) as first where {others}"
            f" union all select id from cases where ({' or '.join(named)}) and {each})"
        )


def _has(case: str, said: str) -> str:
    """Whether a case has an event for which `said` holds."""
    return f"exists (select 1 from events where events.case_id = {case} and {said})"


COVERED = {"owner", "answerable", "responder", "offered", "helping", "level", "hops", "age", "waiting", "silence"}
COVERED |= {"due", "tag", "priority"}
"""The fields that the queue index answers for open cases, without their rows or another table."""

COVERED_FLAGS = {"parked", "overdue", "atrisk", "escalated", "unacknowledged", "offered", "unassigned"}
COVERED_FLAGS |= {"left", "waiting", "mine", "tagged"}
"""The flags that the queue index answers."""

_FIELDS: dict[str, Callable[[_Condition, Term], str]] = {
    "is": _Condition.flag,
    "owner": lambda c, t: c.people("owner_id", c.persons(t)),
    "answerable": lambda c, t: c.answerable(t, c.persons(t)),
    "responder": _Condition.responder,
    "offered": lambda c, t: c.people("offered_to", c.waited_for(t)),
    "helping": lambda c, t: c.listed("helpers", c.waited_for(t)),
    "number": lambda c, t: c.compare("id", t),
    "level": lambda c, t: c.compare("level", t),
    "hops": lambda c, t: c.compare("moves", t),
    "reopened": lambda c, t: c.compare("reopenings", t),
    "age": lambda c, t: c.since("opened_at", t),
    "waiting": lambda c, t: c.since("waiting_since", t),
    "silence": lambda c, t: c.since("contact_at", t),
    "resolved": _Condition.resolved,
    "due": lambda c, t: c.ahead("due_at", t),
    "customer": _Condition.customer,
    "tier": _Condition.tier,
    "tag": _Condition.tag,
    "channel": lambda c, t: c.word("lower(channel)")(t),
    "source": lambda c, t: c.word("lower(source)")(t),
    "external": _Condition.external,
    "priority": lambda c, t: c.word("priority")(t),
    "status": lambda c, t: c.word("status")(t),
    "rating": lambda c, t: f"rating <> '' and {c.word('rating')(t)}",  # so that the index of rated cases is used
    "playbook": lambda c, t: c.holds_any("playbooks", (f"|{value}|" for value in t.values)),
    "cause": _Condition.cause,
    "text": _Condition.text,
}
