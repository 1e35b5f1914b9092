"""What each command prints with --json, and the name of its schema."""

from __future__ import annotations

from typing import Any, NamedTuple

from careconsole.commands import VERBS
from careconsole.present.json_types import (
    boxes,
    cases,
    causes,
    changes,
    clocks,
    customers,
    database,
    digest,
    errors,
    files,
    help,
    imports,
    journal,
    learned,
    mail,
    notices,
    outgoing,
    playbooks,
    practice,
    primer,
    receipts,
    report,
    settings,
    team,
    what_if,
    words,
    work,
)


class Output(NamedTuple):
    """What commands print: the name of its schema, its type, the commands, and whether they print one on each line."""

    name: str
    type: Any
    commands: tuple[str, ...]
    lines: bool = False


OF_CHANGES = ("changes made", "changes check", "changes move", "changes drop")
"""Verbs that the group of changes has under another name."""
OUTPUTS = (
    Output("queue", list[cases.QueueEntry], ("queue", "search", "demo")),
    Output("queue-line", cases.QueueEntry, ("export queue",), lines=True),
    Output("filters", work.FiltersEntry, ("queue help:",)),
    Output("cases", list[cases.ShownCaseEntry], ("show",)),
    Output("case-line", cases.CaseEntry, ("export cases",), lines=True),
    Output("history", list[cases.TracedEventEntry], ("history",)),
    Output("event-line", cases.EventEntry, ("export history",), lines=True),
    Output("watch-line", cases.WatchedEventEntry, ("watch",), lines=True),
    Output("done", work.DoneEntry, (*(verb.id for verb in VERBS), *OF_CHANGES)),
    Output("opened", work.OpenedEntry, ("new", "follow-up")),
    Output("turned", work.TurnedEntry, ("undo", "redo")),
    Output("playbooks", list[playbooks.PlaybookEntry], ("playbook list",)),
    Output("playbook", playbooks.PlaybookDetailsEntry, ("playbook show",)),
    Output("playbook-history", list[playbooks.EditionEntry], ("playbook history",)),
    Output("playbooks-fitting", list[playbooks.FittingEntry], ("playbook for",)),
    Output(
        "playbook-change",
        playbooks.PlaybookChangeEntry,
        tuple(f"playbook {verb}" for verb in ("write", "revise", "confirm", "retire", "restore")),
    ),
    Output("playbook-words", playbooks.PlaybookWordsEntry, ("playbook words",)),
    Output("playbooks-loaded", playbooks.PlaybooksLoadedEntry, ("playbook import",)),
    Output("playbooks-saved", playbooks.PlaybooksSavedEntry, ("playbook export",)),
    Output("journal", list[journal.JournalLineEntry], ("journal",)),
    Output("receipt", receipts.ReceiptEntry, ("receipt",)),
    Output("receipts-folder", receipts.PlaceEntry, ("receipts folder",)),
    Output("receipts-written", receipts.WrittenPagesEntry, ("receipts write",)),
    Output("receipt-page", receipts.PublishedEntry, ("receipts on", "receipts renew", "receipts revoke")),
    Output("words", list[words.SavedWordsEntry], ("words list",)),
    Output("words-shown", words.ShownWordsEntry, ("words show",)),
    Output("words-change", words.SavedWordsEntry, ("words add", "words edit", "words remove")),
    Output("receipt-settings", receipts.ReceiptSettingsEntry, ("receipts show", "receipts set")),
    Output("why", clocks.WhyEntry, ("why",)),
    Output("agenda", clocks.AgendaEntry, ("agenda",)),
    Output("promises", list[clocks.PromiseEntry], ("promises",)),
    Output("changes", list[changes.ChangeListEntry], ("changes list", "changes show")),
    Output("causes", list[causes.CauseEntry], ("cause list",)),
    Output("cause", causes.CauseStoryEntry, ("cause show",)),
    Output("cause-name", causes.CauseNameEntry, ("cause rename", "cause merge")),
    Output("measures", database.MeasuresEntry, ("measures",)),
    Output("report", report.ReportEntry, ("report",)),
    Output("learned", learned.LearnedEntry, ("learned",)),
    Output("what-if", what_if.WhatIfEntry, ("what-if",)),
    Output("digest", digest.DigestEntry, ("digest",)),
    Output("primer", primer.PrimerEntry, ("primer",)),
    Output("practice", practice.PracticeEntry, ("practice",)),
    Output("measure-line", database.FigureEntry, ("export measures",), lines=True),
    Output("mail-received", mail.ReceptionEntry, ("mail in",)),
    Output("mails-read", mail.ReadMailsEntry, ("mail read",)),
    Output("mails", list[mail.MailEntry], ("mail list", "mail held")),
    Output("mail", mail.MailEntry, ("mail why", "mail take", "mail drop", "mail confirm")),
    Output("mail-shown", mail.ShownMailEntry, ("mail show",)),
    Output("mail-tag", mail.MailTagEntry, ("mail tag",)),
    Output("mail-fetched", list[boxes.FetchedBoxEntry], ("mail fetch",)),
    Output("outgoing-mails", list[outgoing.OutgoingEntry], ("mail outgoing",)),
    Output("outgoing-mail", outgoing.OutgoingEntry, ("mail sent", "mail resend", "mail stop")),
    Output("mails-sent", outgoing.SentMailsEntry, ("mail send",)),
    Output("boxes", list[boxes.BoxEntry], ("box list",)),
    Output("box-tested", boxes.BoxTestEntry, ("box test",)),
    Output("box", boxes.BoxEntry, ("box add", "box edit", "box remove")),
    Output("mail-file-saved", mail.SavedMailFileEntry, ("mail save",)),
    Output("mail-sender", mail.MailSenderEntry, ("mail block",)),
    Output("mail-senders", list[mail.MailSenderEntry], ("mail senders", "mail unblock")),
    Output("mail-reopening", mail.ReopeningEntry, ("mail reopening",)),
    Output("mail-server", mail.SenderCheckEntry, ("mail server",)),
    Output("sweep", work.SweepEntry, ("sweep",)),
    Output("team", list[team.PersonEntry], ("team list",)),
    Output(
        "team-change",
        team.TeamChangeEntry,
        tuple(
            f"team {verb}"
            for verb in ("add", "contact", "role", "rename", "login", "reach", "leave", "merge", "away", "back")
        ),
    ),
    Output("hand-over", team.HandOverEntry, ("team hand-over",)),
    Output("duty", team.DutyEntry, ("team duty",)),
    Output("rota", team.RotaEntry, ("team rota show",)),
    Output("rota-change", team.RotaChangeEntry, ("team rota set", "team rota check", "team rota clear")),
    Output("customers", list[settings.CustomerEntry], ("customer list",)),
    Output(
        "customer",
        settings.CustomerEntry,
        ("customer edit", "customer tier", "customer order", "customer address", "customer merge"),
    ),
    Output("customer-cases", customers.CustomerCasesEntry, ("customer show",)),
    Output("service", list[settings.LevelEntry], ("service show",)),
    Output("service-change", settings.ServiceChangeEntry, ("service set", "service check", "calendar set")),
    Output("config", settings.ConfigEntry, ("config show", "config check", "config edit")),
    Output("calendar", list[settings.DayEntry], ("calendar show",)),
    Output("paths", list[settings.PathEntry], ("path show",)),
    Output("paths-change", settings.PathsChangeEntry, ("path set", "path check")),
    Output("path-try", settings.TriedEntry, ("path try",)),
    Output("notices", list[notices.NoticeEntry], ("notices list",)),
    Output("notices-sent", work.SentEntry, ("notices send",)),
    Output("notices-test", notices.TestEntry, ("notices test",)),
    Output("addresses", notices.AddressesEntry, ("notices addresses",)),
    Output("address", notices.AddressEntry, ("notices address", "notices digest")),
    Output("addresses-forgotten", notices.ForgottenEntry, ("notices forget",)),
    Output("mail-gateway", notices.GatewayEntry, ("notices mail",)),
    Output("notice-subjects", notices.SubjectsEntry, ("notices subject",)),
    Output("import", imports.ImportEntry, ("import events", "import KIND")),
    Output("import-auto", imports.GuidedImportEntry, ("import auto",)),
    Output("import-careconsole", imports.ReadmittedEntry, ("import careconsole",)),
    Output("batches", list[imports.ListedBatchEntry], ("batch list",)),
    Output("batch", imports.BatchDetailEntry, ("batch show",)),
    Output("batch-rollback", imports.RolledBackEntry, ("batch rollback",)),
    Output("init", database.FoundedEntry, ("init",)),
    Output("db-info", database.InfoEntry, ("db info",)),
    Output("db-check", database.CheckEntry, ("db check",)),
    Output("db-backup", database.BackupEntry, ("db backup",)),
    Output("db-move", database.MovedEntry, ("db move",)),
    Output("db-tidy", database.TidiedEntry, ("db tidy",)),
    Output("files", files.FilesEntry, ("files list",)),
    Output("file-saved", files.SavedFileEntry, ("files save",)),
    Output("file-limits", files.FileLimitsEntry, ("files limit",)),
    Output("db-restore", database.RestoredEntry, ("db restore",)),
    Output("db-share", database.SharedEntry, ("db share",)),
    Output("export-copy", database.CopyEntry, ("export copy",)),
    Output("help", list[help.HelpEntry], ("help",)),
    Output("error", errors.ErrorDocument, ()),
)
"""Every output; "error" is what any command with --json writes to standard error when it fails."""


def output_of(command: str) -> Output:
    """What a command prints; "import KIND" stands for each kind of file. Raises StopIteration if unknown."""
    return next(output for output in OUTPUTS if command in output.commands)
