"""The pages on imports: made from the kinds, and true."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.program_files import preset_ids
from careconsole.intake import registry
from careconsole.intake.formats.mapped_json.maps import preset
from careconsole.tools.import_pages import pages

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "imports"


def test_the_pages_are_what_the_program_makes() -> None:
    made = pages()
    assert sorted(path.name for path in DOCS.iterdir()) == sorted(made)
    for name, text in made.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, (
            "run: python -m careconsole.tools.import_pages docs/imports"
        )


@pytest.mark.parametrize("id", registry.KINDS)
def test_every_kind_tells_what_becomes_of_its_fields(id: str) -> None:
    kind = registry.find(id)
    assert kind.shape.endswith(".")
    assert kind.fields or id == "careconsole"


# The fields that each system documents, at the outermost level.
FIELDS = {
    "freshdesk": """
        id subject description description_text status priority source type requester_id responder_id group_id
        company_id product_id email_config_id internal_agent_id internal_group_id name email phone facebook_id
        twitter_id to_emails cc_emails fwd_emails reply_cc_emails ticket_cc_emails fr_due_by nr_due_by due_by
        fr_escalated nr_escalated is_escalated spam deleted tags custom_fields attachments association_type
        associated_tickets_list associated_tickets_count stats requester company created_at updated_at
        conversations
    """,
    "zammad": """
        id number title group_id priority_id state_id organization_id owner_id customer_id note
        first_response_at first_response_escalation_at first_response_in_min first_response_diff_in_min close_at
        close_escalation_at close_in_min close_diff_in_min update_escalation_at update_in_min update_diff_in_min
        last_close_at last_contact_at last_contact_agent_at last_contact_customer_at last_owner_update_at
        create_article_type_id create_article_sender_id article_count escalation_at pending_time type approver
        approval_state time_unit preferences ai_agent_running created_by_id updated_by_id created_at updated_at
        articles
    """,
    "helpscout": """
        id number threads type folderId status state subject preview mailboxId assignee createdBy createdAt
        closedBy closedByUser closedAt userUpdatedAt customerWaitingSince source tags cc bcc primaryCustomer
        customFields _embedded
    """,
    "intercom": """
        type id title created_at updated_at waiting_since snoozed_until open state read priority
        admin_assignee_id team_assignee_id company_id tags conversation_rating source contacts teammates
        custom_attributes topics first_contact_reply sla_applied statistics conversation_parts linked_objects
        ai_agent_participated ai_agent
    """,
    "github": """
        id node_id number title body state state_reason user labels assignee assignees milestone locked comments
        pull_request html_url url created_at updated_at closed_at closed_by author closed closedAt createdAt
        isPinned projectItems reactionGroups stateReason updatedAt
    """,
}


@pytest.mark.parametrize("id", preset_ids())
def test_every_field_that_the_system_documents_is_told_of(id: str) -> None:
    rules = preset(id)
    told = {name.split(".")[0] for field in (*rules.carried, *rules.not_carried) for name in field.theirs.split(", ")}
    assert set(FIELDS[id].split()) - told == set()


@pytest.mark.parametrize("id", preset_ids())
def test_no_field_is_both_carried_and_not(id: str) -> None:
    rules = preset(id)
    carried = {name for field in rules.carried for name in field.theirs.split(", ")}
    left = {name for field in rules.not_carried for name in field.theirs.split(", ")}
    assert carried & left == set()
