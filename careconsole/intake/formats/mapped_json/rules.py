"""The rules of a map of records: where the parts of a case are in another system's objects, and what they mean.

They are the tables of the map as written, see `db/presets`; `rename` has the keys with other names there.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import msgspec

from careconsole.domain.settings.document import Table, WrongEntry
from careconsole.intake.formats.mapped_json.values import (
    Conditions,
    Fields,
    IdPattern,
    Names,
    Paths,
    Public,
    SomePaths,
    Values,
)
from careconsole.intake.values.json_paths import Path
from careconsole.intake.values.map_tables import Given, Texts, TimeFormat, TimeZone


class TextRule(Table, frozen=True, rename={"when": "html_when"}):
    """A text: the first of `plain` that has a value, else of `html`.

    If there is a `when` and all of it holds, `plain` is HTML as well.
    """

    shorthand: ClassVar = "plain"
    plain: Paths = Paths()
    html: Paths = Paths()
    when: Conditions = Conditions()


class SomeText(TextRule, frozen=True, rename={"when": "html_when"}):
    """A text that must have a path."""

    def check(self) -> None:
        """Raises WrongEntry without a path."""
        if not self.plain and not self.html:
            raise WrongEntry(("plain",), "It is missing.", "Give the path of a text, under plain or html.")


class IdRule(Table, frozen=True, rename={"source": "from"}):
    """An id: the groups of `pattern` in a value of `source`, joined with "#"; without a pattern the value itself.

    `otherwise` are paths to use if the pattern finds nothing. For a case, that requires that the user has named the
    source: such an id is not unique among those from other parts of the system.
    """

    shorthand: ClassVar = "from"
    source: SomePaths
    pattern: IdPattern = IdPattern()
    otherwise: Paths = Paths()


class PersonRule(Table, frozen=True, dict=True, rename={"ids": "id", "names": "name", "mails": "email"}):
    """A person: looked up by an id, else the first of `names` (several paths make one name), else of `mails`.

    `nobody` are values that mean nobody, as do objects for which one of `nobody_when` holds. A record says nothing
    unless all of `when` hold and, without `always`, it has one of these paths. With the `sort` "customer", ids are
    those of customers, if the map keeps these apart (`PeopleRule.separate`). If the record names nobody by all this,
    `otherwise` may.
    """

    shorthand: ClassVar = "id"
    ids: Paths = Paths()
    names: Names = Names()
    mails: Paths = Paths()
    nobody: Values = Values()
    nobody_when: Conditions = Conditions()
    when: Conditions = Conditions()
    sort: str = ""
    always: bool = False
    otherwise: PersonRule | None = None

    @cached_property
    def named_by(self) -> tuple[Path, ...]:
        """The paths of ids and names."""
        return (*self.ids, *(path for paths in self.names for path in paths))

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Every path of the person."""
        return (*self.named_by, *self.mails)


class WordRule(Table, frozen=True, dict=True, rename={"source": "from"}):
    """One of a few words: the first value in `source`, joined with those of `beside` by " / ".

    Each list is named after the word that its values mean. `called` has labels for values that are only numbers.
    """

    shorthand: ClassVar = "from"
    source: SomePaths
    beside: Paths = Paths()
    called: dict[str, Given] = msgspec.field(default_factory=dict)

    @cached_property
    def words(self) -> dict[str, str]:
        """What the values mean, in lower case. Raises WrongEntry for one that means two things."""
        words: dict[str, str] = {}
        for word in self.__struct_fields__:
            values = getattr(self, word)
            for value in values if isinstance(values, Texts) else ():
                if words.setdefault(value.strip().lower(), word) != word:
                    other = words[value.strip().lower()]
                    raise WrongEntry((word,), f"It lists “{value}”, which {other} lists too.", "A value means one.")
        return words

    @cached_property
    def waits(self) -> dict[str, str]:
        """Who a parked case waits for, by its status; statuses that wait for the customer are left out."""
        return {}

    def check(self) -> None:
        """Raises WrongEntry as `words` does."""
        _ = self.words


