"""What becomes of each field of Zendesk, as the documentation shows it."""

from __future__ import annotations

from careconsole.intake.registry import Field

FIELDS = (
    Field("id", "the case's external id", "the number that people know"),
    Field("created_at", "when the case begins"),
    Field("updated_at", "the time of the present state"),
    Field("subject, raw_subject", "subject"),
    Field(
        "description",
        "description",
        "the text of the first comment, here or in a file of comments or audits; if that is private, or may be (an"
        " agent wrote it and there is no comment to show it), it becomes a note instead",
    ),
    Field(
        "status",
        "status, and label",
        "new, open: open; pending: parked, waiting on the customer; hold: parked, waiting on a third party;"
        " solved: resolved; closed: closed, after a resolution; deleted: closed;"
        " any other value is ignored and counted",
    ),
    Field("custom_status_id", "label", "by its agent_label, if custom_statuses are given"),
    Field("priority", "priority", "low, normal, high, urgent; null is ignored"),
    Field("tags", "tags", "a tag that was removed in Zendesk stays"),
    Field(
        "requester_id, requester",
        "customer",
        "by id; if two have the same name, the later one gets the address after it",
    ),
    Field("assignee_id, assignee", "owner", "null: nobody owns the case; a name given with --system is ignored"),
    Field("submitter_id, submitter", "field “submitted by”", "unless it is the requester"),
    Field("organization_id, organization", "field “organization”"),
    Field("group_id, group", "field “group”"),
    Field("brand_id", "field “brand”"),
    Field("ticket_form_id", "field “form”"),
    Field("type", "field “type”"),
    Field("external_id", "field “external id”"),
    Field("due_at", "field “due”", "as text: a date alone is not a promise to the customer"),
    Field("recipient", "field “recipient”"),
    Field("problem_id", "field “problem”"),
    Field("followup_ids", "field “followed up by”"),
    Field("via.channel", "channel", "email, web, phone, chat, social, other; an unknown one is counted"),
    Field("via.source", "field “follows”", "the ticket that this one follows up"),
    Field("custom_fields, fields", "fields", "under the field's title if ticket_fields are given, else “field 123”"),
    Field(
        "satisfaction_rating",
        "field “satisfaction”: good or bad; the rating: yes or no; the comment is a message from the customer",
        "thanks if good; a bad one on a ticket that had ended needs no answer",
    ),
    Field("tags: closed_by_merge", "merged into the ticket that the last comment names", "else closed, label “merged”"),
    Field(
        "metric_set.solved_at",
        "when a solved or closed ticket was resolved",
        "for a closed one without it, the last change, unless there are audits",
    ),
    Field(
        "is_public, collaborator_ids, email_cc_ids",
        "whether the first message is public, and which unknown authors are customers",
    ),
    Field("comment: id", "the identity of the message or note"),
    Field("comment: ticket_id", "the case", "needed if comments are in a separate file"),
    Field(
        "comment: public, author_id",
        "message or note",
        "public, by the requester or an end user: from the customer; other public ones: our answer; false, missing, or"
        " made private later (audits): a note",
    ),
    Field("comment: plain_body, body, html_body", "text", "the first one that is there"),
    Field("comment: attachments", "their names, below the text"),
    Field(
        "comment: via, type", "channel", "a voice comment is a call, which counts as answered; a voice mail does not"
    ),
    Field("comment: via.source.rel", "whether it was written for a merge"),
    Field("comment: created_at", "the time of the message"),
    Field("audit: id, ticket_id, created_at, author_id", "history"),
    Field(
        "audit: events Create, Change",
        "changes of status, owner, priority, tags, subject, customer, organization, group, type and custom fields",
    ),
    Field("audit: events Comment, VoiceComment", "message or note", "the same one as in the comments"),
    Field("audit: events SatisfactionRating", "like satisfaction_rating"),
    Field("user: id, name, email, role", "names for ids; end users are customers, agents and admins are colleagues"),
    Field("organization, group, brand, ticket_form, ticket_field, custom_status: id, name", "names for ids"),
)

NOT_CARRIED = (
    Field("url, encoded_id", "links within Zendesk"),
    Field("follower_ids, sharing_agreement_ids, forum_topic_id", "careconsole does not send copies"),
    Field("has_incidents", "follows from the incidents' own “problem”"),
    Field("allow_channelback, allow_attachments, from_messaging_channel, support_type", "settings of Zendesk"),
    Field("generated_timestamp", "the time of the export's index"),
    Field("satisfaction_rating.reason", "an id or a word from the account's own list"),
    Field("comment: made private after it was imported", "what was public when imported stays public here"),
    Field("comment: audit_id, metadata", "internal to Zendesk"),
    Field("comment: who of several customers wrote", "a customer's message has no author here"),
    Field("attachments themselves", "an export has links, not files"),
    Field(
        "metrics: reply_time, first_resolution_time, full_resolution_time, agent_wait_time, requester_wait_time,"
        " on_hold_time (…_in_minutes), assignee_stations, group_stations, reopens, replies, initially_assigned_at,"
        " assigned_at",
        "measured here from the history; without audits, that starts with the export",
    ),
    Field("audit: other events", "notifications, triggers, errors and the like change nothing in a case"),
)
