"""Sends messages with Apprise, an optional extra. No other module imports it.

Apprise reports why something failed only in its log, in words that may contain addresses. So the log is captured here
and translated into our own phrases.
"""

from __future__ import annotations

import logging
import re
import threading
import warnings
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.desk.notices.delivery import Delivered, deliver
from careconsole.desk.notices.outbox import any_due
from careconsole.domain.case.notice_message import Message
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.team.addresses import ENCODING_HINT, INSTALL_HINT, ascii_mail, is_mail
from careconsole.notify.address_check import reads_back
from careconsole.present.command_lines import hint_text
from careconsole.present.json_types.work import SentEntry

if TYPE_CHECKING:
    from apprise import NotifyBase

    from careconsole.desk import Desk

CONNECT, READ = 5.0, 10.0
"""Timeouts in seconds, for the connection and for each answer."""

_HOW_TO_WRITE = f"{ENCODING_HINT} In a query, name each thing once, and an international domain in its form with xn--."
_READS_DIFFERENTLY = "The sender would read that address differently."
_STATUS = re.compile(r"\berror=(\d{3})\b")
_STATUS_PHRASES = {
    400: "the service did not understand it",
    401: "the service does not accept the login or token",
    403: "the service does not accept the login or token",
    404: "the service does not know this address",
    410: "the service does not know this address",
    413: "the message is too long for the service",
    429: "the service got too many messages",
}
_PHRASES = (
    (re.compile("recipient .* refused|Sending email to .* failed", re.DOTALL), "the mail server refused it"),
    (re.compile("connection error", re.IGNORECASE), "no connection, or it was lost"),
)


