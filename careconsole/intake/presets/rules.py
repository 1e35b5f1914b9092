"""The rules of a map of records: where in another system's objects the parts of a case stand, and what they mean."""

from __future__ import annotations

import msgspec

from careconsole.intake.documents.paths import Condition, Path
from careconsole.intake.kinds import Field

Paths = tuple[Path, ...]
Conditions = tuple[Condition, ...]


class TextRule(msgspec.Struct, frozen=True):
    """A text: the first of `plain` that is given, else of `html`.

    With a `when`, `plain` is HTML as well where all of it holds.
    """

    plain: Paths = ()
    html: Paths = ()
    when: Conditions = ()


class IdRule(msgspec.Struct, frozen=True):
    """An id: the groups of `pattern` in a value of `source`, joined with "#"; without a pattern the value itself.

    `otherwise` holds paths to what is taken where the pattern finds nothing. For a case, that is only done by those who
    have named the source: such an id is none beside those of another part of the system.
    """

    source: Paths
    pattern: str = ""
    otherwise: Paths = ()


class PersonRule(msgspec.Struct, frozen=True):
    """A person: looked up by an id, else the first of `names` (several paths make one name), else of `mails`.

    `nobody` are values that say that there is nobody, as are objects for which one of `nobody_when` holds. Where not
    all of `when` hold nothing is said, nor where the record has none of these, unless it `always` tells. `sort` parts
    ids of people that have numbers of their own from the others.
    """

    ids: Paths = ()
    names: tuple[Paths, ...] = ()
    mails: Paths = ()
    nobody: frozenset[str] = frozenset()
    nobody_when: Conditions = ()
    when: Conditions = ()
    sort: str = ""
    always: bool = False


class WordRule(msgspec.Struct, frozen=True):
    """One of a few words: the first value given in `source`, joined with those of `beside` by " / ".

    `words` has values in small letters; `called` what the source calls a value that is only a number there. `waits` has
    those statuses of a parked case that do not wait for the customer, with whom they wait for.
    """

    source: Paths
    beside: Paths
    words: dict[str, str]
    called: dict[str, str]
    waits: dict[str, str] = msgspec.field(default_factory=dict)


class FieldRule(msgspec.Struct, frozen=True):
    """A field that is kept: its name here, where it stands, and the sort of thing that an id in `ids` names."""

    name: str
    source: Paths
    ids: Paths = ()
    sort: str = ""


class OwnFields(msgspec.Struct, frozen=True):
    """Fields that people have made themselves: an object of them, or a list of objects with `names` and `values`."""

    source: Paths
    names: Paths = ()
    values: Paths = ()


class RatingRule(msgspec.Struct, frozen=True):
    """How content a customer was. Values in `good` and `bad` say so; `shown` is how others are shown ("{} of 5")."""

    source: Paths
    words: Paths
    at: Paths
    case: IdRule | None
    good: frozenset[str]
    bad: frozenset[str]
    shown: str


class CommentRule(msgspec.Struct, frozen=True):
    """What was said: lists of objects in a ticket, or, where `case` is given, objects of their own.

    The customer has seen a comment only where all of `public` hold and none of `note` does, or where `everybody` sees
    all; whatever is not known to be public is a note. What one of `system` wrote is a note too: it answers nobody.
    Of public ones, one of `incoming` or the customer as author make them the customer's, one of `outgoing` ours; others
    are the customer's, for those whose word is taken for ours wait in vain.
    """

    source: Paths
    case: IdRule | None
    by_other: bool
    id: IdRule
    at: Paths
    text: TextRule
    author: PersonRule
    skip: Conditions
    everybody: bool
    public: Conditions
    note: Conditions
    system: Conditions
    incoming: Conditions
    outgoing: Conditions
    status: WordRule | None
    owner: PersonRule | None
    channel: WordRule | None
    opens: bool


class PeopleRule(msgspec.Struct, frozen=True):
    """Who is who: objects under `keys` in files of people, and those `embedded` in a ticket.

    `agents` and `customers` are conditions by which it is known whether somebody works here; `things` are objects that
    are none: (sort, conditions, name).
    """

    keys: tuple[str, ...] = ()
    embedded: Paths = ()
    ids: Paths = (("id",),)
    names: tuple[Paths, ...] = ((("name",),),)
    mails: Paths = (("email",),)
    agents: Conditions = ()
    customers: Conditions = ()
    separate: bool = False
    things: tuple[tuple[str, Conditions, Paths], ...] = ()


class RecordMap(msgspec.Struct, frozen=True, kw_only=True):
    """How the objects of one system become cases. Of the documentation, `carried` is what becomes of each field."""

    name: str
    title: str
    shape: str
    source: str
    keys: tuple[str, ...]
    recognise: tuple[tuple[str, int], ...]
    carried: tuple[Field, ...]
    not_carried: tuple[Field, ...]
    advice: tuple[str, ...]
    id: IdRule
    other: Paths
    subject: TextRule
    description: TextRule
    outgoing: Conditions
    format: str
    zone: str
    created: Paths
    updated: Paths
    ended: Paths
    status: WordRule
    owner: PersonRule
    customer: PersonRule
    priority: WordRule | None
    channel: WordRule | None
    tags: Paths
    fields: tuple[FieldRule, ...]
    own: OwnFields | None
    breached: tuple[tuple[str, Conditions], ...]
    rating: RatingRule | None
    skip: Conditions
    skipped: str
    deleted: Conditions
    spam: Conditions
    merged: str
    comments: CommentRule | None
    people: PeopleRule
