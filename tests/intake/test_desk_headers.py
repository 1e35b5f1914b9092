"""The usual exports of many desks are understood by the names of their columns, and their statuses by their words."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from careconsole.intake.formats.table.guessing import guess
from careconsole.intake.formats.table.value_meanings import meaning
from careconsole.intake.registry import Options

ROLES = ("case", "subject", "customer", "owner", "status", "priority", "opened", "resolved", "closed", "channel")


class Desk(NamedTuple):
    """The columns of a desk's export as it writes them, and which of them has which role."""

    columns: str
    roles: dict[str, str]


DESKS = {
    "Salesforce": Desk(
        "Case Number,Contact Name,Account Name,Subject,Status,Priority,Case Owner,Case Origin,Date/Time Opened,"
        "Date/Time Closed,Age (Hours),Open,Closed",
        {
            "case": "Case Number",
            "subject": "Subject",
            "customer": "Contact Name",
            "owner": "Case Owner",
            "status": "Status",
            "priority": "Priority",
            "opened": "Date/Time Opened",
            "closed": "Date/Time Closed",
            "channel": "Case Origin",
        },
    ),
    "HubSpot": Desk(
        "Ticket ID,Ticket name,Pipeline,Ticket status,Create date,Close date,Last modified date,Priority,Ticket owner,"
        "Source,Associated Contact,Associated Contact IDs,Associated Company,Ticket description",
        {
            "case": "Ticket ID",
            "subject": "Ticket name",
            "customer": "Associated Contact",
            "owner": "Ticket owner",
            "status": "Ticket status",
            "priority": "Priority",
            "opened": "Create date",
            "closed": "Close date",
            "channel": "Source",
        },
    ),
    "GLPI": Desk(
        "ID,Title,Entity,Status,Last update,Opening date,Closing date,Resolution date,Priority,Requester - Requester,"
        "Assigned to - Technician,Assigned to - Technician group,Category,Request source,Time to resolve",
        {
            "case": "ID",
            "subject": "Title",
            "customer": "Requester - Requester",
            "owner": "Assigned to - Technician",
            "status": "Status",
            "priority": "Priority",
            "opened": "Opening date",
            "resolved": "Resolution date",
            "closed": "Closing date",
            "channel": "Request source",
        },
    ),
    "GLPI in French": Desk(
        "ID,Titre,Statut,Dernière modification,Date d'ouverture,Date de clôture,Date de résolution,Priorité,"
        "Demandeur - Demandeur,Attribué à - Technicien,Catégorie",
        {
            "case": "ID",
            "subject": "Titre",
            "customer": "Demandeur - Demandeur",
            "owner": "Attribué à - Technicien",
            "status": "Statut",
            "priority": "Priorité",
            "opened": "Date d'ouverture",
            "resolved": "Date de résolution",
            "closed": "Date de clôture",
        },
    ),
    "ServiceNow": Desk(
        "number,opened_at,opened_by,caller_id,short_description,state,priority,assignment_group,assigned_to,"
        "contact_type,sys_updated_on,sys_created_by,resolved_at,resolved_by,closed_at,closed_by",
        {
            "case": "number",
            "subject": "short_description",
            "customer": "caller_id",
            "owner": "assigned_to",
            "status": "state",
            "priority": "priority",
            "opened": "opened_at",
            "resolved": "resolved_at",
            "closed": "closed_at",
            "channel": "contact_type",
        },
    ),
    "an ITIL log": Desk(
        "CI_Name,Status,Priority,Category,Incident_ID,Open_Time,Reopen_Time,Resolved_Time,Close_Time,Closure_Code",
        {
            "case": "Incident_ID",
            "status": "Status",
            "priority": "Priority",
            "opened": "Open_Time",
            "resolved": "Resolved_Time",
            "closed": "Close_Time",
        },
    ),
    "OTRS": Desk(
        "Ticket#,Age,Created,Changed,Closed,State,Priority,Queue,Lock,Owner,CustomerID,Customer User,Title",
        {
            "case": "Ticket#",
            "subject": "Title",
            "customer": "Customer User",
            "owner": "Owner",
            "status": "State",
            "priority": "Priority",
            "opened": "Created",
            "closed": "Closed",
        },
    ),
    "osTicket": Desk(
        "Ticket Number,Date Created,Subject,From,From Email,Priority,Department,Help Topic,Source,Current Status,"
        "Last Updated,Due Date,Closed Date,Overdue,Answered,Agent Assigned,Team Assigned,Thread Count",
        {
            "case": "Ticket Number",
            "subject": "Subject",
            "customer": "From",
            "owner": "Agent Assigned",
            "status": "Current Status",
            "priority": "Priority",
            "opened": "Date Created",
            "closed": "Closed Date",
            "channel": "Source",
        },
    ),
    "Zoho Desk": Desk(
        "Ticket Id,Subject,Account Name,Contact Name,Email,Ticket Owner,Status,Priority,Channel,Created Time,"
        "Modified Time,Ticket Closed Time,Category,Due Date",
        {
            "case": "Ticket Id",
            "subject": "Subject",
            "customer": "Contact Name",
            "owner": "Ticket Owner",
            "status": "Status",
            "priority": "Priority",
            "opened": "Created Time",
            "closed": "Ticket Closed Time",
            "channel": "Channel",
        },
    ),
    "Kayako": Desk(
        "Case ID,Subject,Requester,Organization,Assigned agent,Assigned team,Status,Priority,Channel,Created at,"
        "Updated at,Last closed at",
        {
            "case": "Case ID",
            "subject": "Subject",
            "customer": "Requester",
            "owner": "Assigned agent",
            "status": "Status",
            "priority": "Priority",
            "opened": "Created at",
            "closed": "Last closed at",
            "channel": "Channel",
        },
    ),
    "Spiceworks": Desk(
        "Ticket Number,Organization,Summary,Description,Status,Priority,Category,Creator,Assignee,Created On,"
        "Due On,Closed On,First Response Time",
        {
            "case": "Ticket Number",
            "subject": "Summary",
            "customer": "Creator",
            "owner": "Assignee",
            "status": "Status",
            "priority": "Priority",
            "opened": "Created On",
            "closed": "Closed On",
        },
    ),
    "Gorgias": Desk(
        "id,subject,status,priority,channel,via,customer.id,customer.name,customer.email,assignee_user.id,"
        "assignee_user.name,created_datetime,updated_datetime,closed_datetime",
        {
            "case": "id",
            "subject": "subject",
            "customer": "customer.name",
            "owner": "assignee_user.name",
            "status": "status",
            "priority": "priority",
            "opened": "created_datetime",
            "closed": "closed_datetime",
            "channel": "channel",
        },
    ),
    "Front": Desk(
        "Conversation ID,Subject,Ticket status name,Assignee,Contact name,Contact handle,Account names,Tags,"
        "Created at,Segment closed",
        {
            "case": "Conversation ID",
            "subject": "Subject",
            "customer": "Contact name",
            "owner": "Assignee",
            "status": "Ticket status name",
            "opened": "Created at",
        },
    ),
    "Redmine": Desk(
        "#,Project,Tracker,Parent task,Status,Priority,Subject,Author,Assignee,Updated,Category,Start date,Due date,"
        "Created,Closed,Private",
        {
            "case": "#",
            "subject": "Subject",
            "customer": "Author",
            "owner": "Assignee",
            "status": "Status",
            "priority": "Priority",
            "opened": "Created",
            "closed": "Closed",
        },
    ),
    "YouTrack": Desk(
        "Issue Id,Project,Tags,Summary,Reporter,Created,Updated,Resolved,Priority,Type,State,Assignee",
        {
            "case": "Issue Id",
            "subject": "Summary",
            "customer": "Reporter",
            "owner": "Assignee",
            "status": "State",
            "priority": "Priority",
            "opened": "Created",
            "resolved": "Resolved",
        },
    ),
    "Bugzilla": Desk(
        "bug_id,product,component,assigned_to,bug_status,resolution,short_desc,changeddate,opendate,reporter,priority",
        {
            "case": "bug_id",
            "subject": "short_desc",
            "customer": "reporter",
            "owner": "assigned_to",
            "status": "bug_status",
            "priority": "priority",
            "opened": "opendate",
        },
    ),
    "Request Tracker": Desk(
        "id,Subject,Status,Queue,Owner,Priority,Requestors,Created,Told,LastUpdated,Resolved",
        {
            "case": "id",
            "subject": "Subject",
            "customer": "Requestors",
            "owner": "Owner",
            "status": "Status",
            "priority": "Priority",
            "opened": "Created",
            "resolved": "Resolved",
        },
    ),
    "SolarWinds": Desk(
        "Number,Title,State,Priority,Category,Requester,Requester Email,Assigned To,Created At,Updated At,"
        "Resolved At,Origin,Department",
        {
            "case": "Number",
            "subject": "Title",
            "customer": "Requester",
            "owner": "Assigned To",
            "status": "State",
            "priority": "Priority",
            "opened": "Created At",
            "resolved": "Resolved At",
            "channel": "Origin",
        },
    ),
    "ManageEngine": Desk(
        "Request ID,Subject,Requester,Technician,Account,Group,Request Status,Priority,Request Mode,Created Time,"
        "DueBy Time,Resolved Time,Completed Time,Last Updated Time",
        {
            "case": "Request ID",
            "subject": "Subject",
            "customer": "Requester",
            "owner": "Technician",
            "status": "Request Status",
            "priority": "Priority",
            "opened": "Created Time",
            "resolved": "Resolved Time",
            "channel": "Request Mode",
        },
    ),
    "Pylon": Desk(
        "number,title,state,account.name,requester.id,requester.email,assignee.id,assignee.email,source,created_at,"
        "resolution_time",
        {
            "case": "number",
            "subject": "title",
            "customer": "requester.email",
            "owner": "assignee.email",
            "status": "state",
            "opened": "created_at",
            "resolved": "resolution_time",
            "channel": "source",
        },
    ),
    "consumer complaints": Desk(
        "Date received,Product,Issue,Consumer complaint narrative,Company,State,ZIP code,Submitted via,"
        "Company response to consumer,Timely response?,Complaint ID",
        {
            "case": "Complaint ID",
            "subject": "Issue",
            "customer": "Company",
            "status": "Company response to consumer",
            "opened": "Date received",
            "channel": "Submitted via",
        },
    ),
}

