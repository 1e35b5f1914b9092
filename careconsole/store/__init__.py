"""The package that holds the SQL. `Store` is its facade; each database engine has an adapter."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from careconsole.domain.errors import WrongUse
from careconsole.store.engine.base import NEVER, Busy, DatabaseMissing, Engine, NewerSchema, Row
from careconsole.store.team.people import Customer, Customers, People

if TYPE_CHECKING:
    from careconsole.store.automatic_answers import AutomaticAnswers
    from careconsole.store.boxes import Boxes
    from careconsole.store.cases.case_writer import CaseWriter
    from careconsole.store.cases.causes import CauseTable
    from careconsole.store.cases.change_feed import ChangeFeed
    from careconsole.store.cases.command_log import CommandLog
    from careconsole.store.cases.exposure import Exposure
    from careconsole.store.cases.repository import Cases
    from careconsole.store.cases.suggestions import Suggestions
    from careconsole.store.cases.sweep_state import SweepState
    from careconsole.store.files import Contents
    from careconsole.store.imports.batches import Batches
    from careconsole.store.mail_senders import MailSenders
    from careconsole.store.mails import Mails
    from careconsole.store.maintenance.migrate import Progress
    from careconsole.store.notices import Notices
    from careconsole.store.outgoing import Outgoing
    from careconsole.store.playbooks import Playbooks
    from careconsole.store.queue.listing import Queue
    from careconsole.store.receipts import Receipts
    from careconsole.store.team.console_state import ConsoleState
    from careconsole.store.team.escalation_paths import PathSettings
    from careconsole.store.team.journal import Journal
    from careconsole.store.team.service_levels import ServiceLevels
    from careconsole.store.team.workload import Workload

__all__ = [
    "NEVER",
    "Busy",
    "Customer",
    "DatabaseMissing",
    "Engine",
    "NewerSchema",
    "Row",
    "Store",
    "create_store",
    "open_store",
]


class Store:
    """A team's open database: its repositories, and the engine for transactions and the change feed."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place
        self.people = People(engine)
        self.customers = Customers(engine)

    # Spelled out one by one, so that each is typed and its module is imported on first use. Some of them import every
    # kind of event, and showing a queue needs none of them; showing a case does not need the queue.

    @cached_property
    def queue(self) -> Queue:
        """The queue."""
        from careconsole.store.queue.listing import Queue

        return Queue(self.engine)

    @cached_property
    def log(self) -> CommandLog:
        """The log of commands."""
        from careconsole.store.cases.command_log import CommandLog

        return CommandLog(self.engine)

    @cached_property
    def cases(self) -> Cases:
        """The cases and their histories."""
        from careconsole.store.cases.repository import Cases

        return Cases(self.engine)

    @cached_property
    def case_writer(self) -> CaseWriter:
        """What writes cases and their histories."""
        from careconsole.store.cases.case_writer import CaseWriter

        return CaseWriter(self.engine)

    @cached_property
    def changes(self) -> ChangeFeed:
        """The events that were stored since a cursor."""
        from careconsole.store.cases.change_feed import ChangeFeed

        return ChangeFeed(self.engine)

    @cached_property
    def causes(self) -> CauseTable:
        """The causes of what was escalated and reviewed."""
        from careconsole.store.cases.causes import CauseTable

        return CauseTable(self.engine)

    @cached_property
    def exposure(self) -> Exposure:
        """How much work there was in a time."""
        from careconsole.store.cases.exposure import Exposure

        return Exposure(self.engine)

    @cached_property
    def batches(self) -> Batches:
        """The imports."""
        from careconsole.store.imports.batches import Batches

        return Batches(self.engine)

    @cached_property
    def contents(self) -> Contents:
        """The contents of attached files."""
        if self.engine.keeps_files:
            from careconsole.store.files import Contents

            return Contents(self.place, engine=self.engine)
        from careconsole.store.server_contents import ServerContents

        return ServerContents(self.engine)

    @cached_property
    def suggestions(self) -> Suggestions:
        """Data for suggestions, from earlier cases."""
        from careconsole.store.cases.suggestions import Suggestions

        return Suggestions(self.engine)

    @cached_property
    def console(self) -> ConsoleState:
        """State that consoles store: presence, drafts, views, preferences, visits."""
        from careconsole.store.team.console_state import ConsoleState

        return ConsoleState(self.engine)

    @cached_property
    def levels(self) -> ServiceLevels:
        """The service levels, and the due times that follow from them."""
        from careconsole.store.team.service_levels import ServiceLevels

        return ServiceLevels(self.engine, self.people)

    @cached_property
    def paths(self) -> PathSettings:
        """The escalation paths."""
        from careconsole.store.team.escalation_paths import PathSettings

        return PathSettings(self.engine, self.people)

    @cached_property
    def sweeping(self) -> SweepState:
        """What the sweep has to do, what it did, and leases."""
        from careconsole.store.cases.sweep_state import SweepState

        return SweepState(self.engine)

    @cached_property
    def journal(self) -> Journal:
        """The journal of changes to the team, customers and settings."""
        from careconsole.store.team.journal import Journal

        return Journal(self.engine)

    @cached_property
    def playbooks(self) -> Playbooks:
        """The playbooks."""
        from careconsole.store.playbooks import Playbooks

        return Playbooks(self.engine)

    @cached_property
    def receipts(self) -> Receipts:
        """The published receipts."""
        from careconsole.store.receipts import Receipts

        return Receipts(self.engine)

    @cached_property
    def mail_senders(self) -> MailSenders:
        """Senders of mail about which a person decided."""
        from careconsole.store.mail_senders import MailSenders

        return MailSenders(self.engine)

    @cached_property
    def mails(self) -> Mails:
        """The mails that came in."""
        from careconsole.store.mails import Mails

        return Mails(self.engine)

    @cached_property
    def boxes(self) -> Boxes:
        """The mail boxes."""
        from careconsole.store.boxes import Boxes

        return Boxes(self.engine)

    @cached_property
    def automatic_answers(self) -> AutomaticAnswers:
        """The automatic answers of mail boxes."""
        from careconsole.store.automatic_answers import AutomaticAnswers

        return AutomaticAnswers(self.engine)

    @cached_property
    def outgoing(self) -> Outgoing:
        """The mails that we send."""
        from careconsole.store.outgoing import Outgoing

        return Outgoing(self.engine)

    @cached_property
    def loads(self) -> Workload:
        """Counts of open cases by person."""
        from careconsole.store.team.workload import Workload

        return Workload(self.engine)

    @cached_property
    def notices(self) -> Notices:
        """Notice addresses and the outbox."""
        from careconsole.store.notices import Notices

        return Notices(self.engine)

    @property
    def real_place(self) -> str:
        """Where the database really is, even if it was opened through a link."""
        return os.path.realpath(self.place) if self.engine.keeps_files else self.place

    def close(self) -> None:
        """Closes the database."""
        self.engine.close()