class Waits(Table, frozen=True, rename={"third_party": "third party"}):
    """Statuses of a parked case, by who it waits for."""

    third_party: Values = Values()
    us: Values = Values()


class StatusRule(WordRule, frozen=True, dict=True, rename={"source": "from", "on": "waits"}):
    """The status of a case."""

    open: Texts = Texts()
    parked: Texts = Texts()
    resolved: Texts = Texts()
    closed: Texts = Texts()
    on: Waits = Waits()

    @cached_property
    def waits(self) -> dict[str, str]:
        """See `WordRule.waits`."""
        return {**dict.fromkeys(self.on.third_party, "third party"), **dict.fromkeys(self.on.us, "us")}


class PriorityRule(WordRule, frozen=True, dict=True, rename={"source": "from"}):
    """How urgent a case is."""

    low: Texts = Texts()
    normal: Texts = Texts()
    high: Texts = Texts()
    urgent: Texts = Texts()


class ChannelRule(WordRule, frozen=True, dict=True, rename={"source": "from"}):
    """Where a case, or a comment, came from: `values` has our word for each of theirs."""

    values: dict[str, Given] = msgspec.field(default_factory=dict)

    @cached_property
    def words(self) -> dict[str, str]:
        """See `WordRule.words`."""
        return {value.strip().lower(): word for value, word in self.values.items()}


class FieldRule(Table, frozen=True, rename={"source": "from", "ids": "id"}):
    """A field that is kept: the paths to its value, or to the id of a thing of this `sort`, whose name it holds."""

    shorthand: ClassVar = "from"
    source: Paths = Paths()
    ids: Paths = Paths()
    sort: str = ""

    def check(self) -> None:
        """Raises WrongEntry without a path."""
        if not self.source and not self.ids:
            raise WrongEntry(("from",), "It is missing.", "Give the path of a value, or of an id with its sort.")


class OwnFields(Table, frozen=True, rename={"source": "from", "names": "name", "values": "value"}):
    """Custom fields: an object of them, or a list of objects with `names` and `values`."""

    shorthand: ClassVar = "from"
    source: SomePaths
    names: Paths = Paths()
    values: Paths = Paths()


class RatingRule(Table, frozen=True, rename={"source": "from"}):
    """A satisfaction rating. Its value is kept as `shown` ("{} of 5"); if that is "{}", the values in `good`, `neutral`
    and `bad` are kept as these words."""

    source: SomePaths
    words: Paths = Paths()
    at: Paths = Paths()
    case: IdRule | None = None
    good: Values = Values()
    neutral: Values = Values()
    bad: Values = Values()
    shown: str = "{}"

    def check(self) -> None:
        """Raises WrongEntry unless `shown` has a place for the value."""
        if "{}" not in self.shown:
            raise WrongEntry(("shown",), "It has no place {} for the value.", 'For example "{} of 5".')


class CommentRule(
    Table,
    frozen=True,
    kw_only=True,
    rename={"source": "from", "by_other": "case_is_other", "opens": "first_is_description"},
):
    """Comments: lists of objects in a ticket or, with `case`, objects of their own.

    The customer has seen a comment only if all of `public` hold, or everybody sees all, and none of `note` holds; one
    that is not known to be public is a note. So is one for which `system` holds: it answers nobody. A public comment is
    the customer's if `incoming` holds or the customer is the author, ours if `outgoing` holds or the author is known to
    work here, and else the customer's, for a customer who is mistaken for a colleague waits in vain.

    `files` are the names of attachments. A comment without text and attachments is kept if `message` holds; without
    `message`, unless it changes the status or the owner. `total` is how many comments the source counts in a ticket,
    without those for which `uncounted` holds, `total_with_opening` a number that may include the description, and
    `latest` are times at which somebody wrote.
    """

    source: Paths = Paths()
    case: IdRule | None = None
    by_other: bool = False
    id: IdRule
    at: SomePaths
    text: SomeText
    author: PersonRule = PersonRule()
    skip: Conditions = Conditions()
    public: Public = Public()
    note: Conditions = Conditions()
    system: Conditions = Conditions()
    incoming: Conditions = Conditions()
    outgoing: Conditions = Conditions()
    status: StatusRule | None = None
    owner: PersonRule | None = None
    channel: ChannelRule | None = None
    opens: bool = False
    files: Paths = Paths()
    message: Conditions = Conditions()
    total: Paths = Paths()
    total_with_opening: Paths = Paths()
    uncounted: Conditions = Conditions()
    latest: Paths = Paths()


