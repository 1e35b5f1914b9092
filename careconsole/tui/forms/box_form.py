"""The form of a mail box, as `box add` and `box edit` have it on the command line, and that of the settings of mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from careconsole.commands.form import label_of
from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.mail import box_settings, boxes, settings
from careconsole.desk.mail.boxes import Box
from careconsole.domain.mail.boxes import Secret, SecretKind, Security, check_secret
from careconsole.domain.mail.continuing import MOST_DAYS
from careconsole.tui.forms.question import BLOCK, CHOOSE, LINE, SECRET, Choice, Mistake, Question, Said, Wording

_SECURITIES = (
    Choice("tls", "tls", "Encrypted from the beginning, usually on port 993 or 465."),
    Choice("starttls", "starttls", "Encrypted after a greeting, usually on port 143, 587 or 25."),
    Choice("plain", "plain", "Not encrypted: only for a server on this computer."),
)
_AFTER = (
    Choice("leave", "leave it", "Nothing changes on the server."),
    Choice("seen", "mark as seen", "It is marked as seen there, once it is here."),
    Choice("move", "move it", "It is moved to another folder there, once it is here."),
)
_COMMAND, _VARIABLE, _TYPED, _TOKEN_COMMAND, _TOKEN_VARIABLE, _KEPT = (
    "command", "variable", "typed", "token command", "token variable", "",
)  # fmt: skip
_SECRETS = (
    Choice(_COMMAND, "command", "A command prints it, such as pass; it runs only under logins that allow it."),
    Choice(_VARIABLE, "variable", "A variable of the environment in which careconsole is started has it."),
    Choice(_TYPED, "typed", "Typed below and kept in the database; anybody who can read the file can read it."),
    Choice(_TOKEN_COMMAND, "token", "A command prints an access token (OAuth, XOAUTH2), for each login anew."),
    Choice(_TOKEN_VARIABLE, "token variable", "A variable of the environment has such a token."),
)
_AS_IT_IS = Choice(_KEPT, "as it is", "The password that is set already stays.")
_KINDS: dict[str, tuple[SecretKind, bool]] = {
    _COMMAND: ("command", False),
    _VARIABLE: ("environment", False),
    _TYPED: ("stored", False),
    _TOKEN_COMMAND: ("command", True),
    _TOKEN_VARIABLE: ("environment", True),
}
"""What each choice means: the kind of secret, and whether it is a token."""
_SOURCES = {
    _COMMAND: "The command that prints the password, such as: pass show mail/support.",
    _TOKEN_COMMAND: "The command that prints the token, such as: pizauth show support.",
}
_PASSWORD = "The password; it is not shown. Large providers want an app password."
_STARTTLS = {"imap": (":143",), "smtp": (":25", ":587")}


def box_questions(box: Box | None, today: str, words: Sequence[str]) -> list[Question]:
    """The questions about a box; `box` None: a new one. `today` is the day from which it is fetched then.

    `words` are the names of the team's saved words, which can answer a mail automatically.
    """
    now = box.settings if box is not None else None
    imap, smtp = (now.imap, now.smtp) if now is not None else (None, None)
    new = box is None
    fetches, sends = _filled("imap"), _filled("smtp")
    choices = _SECRETS if new else (_AS_IT_IS, *_SECRETS)
    return [
        _line("name", "A short name by which the team calls the box, such as: support", box.name if box else "", True),
        _line(
            "address",
            "What customers write to, and answers come from, such as: support@shop.example",
            now.address.address if now else "",
            True,
        ),
        _line(
            "display_name",
            "The name that customers see beside the address, such as: Shop Support",
            now.address.name if now else "",
        ),
        _line(
            "imap",
            "The IMAP server where mail is fetched, such as mail.shop.example, or with its port mail.shop.example:993."
            " Empty: nowhere, as when mail comes by a pipe or from a folder.",
            f"{imap.host}:{imap.port}" if imap else "",
        ),
        _security("imap", imap.security if imap else None),
        _line(
            "user",
            "Who logs in there; usually the address.",
            imap.user if imap else "",
            when=fetches,
            usual=(lambda said: said["address"].strip()) if imap is None else None,
        ),
        _line("folder", "The folder that is read there; usually INBOX.", now.folder if now else "INBOX", when=fetches),
        _line(
            "since",
            "Mails that came to the server before this day are not fetched: today, all, or a day like 2026-11-30.",
            now.since if now else today,
            when=fetches,
        ),
        Question(
            name="after",
            kind="choice",
            look=CHOOSE,
            label="Afterwards",
            help="What happens there to a mail that was received.",
            ready=now.after if now else "leave",
            choices=_AFTER,
            when=fetches,
        ),
        _line(
            "move_to",
            "The folder there to which received mails are moved; it is made if needed.",
            now.moved_to if now else "",
            when=lambda said: fetches(said) and said["after"] == "move",
        ),
        _line(
            "smtp",
            "The SMTP server through which answers are sent, such as mail.shop.example or mail.shop.example:587."
            " Empty: nothing is sent from this box.",
            f"{smtp.host}:{smtp.port}" if smtp else "",
        ),
        _security("smtp", smtp.security if smtp else None),
        _line(
            "smtp_user",
            "Who logs in there. Empty: no login is needed, as on the own computer.",
            smtp.user if smtp else "",
            when=sends,
            usual=(lambda said: (said["user"] if fetches(said) else said["address"]).strip()) if smtp is None else None,
        ),
        _line(
            "sent_folder",
            "The folder on the IMAP server for copies of what is sent, such as Sent; Gmail keeps them by itself."
            " Empty: no copies.",
            now.sent_folder if now else "",
            when=lambda said: fetches(said) and sends(said),
        ),
        Question(
            name="signature",
            kind="text",
            look=BLOCK,
            label="Signature",
            help="The words below each answer.",
            ready=now.signature if now else "",
            when=sends,
        ),
        Question(
            name="auto_answer",
            kind="word",
            look=LINE,
            label=label_of("auto-answer"),
            help="The name of the team's saved words that answer a mail automatically, once a day to each address, and"
            " never to lists or programs. Empty: nothing is answered automatically.",
            ready=now.auto_answer if now else "",
            suggestions=tuple(words),
            when=sends,
        ),
        Question(
            name="secret",
            kind="choice",
            look=CHOOSE,
            label="Password by",
            help="Where the password comes from. It is in no list, export or journal.",
            ready=choices[0].value,
            choices=choices,
        ),
        Question(
            name="source",
            kind="word",
            look=LINE,
            label=label_of("password-command"),
            help="",
            required=True,
            when=lambda said: said["secret"] not in (_TYPED, _KEPT) and _logs_in(said),
            wording=lambda said: Wording(
                "Command" if said["secret"] in _SOURCES else "Variable",
                _SOURCES.get(said["secret"], "The name of the variable, such as: SUPPORT_PASSWORD.")
                + _or_no_login(said),
                True,
            ),
        ),
        Question(
            name="password",
            kind="word",
            look=SECRET,
            label="Password",
            help=_PASSWORD,
            required=True,
            when=lambda said: said["secret"] == _TYPED and _logs_in(said),
            wording=lambda said: Wording("Password", _PASSWORD + _or_no_login(said), True),
        ),
    ]


def save_box(box: Box | None) -> Callable[[Desk, Said], str]:
    """Saves the answers about a box; `box` None: as a new one."""

    def save(desk: Desk, said: Said) -> str:
        fetches, sends = said["imap"].strip(), said["smtp"].strip()
        given: dict[str, str | None] = {
            "address": said["address"],
            "display_name": said["display_name"],
            "imap": fetches,
            "imap_security": said["imap_security"],
            "user": said["user"] if fetches else None,
            "folder": said["folder"],
            "after": said["after"],
            "move_to": said["move_to"] if said["after"] == "move" else "",
            "since": said["since"],
            "smtp": sends,
            "smtp_security": said["smtp_security"],
            "smtp_user": said["smtp_user"] if sends else None,
            "sent_folder": said["sent_folder"],
            "signature": said["signature"],
            "auto_answer": said["auto_answer"] if sends else "",
        }
        secret, oauth = _secret(said)
        if box is None:
            made = box_settings.settings(given, None, desk.now(), oauth)
            done = boxes.add(desk, said["name"], made, secret or Secret())
            words = f"Box {done.name} is set. To try it: {shown_key('more')} and then Test."
        else:
            before = boxes.named(desk, box.name)  # what the form does not ask for stays, also what changed meanwhile
            made = box_settings.settings(given, before.settings, desk.now(), oauth)
            done = boxes.change(desk, box.name, made, secret, new_name=said["name"])
            words = f"Box {done.name} is changed." if done != before else f"Box {done.name} is as it was."
        return " ".join([words, *done.settings.warnings])

    return save


def _secret(said: Said) -> tuple[Secret | None, bool | None]:
    """The secret that was chosen, and whether it is a token; (None, None): it stays as it is, or none is needed."""
    chosen = said["secret"]
    if chosen == _KEPT or not _logs_in(said):
        return None, None
    kind, oauth = _KINDS[chosen]
    value = said["password"] if kind == "stored" else said["source"]
    if not value:
        raise Mistake("password" if kind == "stored" else "source", "It is missing.")
    return check_secret(kind, value), oauth


def mail_questions(days: int, server: str) -> list[Question]:
    """The questions about the settings of mail for the whole team."""
    return [
        _line(
            "days",
            f"For how many days after a resolution a mail of the customer reopens the case; with 0, none does. At most"
            f" {MOST_DAYS:,}.",
            str(days),
            True,
            label="Reopening",
        ),
        _line(
            "server",
            "The mail server whose word on senders counts: the first word of Authentication-Results in your mails, such"
            " as mx.shop.example. Empty: senders are not checked.",
            server,
            label="Server",
        ),
    ]


def save_mail_settings(desk: Desk, said: Said) -> str:
    """Saves the settings of mail."""
    changed = settings.change(desk, said["days"].strip(), said["server"].strip())
    return "The settings of mail are changed." if changed else "The settings of mail are as they were."


def _line(
    name: str,
    help: str,
    ready: str = "",
    required: bool = False,
    *,
    label: str = "",
    when: Callable[[Said], bool] | None = None,
    usual: Callable[[Said], str] | None = None,
) -> Question:
    return Question(
        name=name,
        kind="word",
        look=LINE,
        label=label or label_of(name.replace("_", "-")),
        help=help,
        required=required,
        ready=ready,
        when=when,
        usual=usual,
    )


def _security(protocol: str, now: Security | None) -> Question:
    def usual(said: Said) -> str:
        return "starttls" if said[protocol].strip().endswith(_STARTTLS[protocol]) else "tls"

    return Question(
        name=f"{protocol}_security",
        kind="choice",
        look=CHOOSE,
        label=label_of(f"{protocol}-security"),
        help="How the connection is encrypted.",
        ready=now or "tls",
        choices=_SECURITIES,
        when=_filled(protocol),
        usual=usual if now is None else None,
    )


def _filled(name: str) -> Callable[[Said], bool]:
    return lambda said: bool(said[name].strip())


def _or_no_login(said: Said) -> str:
    """How to do without a password, where only a server that sends wants one."""
    if said["imap"].strip():
        return ""
    return f" Where no login is needed, empty {label_of('smtp-user')} instead."


def _logs_in(said: Said) -> bool:
    """Whether anybody logs in anywhere."""
    return bool(said["imap"].strip()) or bool(said["smtp"].strip() and said["smtp_user"].strip())
