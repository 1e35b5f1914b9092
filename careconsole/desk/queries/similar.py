"""Cases similar to a given one: with the same cause, the same tags, or distinctive words of its subject in common.

Each thing in common scores points, the more the better it tells cases apart; a common word scores none. Words have to
be a good part of what the subject says. Points are small whole numbers, so that there are ties, and among these a case
with a known solution comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from careconsole.desk.queries.tags_in_use import tags_in_use
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import causes_of
from careconsole.domain.case.state import MERGED, RESOLVED, VOID, Case
from careconsole.domain.terminal_text import display_text

_CAUSE, _ENOUGH = 8, 2
"""Points for a cause in common, and the fewest points that make a case similar."""
_MANY, _PART = 4, 2
"""Words in common are enough with this many points, or with so much of the subject's: half of them."""
_NEWEST = 2_000
"""How many of the newest events with a word are looked at."""
_EVENTS, _CASES = 200, 200
"""How many of the best events, and then of the best cases, are looked at more closely."""


class Similar(msgspec.Struct, frozen=True):
    """A similar case, why it is similar ("same cause: refund limit; same words: grinder"), and how it was resolved.

    `resolution` is empty while it is not known, `version` that of the case as it was read. All texts are safe to show
    on a line.
    """

    number: int
    status: str
    subject: str
    why: str
    resolution: str
    version: int = 0


def similar(desk: Desk, number: int, limit: int = 5) -> list[Similar]:
    """The cases most similar to case `number`, best first; raises WrongUse when there is no such case.

    A merged case is compared by its own words, tags and causes, not by those of the case that it was merged into.
    """

    def work(unit: UnitOfWork) -> list[Similar]:
        return _similar(desk, load(desk, number, [], follow=False), limit)

    return desk.read(work)


def still_so(desk: Desk, found: Sequence[Similar]) -> bool:
    """Whether all these cases are as they were when they were found to be similar. Cheap: only they are read."""
    if not found:
        return True
    cases = desk.store.cases.get_many([one.number for one in found])
    return all((case := cases.get(one.number)) is not None and case.version == one.version for one in found)


def _similar(desk: Desk, case: Case, limit: int) -> list[Similar]:
    named = desk.store.causes.all()
    causes = {other: {named.name(key) for key in keys} for other, keys in desk.store.causes.lately()}
    mine = set(map(named.name, causes_of(case)))
    tag_points, tagged = _tags(desk, case)
    word_points, words = _words(desk, case)

    points = Counter({other: _CAUSE for other, theirs in causes.items() if theirs & mine})
    points.update(tagged)
    points.update({other: sum(word_points[word] for word in shared) for other, shared in words.items()})
    del points[case.number]
    likely = _best(points, _CASES)

    ranked = []
    for other in desk.store.cases.get_many(likely).values():
        if other.status in (VOID, MERGED):
            continue
        same_causes = sorted(mine & set(map(named.name, causes_of(other))))
        same_tags = [tag for tag in case.tags if tag in other.tags]
        same_words = words.get(other.number, [])
        score = _CAUSE * bool(same_causes)
        score += sum(tag_points[tag] for tag in same_tags) + sum(word_points[word] for word in same_words)
        why = "; ".join(
            f"same {what}{'s' if len(shared) > 1 else ''}: {', '.join(shared)}"
            for what, shared in (("cause", same_causes), ("tag", same_tags), ("word", same_words))
            if shared
        )
        known = other.status == RESOLVED and bool(other.resolution)
        found = Similar(
            other.number,
            other.status,
            display_text(other.subject),
            display_text(why),
            display_text(other.resolution),
            other.version,
        )
        ranked.append(((-score, not known, other.status != RESOLVED, -other.number), found))
    ranked.sort(key=lambda entry: entry[0])
    return [found for _, found in ranked[:limit]]


def _tags(desk: Desk, case: Case) -> tuple[dict[str, int], dict[int, int]]:
    """The points for each tag of the case, and the points of the cases that share some."""
    if not case.tags:
        return {}, {}
    mine = set(case.tags)
    in_use = tags_in_use(desk)
    sharing = [(shared, cases) for tags, cases in in_use.items() if (shared := [tag for tag in tags if tag in mine])]
    used: Counter[str] = Counter()
    for shared, cases in sharing:
        for tag in shared:
            used[tag] += len(cases)
    looked_at = sum(map(len, in_use.values()))
    # Somebody chose the tag for this case, so it counts for something even when many cases have it.
    worth = {tag: 2 if used[tag] <= max(3, looked_at // 4) else 1 for tag in mine}
    points: dict[int, int] = {}
    for shared, cases in sharing:
        points.update(dict.fromkeys(cases, sum(worth[tag] for tag in shared)))
    return worth, points


def _words(desk: Desk, case: Case) -> tuple[dict[str, int], dict[int, list[str]]]:
    """The points for each word of the subject, and the cases that have enough of them in one of their events."""
    last = desk.store.suggestions.last_event()
    worth: dict[str, int] = {}
    having: dict[str, set[int]] = {}
    score: dict[int, int] = {}
    for word, events in desk.store.engine.words_like(case.subject, _NEWEST):
        # When only the newest are known, the range of ids that they span shows how common the word is.
        among = last if len(events) < _NEWEST else last - events[-1] + 1
        points = worth[word] = _telling(len(events), among)
        if points:
            having[word] = set(events)
            for event in events:
                score[event] = score.get(event, 0) + points
    enough = max(_ENOUGH, min(_MANY, -(-sum(worth.values()) // _PART)))
    best = _best(score, _EVENTS, enough)
    cases: dict[int, list[str]] = {}
    for event, number in desk.store.suggestions.cases_of(best).items():
        if number not in cases or score[event] > sum(worth[word] for word in cases[number]):
            cases[number] = [word for word, events in having.items() if event in events]
    return worth, cases


def _best(score: Mapping[int, int], most: int, enough: int = _ENOUGH) -> list[int]:
    """Those with the most points, at least `enough`, and at most `most` of them, the best first; of equals the newest.

    Most have few points: they are counted, so that only those that may be among the best are sorted.
    """
    left, least = most, enough
    for points, count in sorted(Counter(score.values()).items(), reverse=True):
        left -= count
        if left <= 0:
            least = max(points, enough)
            break
    return [one for _, one in sorted(((p, o) for o, p in score.items() if p >= least), reverse=True)[:most]]


def _telling(count: int, among: int) -> int:
    """How well a word in `count` of `among` events tells cases apart: 2 well, 1 somewhat, 0 not at all."""
    if count <= max(3, among // 50):
        return 2
    return 1 if count <= max(6, among // 8) else 0
