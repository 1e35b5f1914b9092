"""What becomes of each field of Zendesk, as the documentation shows it."""

from __future__ import annotations

from careconsole.intake.registry import Field

FIELDS = (
    Field("id", "the case's external id", "the number that people know"),
    Field("created_at", "when the case begins"),
    Field("updated_at", "when the case stands as the ticket says"),
    Field("subject, raw_subject", "subject"),
    Field(
        "description",
        "description",
        "the text of the first comment, here or in a file of comments or audits: where that is private, or may be (an"
        " agent wrote it and no comment is there to tell), it becomes a note instead",
    ),
    Field(
        "status",
        "status, and label",
        "new, open: open; pending: parked, on the customer; hold: parked, on a third party;"
        " solved: resolved; closed: closed, after a resolution; deleted: closed;"
        " any other word says nothing and is counted",
    ),
    Field("custom_status_id", "label", "by its agent_label, where custom_statuses are given"),
    Field("priority", "priority", "low, normal, high, urgent; null says nothing"),
    Field("tags", "tags", "a tag that was taken away in Zendesk stays"),
    Field(
        "requester_id, requester", "customer", "by their id; of two of one name, the later has the address behind it"
    ),
    Field("assignee_id, assignee", "owner", "null: nobody owns the case; a name given with --system says nothing"),
    Field("submitter_id, submitter", "field “submitted by”", "unless it is the requester"),
    Field("organization_id, organization", "field “organization”"),
    Field("group_id, group", "field “group”"),
    Field("brand_id", "field “brand”"),
    Field("ticket_form_id", "field “form”"),
    Field("type", "field “type”"),
    Field("external_id", "field “external id”"),
    Field("due_at", "field “due”", "as text: a promise to the customer is more than a date"),
    Field("recipient", "field “recipient”"),
    Field("problem_id", "field “problem”"),
    Field("followup_ids", "field “followed up by”"),
    Field("via.channel", "channel", "email, web, phone, chat, social, other; one that is not listed is counted"),
    Field("via.source", "field “follows”", "the ticket that this one follows up"),
    Field("custom_fields, fields", "fields", "under the field's title where ticket_fields are given, else “field 123”"),
    Field(
        "satisfaction_rating",
        "field “satisfaction”: good or bad; the comment is the customer's word",
        "thanks when good; a bad one on a ticket that had ended waits for no answer",
    ),
    Field("tags: closed_by_merge", "merged into the ticket that the last comment names", "else closed, label “merged”"),
    Field(
        "metric_set.solved_at",
        "when a solved or closed ticket was resolved",
        "of a closed one else the last change, unless there are audits",
    ),
    Field(
        "is_public, collaborator_ids, email_cc_ids",
        "whether the first words are public, and who among the unknown authors is a customer",
    ),
    Field("comment: id", "the identity of the touch or note"),
    Field("comment: ticket_id", "the case", "needed where comments stand in a file of their own"),
    Field(
        "comment: public, author_id",
        "touch or note",
        "public by the requester or an end user: the customer's word; other public ones: our answer; false, missing, or"
        " made private later (audits): a note",
    ),
    Field("comment: plain_body, body, html_body", "text", "the first of them that is there"),
    Field("comment: attachments", "their names, below the text"),
    Field("comment: via, type", "channel", "a voice comment is a call, which answers itself; a voice mail is none"),
    Field("comment: via.source.rel", "whether it was written for a merge"),
    Field("comment: created_at", "when it was said"),
    Field("audit: id, ticket_id, created_at, author_id", "one line of history"),
    Field(
        "audit: events Create, Change",
        "changes of status, owner, priority, tags, subject, customer, organization, group, type and custom fields",
    ),
    Field("audit: events Comment, VoiceComment", "touch or note", "the same one as among the comments"),
    Field("audit: events SatisfactionRating", "like satisfaction_rating"),
    Field("user: id, name, email, role", "names for ids; end users are customers, agents and admins work here"),
    Field("organization, group, brand, ticket_form, ticket_field, custom_status: id, name", "names for ids"),
)

NOT_CARRIED = (
    Field("url, encoded_id", "addresses inside Zendesk"),
    Field("follower_ids, sharing_agreement_ids, forum_topic_id", "careconsole sends nobody copies"),
    Field("has_incidents", "follows from the incidents' own “problem”"),
    Field("allow_channelback, allow_attachments, from_messaging_channel, support_type", "settings of Zendesk"),
    Field("generated_timestamp", "the time of the export's own index"),
    Field("satisfaction_rating.reason", "an id or a word of a list that the account made"),
    Field("comment: made private after it was imported", "what was public when it came stays so here"),
    Field("comment: audit_id, metadata", "what Zendesk keeps for itself"),
    Field("comment: who of several customers wrote", "a customer's word has no author here"),
    Field("attachments themselves", "an export holds addresses, not files"),
    Field(
        "metrics: reply_time, first_resolution_time, full_resolution_time, agent_wait_time, requester_wait_time,"
        " on_hold_time (…_in_minutes), assignee_stations, group_stations, reopens, replies, initially_assigned_at,"
        " assigned_at",
        "measured anew from the history; without audits it begins with the export",
    ),
    Field("audit: other events", "notifications, triggers, errors and the like change nothing about a case"),
)