def open_store(url: str, progress: Progress | None = None) -> Store:
    """Opens the database at `url`: a path, or sqlite:///path. Upgrades an older one to the current schema.

    An upgrade reports to `progress` and keeps a verified copy of the older database beside it.

    Raises WrongUse if there is no database, and CareError for one that cannot be used: of another program, made by a
    newer version, damaged, or on a disk shared between machines.
    """
    if "://" in url:
        from careconsole.store.engine.postgres_url import is_postgres

        if is_postgres(url):
            from careconsole.store.maintenance.postgres_store import open_postgres

            return Store(open_postgres(url, progress), url)
    from careconsole.store.engine.schema_version import check_shape
    from careconsole.store.engine.sqlite import SqliteEngine

    path = _path(url)
    engine = SqliteEngine(path)
    try:
        if not check_shape(engine):
            from careconsole.store.maintenance.migrate import migrate

            migrate(engine, progress)
        engine.keep_as_opened()
    except BaseException:
        engine.close()
        raise
    return Store(engine, path)


def create_store(url: str) -> Store:
    """Creates an empty database at `url`, or opens (and upgrades) the one already there."""
    if "://" in url:
        from careconsole.store.engine.postgres_url import is_postgres

        if is_postgres(url):
            from careconsole.store.maintenance.postgres_store import create_postgres

            return Store(create_postgres(url), url)
    from careconsole.store.engine.sqlite import SqliteEngine
    from careconsole.store.maintenance.migrate import migrate

    path = _path(url)
    engine = SqliteEngine(path, create=True)
    try:
        migrate(engine)
        engine.keep_as_opened()
    except BaseException:
        engine.close()
        raise
    return Store(engine, path)


def _path(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    if scheme == "sqlite":  # sqlite:///path and, as SQLAlchemy writes it, sqlite:////path: both mean /path
        return rest.removeprefix("/") if rest.startswith("//") else rest
    raise WrongUse(f"There is no engine for {scheme!r} databases.", "Give the path of a file.")