class ThingRule(Table, frozen=True):
    """Objects in files of people that are not people: their conditions and their names."""

    name: SomePaths
    when: Conditions = Conditions()


class PeopleRule(
    Table,
    frozen=True,
    kw_only=True,
    rename={
        **{"keys": "records", "ids": "id", "names": "name", "mails": "email"},
        **{"agents": "agent", "customers": "customer"},
    },
):
    """Who is who: objects under `keys` in files of people, and those `embedded` in a ticket.

    `agents` and `customers` are conditions that tell whether somebody works here; `separate` says that customers have
    ids of their own; `things` are objects that are not people, by their sort.
    """

    keys: Texts = Texts()
    embedded: Paths = Paths()
    ids: SomePaths
    names: Names = Names()
    mails: Paths = Paths()
    agents: Conditions = Conditions()
    customers: Conditions = Conditions()
    separate: bool = False
    things: dict[str, ThingRule] = msgspec.field(default_factory=dict)


_PLAIN_PEOPLE = PeopleRule(ids=SomePaths("id"), names=Names("name"), mails=Paths("email"))


class CaseRule(Table, frozen=True, kw_only=True):
    """What makes a case. Comments may refer to it by `other`; if `outgoing` holds, the description is ours.

    `files` are the names of the attachments of the description.
    """

    id: IdRule
    other: Paths = Paths()
    subject: SomeText
    description: SomeText | None = None
    files: Paths = Paths()
    outgoing: Conditions = Conditions()


class TimeRule(Table, frozen=True):
    """When a case was opened, changed and ended, and how times are written."""

    created: SomePaths
    updated: Paths = Paths()
    ended: Paths = Paths()
    format: TimeFormat = TimeFormat("iso")
    zone: TimeZone = TimeZone()


class SkipRule(Table, frozen=True):
    """Records that are skipped, and what they are called."""

    what: Given
    when: Conditions = Conditions()


class MergedRule(Table, frozen=True):
    """How a note says which case this one was merged into."""

    note: IdPattern = IdPattern()


class RecordMap(Table, frozen=True, kw_only=True, rename={"keys": "records", "own": "custom"}):
    """How the objects of one system become cases. `carried` and `not_carried` document what becomes of each field."""

    title: Given
    shape: str = ""
    source: str = ""
    keys: Texts = Texts()
    recognise: tuple[tuple[str, int], ...] = ()
    carried: Fields = Fields()
    not_carried: Fields = Fields()
    advice: Texts = Texts()
    case: CaseRule
    time: TimeRule
    status: StatusRule
    owner: PersonRule = PersonRule()
    customer: PersonRule = PersonRule()
    priority: PriorityRule | None = None
    channel: ChannelRule | None = None
    tags: Paths = Paths()
    fields: dict[str, FieldRule] = msgspec.field(default_factory=dict)
    own: OwnFields | None = None
    breached: dict[str, Conditions] = msgspec.field(default_factory=dict)
    rating: RatingRule | None = None
    skip: SkipRule | None = None
    deleted: Conditions = Conditions()
    spam: Conditions = Conditions()
    merged: MergedRule = MergedRule()
    comments: CommentRule | None = None
    people: PeopleRule = _PLAIN_PEOPLE