_TIMES = ("date", "opened", "created", "closed", "resolved", "time", "updated", "update", "changed", "modification")


def _value(name: str, column: str, number: int) -> str:
    """A value as such a column has it."""
    folded = column.lower()
    if column == "State" and name == "consumer complaints":
        return ("CA", "TX", "NY")[number]
    if folded == "company response to consumer":
        return ("Closed with explanation", "In progress", "Closed with relief")[number]
    if folded in ("open", "closed") and name == "Salesforce":
        return str(number % 2)
    if any(word in folded for word in ("status", "state", "statut")):
        return ("New", "Pending", "Closed")[number]
    if "prior" in folded:
        return "High"
    if folded in ("time to resolve", "age (hours)", "age", "told", "first response time", "handle time"):
        return "3 days"
    if any(word in folded for word in _TIMES) and not folded.endswith("_by"):
        return f"2024-03-0{number + 1} 10:00:00"
    if folded == "caller_id":
        return f"Caller {number}"
    if folded == "customer" or folded.endswith((".id", " ids", "customerid")) or folded in ("id", "number", "#"):
        return str(4711 + number)
    return f"{column} {number}"


@pytest.mark.parametrize("name", DESKS)
def test_the_usual_export_of_a_desk_needs_no_correction(name: str) -> None:
    desk = DESKS[name]
    columns = desk.columns.split(",")
    rows = [{column: _value(name, column, number) for column in columns} for number in range(3)]
    found = guess(columns, rows, Options(zone="UTC"), name="f", format="csv").roles
    assert {role: column for role, column in found.items() if role in ROLES} == desk.roles