def _apprise() -> Any:
    """Apprise with all its services loaded, which takes some tenths of a second once; their imports may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import apprise
        except ImportError:
            raise NotInstalled("Nothing can be sent from here: Apprise is missing.", INSTALL_HINT) from None
        loaded: Any = apprise
        loaded.plugins.url_to_dict("json://localhost")
    return loaded


class SendResult(msgspec.Struct, frozen=True):
    """The result of sending the outbox: in words (empty if nothing was done), in numbers, and the problems."""

    words: str
    counts: dict[str, int]
    problems: tuple[str, ...] = ()


class NotInstalled(CareError):
    """Apprise is not installed."""

    kind = "not_installed"


class AppriseSender:
    """Sends messages with Apprise; raises NotInstalled without it. `connect` and `read` are timeouts in seconds."""

    def __init__(self, connect: float = CONNECT, read: float = READ) -> None:
        self._apprise = _apprise()
        self._connect = connect
        self._read = read
        _listen()

    def knows(self, address: str) -> bool:
        """Whether messages can be sent to an address, judged by its form; nothing is sent. Not for bare mail addresses.

        Raises WrongUse, whose message does not quote it, if Apprise reads the address differently from what it says.
        """
        service = self._service(address)
        if service is not None and not reads_back(address, service):
            raise WrongUse(_READS_DIFFERENTLY, _HOW_TO_WRITE)
        return service is not None

    def knows_gateway(self, address: str) -> bool:
        """Whether mail to anybody can be sent by this gateway, judged by its form. Raises WrongUse as `knows` does."""
        service = self._service(address, "ana@shop.example")
        if service is not None and not reads_back(address, service, gateway=True):
            raise WrongUse(_READS_DIFFERENTLY, _HOW_TO_WRITE)
        return service is not None

    def send(self, address: str, gateway: str | None, message: Message) -> str:
        """Sends a message; returns why it did not arrive, in our own words, or "". See `parallel_sending.Courier`."""
        if is_mail(address):
            if gateway is None:
                return "there is no mail gateway (careconsole notices mail)"
            service = self._service(gateway, address)
        else:
            service = self._service(address)
        if service is None:
            return "the service is not known here"
        if not reads_back(gateway or "" if is_mail(address) else address, service, gateway=is_mail(address)):
            return "the address can be read in two ways; set it again"
        said: list[str] = []
        _thread_log.said = said
        try:
            one = self._apprise.Apprise(asset=service.asset)
            one.add(service)
            arrived = one.notify(body=message.body, title=message.title, body_format=self._apprise.NotifyFormat.TEXT)
        finally:
            del _thread_log.said
        return "" if arrived else _reason(said)

    def _service(self, address: str, mail: str | None = None) -> NotifyBase | None:
        """The service of an address, or None if it has none; with `mail`, that address is the only recipient."""
        asset = self._asset()
        try:
            table: dict[str, Any] | None = self._apprise.plugins.url_to_dict(address)
            if not table:
                return None
            if mail is not None:
                # Other recipients in the gateway's address were not asked for.
                table = {key: value for key, value in table.items() if key not in ("cc", "bcc")} | {
                    "targets": [ascii_mail(mail)]
                }
            service: NotifyBase | None = self._apprise.Apprise.instantiate(table, asset=asset)
        except Exception:  # a service that fails on an address does not support it
            return None
        if service is not None:
            if mail is not None and hasattr(service, "smtp_host"):
                # Set directly: Apprise would parse the o' of o'brien@shop.example as a name.
                mail_service: Any = service
                mail_service.targets = [(False, ascii_mail(mail))]
            elif mail is not None and "'" in mail:
                return None
            # The address may ask for longer timeouts.
            service.socket_connect_timeout = min(service.socket_connect_timeout, self._connect)
            service.socket_read_timeout = min(service.socket_read_timeout, self._read)
            service.retry = 0  # the outbox retries later
        return service

    def _asset(self) -> Any:
        asset = self._apprise.AppriseAsset
        # Newer versions wait for a service in a thread, which would keep the process from exiting.
        more = {"service_timeout": 0} if hasattr(asset, "_service_timeout") else {}
        return asset(async_mode=False, app_id="careconsole", app_desc="careconsole", **more)


def send_waiting(desk: Desk) -> SendResult:
    """Sends what is due in the outbox. Without Apprise it only says that notices wait."""
    done = Delivered()
    if any_due(desk, desk.now()):
        try:
            courier = AppriseSender()
        except NotInstalled as missing:
            words = f"Notices are waiting to be sent. {hint_text(missing.hint)}"
            return SendResult(words, _counts(done), (words,))
        from careconsole.present.digest import as_message  # who has no address needs none of it

        done = deliver(desk, courier, compose=as_message)
    return SendResult(delivery_words(done), _counts(done), tuple(done.problems))


def sent_entry(sent: SendResult) -> SentEntry:
    """The result of sending the outbox, for JSON."""
    return SentEntry(**sent.counts, problems=list(sent.problems))


def delivery_words(done: Delivered) -> str:
    """What a delivery did, in words: "Notices: 2 sent.", and the problems below it; empty if it did nothing."""
    words = [
        said[0] if count == 1 else said[1].format(f"{count:,}")
        for name, said in _SAID
        if (count := getattr(done, name))
    ]
    lines = [*([f"Notices: {', '.join(words)}."] if words else []), *(f"  {problem}" for problem in done.problems)]
    return "\n".join(lines)


_SAID = (
    ("sent", ("1 sent", "{} sent")),
    ("held", ("1 held for later", "{} held for later")),
    ("replaced", ("1 replaced by a newer one", "{} replaced by newer ones")),
    ("dropped", ("1 no longer true", "{} no longer true")),
    ("again", ("1 failed and will be retried", "{} failed and will be retried")),
    ("failed", ("1 given up", "{} given up")),
    ("left", ("1 not reached in time", "{} not reached in time")),
)


def _counts(done: Delivered) -> dict[str, int]:
    return {"messages": done.messages, **{name: getattr(done, name) for name, _ in _SAID}}


class _Log(logging.Handler):
    """Collects what Apprise logs while this thread is sending; nothing is written anywhere."""

    def emit(self, record: logging.LogRecord) -> None:
        """Collects one record, if this thread is sending."""
        said: list[str] | None = getattr(_thread_log, "said", None)
        if said is not None:
            said.append(record.getMessage())


_thread_log = threading.local()
_LOG = _Log(logging.WARNING)


def _listen() -> None:
    """Redirects the logs of Apprise and of urllib3, which it sends with, to `_LOG` alone."""
    for name in ("apprise", "urllib3"):
        log = logging.getLogger(name)
        log.propagate = False
        if _LOG not in log.handlers:
            log.addHandler(_LOG)


def _reason(said: list[str]) -> str:
    for words in reversed(said):
        if found := _STATUS.search(words):
            status = int(found[1])
            means = _STATUS_PHRASES.get(
                status, "the service had trouble" if status >= 500 else "the service did not accept it"
            )
            return f"{means} (HTTP {status})"
    for words in reversed(said):
        for pattern, phrase in _PHRASES:
            if pattern.search(words):
                return phrase
    return "it did not arrive"
