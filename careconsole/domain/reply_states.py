"""What can become of a mail that we send, in one word."""

WAITING, SENDING, SENT, LATER, REFUSED, UNCERTAIN = "waiting", "sending", "sent", "later", "refused", "uncertain"
"""The states of a mail that we send. "later": a server asked to try again, could not be reached, or did not get the
whole mail; "uncertain": the server got the whole mail and did not answer, so that it may have been sent."""
BOUNCED = "bounced"
"""What a case says of the last mail to its customer if that came back. The mail itself was sent."""
STOPPED = "stopped"
"""The state of a mail that is not sent, because a person or what happened meanwhile stopped it."""
ON_THE_WAY = (WAITING, SENDING, LATER)
"""A mail in one of these states is sent without anybody's doing. The history of its case calls all of them waiting."""
NEEDS_PERSON = (REFUSED, UNCERTAIN)
"""Somebody has to decide about a mail in one of these states."""