def test_a_person_comes_before_a_company_and_a_name_before_an_id() -> None:
    columns = ["id", "Company", "Account Name", "requester_id", "Email", "Contact Name", "assignee_id", "assignee"]
    row = dict.fromkeys(columns, "Ada Meier")
    assert guess(columns, [row], Options(), name="f", format="csv").roles["customer"] == "Contact Name"
    assert guess(columns, [row], Options(), name="f", format="csv").roles["owner"] == "assignee"
    without = [column for column in columns if column != "Contact Name"]
    assert guess(without, [row], Options(), name="f", format="csv").roles["customer"] == "Email"


@pytest.mark.parametrize("value", ["4711", "65f1c0a2b7d94e", "9f8b2c1e-7a60-4d11-9d4c-1b2a3c4d5e6f"])
def test_a_bare_id_is_nobodys_name(value: str) -> None:
    rows = [{"id": "1", "requester_id": value, "assignee_id": value}]
    assert guess(list(rows[0]), rows, Options(), name="f", format="csv").roles == {"case": "id"}
    assert guess(list(rows[0]), [{**rows[0], "requester_id": "Ada"}], Options(), name="f", format="csv").roles == {
        "case": "id",
        "customer": "requester_id",
    }


def test_a_state_of_a_country_is_no_status_and_the_next_best_column_is_asked() -> None:
    rows = [{"id": "1", "State": "Ohio", "Stage": "Closed"}, {"id": "2", "State": "Utah", "Stage": "New"}]
    assert guess(list(rows[0]), rows, Options(), name="f", format="csv").roles["status"] == "Stage"
    rows = [{"id": "1", "Estado": "Sonora"}]
    assert "status" not in guess(list(rows[0]), rows, Options(), name="f", format="csv").roles
    rows = [{"id": "1", "Case Status": "Somewhere"}]
    assert guess(list(rows[0]), rows, Options(), name="f", format="csv").roles["status"] == "Case Status"


