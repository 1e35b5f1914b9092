"""A real IMAP server for tests: Dovecot (Debian's package dovecot-imapd), in a folder and on a port of its own.

Tests that use it are skipped where it is not installed; with CARECONSOLE_DOVECOT=needed, as in `.ci/run`, they fail.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.waiting import started, wait_until

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
NEEDED = os.environ.get("CARECONSOLE_DOVECOT") == "needed"
needs_dovecot = pytest.mark.skipif(DOVECOT is None and not NEEDED, reason="Dovecot (dovecot-imapd) is not installed")

USER, OTHER, PASSWORD = "support@shop.example", "sales@shop.example", 'pa ss"w\\ord'
_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/run
instance_name = {name}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
default_internal_user = {login}
default_login_user = {login}
default_internal_group = {group}
{certificate}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A running server. Every user has the same password."""

    def __init__(self, folder: Path, port: int, tls_port: int) -> None:
        self.folder = folder
        self.port = port
        self.tls_port = tls_port

    @contextmanager
    def session(self, user: str = USER) -> Iterator[imaplib.IMAP4]:
        """A session of the mail program of somebody else."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=60) as client:
            client.login(user, PASSWORD)
            client.select()
            yield client

    def put(self, mails: Sequence[bytes], user: str = USER, folder: str = "INBOX") -> None:
        """Puts mails into a folder."""
        with self.session(user) as client:
            for mail in mails:
                kind, said = client.append(folder, "", "", mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
                assert kind == "OK", said

    def uids(self, criteria: str = "ALL", user: str = USER, folder: str = "INBOX") -> list[int]:
        """The UIDs of the mails in a folder."""
        with self.session(user) as client:
            client.select(folder)
            return [int(word) for word in client.uid("SEARCH", criteria)[1][0].split()]

    def flag(self, uid: int, flags: str, user: str = USER) -> None:
        """Adds flags to a mail."""
        with self.session(user) as client:
            assert client.uid("STORE", str(uid), "+FLAGS", flags)[0] == "OK"

    def renumber(self, user: str = USER) -> None:
        """Gives the folder another UIDVALIDITY, and its mails other UIDs, as a server that lost its index does."""
        folder = self.folder / "mail" / user
        for name in (*folder.glob("dovecot*"),):
            name.unlink()
        before = int(time.time()) + self.renumbered * 10 + 10
        self.renumbered += 1
        (folder / "dovecot-uidvalidity").write_text(f"{before:08x}")
        (folder / f"dovecot-uidvalidity.{before:08x}").touch()
        for name in folder.glob("dovecot*"):
            shutil.chown(name, folder.stat().st_uid, folder.stat().st_gid)

    renumbered = 0


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        return int(door.getsockname()[1])


def make_certificate(folder: Path) -> bool:
    """Makes a certificate of localhost that only its own file vouches for, cert.pem and key.pem; False if it cannot."""
    if shutil.which("openssl") is None:
        return False
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return True


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Runs a server in a temporary folder, as root or as an ordinary user, until the block is left."""
    assert DOVECOT is not None, "Debian's package dovecot-imapd is not installed"
    with TemporaryDirectory(prefix="careconsole-dovecot-") as made, _running(Path(made)) as server:
        yield server


@contextmanager
def _running(folder: Path) -> Iterator[Dovecot]:
    certificate = f"ssl_cert = <{folder}/cert.pem\nssl_key = <{folder}/key.pem" if make_certificate(folder) else ""
    port, tls_port = _free_port(), _free_port()
    # Run by root, its processes for logins and for mail refuse to be root, too, and other users must reach the folder.
    login = user = pwd.getpwuid(os.getuid()).pw_name if os.getuid() else "nobody"
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    (folder / "mail").mkdir()
    if not os.getuid():
        folder.chmod(0o755)
        shutil.chown(folder / "mail", user, group)
    (folder / "users").write_text("".join(f"{one}:{PASSWORD}\n" for one in (USER, OTHER)))
    (folder / "dovecot.conf").write_text(
        _SETTINGS.format(
            folder=folder,
            name=f"careconsole-{port}",
            ssl="yes" if certificate else "no",
            certificate=certificate,
            user=user,
            group=group,
            login=login,
            port=port,
            tls_port=tls_port if certificate else 0,
        )
    )
    with started([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.PIPE) as process:

        def answers() -> bool:
            assert process.poll() is None, f"{process.stderr.read()!r} {_log(folder)}"
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return False
            return True

        wait_until(answers, lambda: f"Dovecot: {_log(folder)}")
        server = Dovecot(folder, port, tls_port if certificate else 0)
        try:
            yield server
        finally:
            process.terminate()  # it ends its own processes, which a kill would leave behind
            process.wait(60)


def _log(folder: Path) -> str:
    log = folder / "log"
    return log.read_text(errors="replace")[-2_000:] if log.exists() else "no log"