def test_a_flag_gives_way_to_the_time_but_an_unreadable_opening_to_no_other_date() -> None:
    rows = [{"id": "1", "Closed": "1", "Date Closed": "2024-01-05", "Created": "soon", "Start date": "2024-01-01"}]
    found = guess(list(rows[0]), rows, Options(zone="UTC"), name="f", format="csv").roles
    assert found == {"case": "id", "closed": "Date Closed", "opened": "Created"}


@pytest.mark.parametrize(
    ("word", "values"),
    [
        (
            "parked",
            "Awaiting User Info|Awaiting Caller|Awaiting Vendor|Awaiting Problem|Pending Customer Response"
            "|Pending Approval|Waiting on contact|Waiting for 3rd party|waiting_on_customer|pending auto close+"
            "|pending reminder|On Hold - Parts|Stalled|Feedback|NEEDINFO|Customer Response Requested"
            "|Warten auf Kunde|With vendor",
        ),
        (
            "open",
            "Waiting on us|waiting_on_you|Awaiting our response|Pending Agent Assignment|Processing (assigned)"
            "|En cours (Attribué)|Investigating|UNCONFIRMED|In process|Customer has replied",
        ),
        (
            "resolved",
            "closed successful|Closed with explanation|Closed - Fixed|RESOLVED FIXED|Resolved (Permanently)|VERIFIED"
            "|Closed Complete|Solved (Workaround)",
        ),
        (
            "closed",
            "Cancelled by customer|Canceled by requester|Withdrawn by user|Closed - Duplicate|Closed Incomplete"
            "|RESOLVED WONTFIX|RESOLVED DUPLICATE|closed unsuccessful|Rejected by agent|No response",
        ),
    ],
)
def test_a_status_means_what_it_says(word: str, values: str) -> None:
    assert {value: meaning("status", value) for value in values.split("|")} == dict.fromkeys(values.split("|"), word)


@pytest.mark.parametrize(
    "value", ["Pending user support", "Waiting for our customer", "Pending Sales", "Ohio", "Closing"]
)
def test_a_status_that_says_neither_stays_unknown(value: str) -> None:
    assert meaning("status", value) is None
