"""The invariants of mails and attached files, whatever their bytes are, and nearly valid mails."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from random import Random

from careconsole.desk.cases import execution
from careconsole.desk.cases import files as desk_files
from careconsole.desk.mail import deciding
from careconsole.domain.case.files import Attach
from careconsole.domain.errors import CareError
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.terminal_text import why_unstorable
from careconsole.intake.mail.coming_in import read_folder, receive_stream
from careconsole.intake.mail.parsing import file_contents, read_mail
from careconsole.intake.mail.saving import save_file
from careconsole.present.mail import mail_lines
from careconsole.store.maintenance import database_info
from tests.desk.office import Office
from tests.intake.hostile import torn
from tests.intake.mails import mail, multipart

KIND = "mail"
_TEXT = (
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nIt leaks.\n\nOn 3 May A wrote:\n> so"
)
_HTML = "Content-Type: text/html\n\n<p>It <b>leaks</b><blockquote>so</blockquote>"
_PHOTO = "Content-Type: image/png; name*=utf-8''%E2%82%AC.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
_CALENDAR = "Content-Type: text/calendar\n\nBEGIN:VEVENT\nSUMMARY:Visit\nDTSTART:20260105T100000Z\nEND:VEVENT"
_REPORT = "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1"
_INNER = "Content-Type: message/rfc822\n\nFrom: Zoe <zoe@z.example>\nMessage-ID: <2@home.example>\n\nx"

MAILS = (
    mail(Message_ID="<1@home.example>"),
    mail(
        "Yes.\n\n> Is it?\n", Message_ID="<2@home.example>", In_Reply_To="<1@home.example>", subject="Re: [#1] Kettle"
    ),
    mail(subject="=?utf-8?q?caf=C3=A9?= =?iso-2022-jp?b?GyRCJGQkKyRzGyhC?=", To='"a, b" <a@b.example>, c@d.example'),
    mail("caf=E9", Content_Type="text/plain; charset=latin-1", Content_Transfer_Encoding="quoted-printable"),
    mail("a \nb\n", Content_Type="text/plain; format=flowed", List_Id="News <news.else.example>"),
    multipart(_TEXT, _HTML, kind="alternative", Message_ID="<3@home.example>"),
    multipart(_TEXT, _PHOTO, _CALENDAR, _INNER, X_Spam_Flag="NO"),
    multipart(_TEXT, _REPORT, _INNER, kind="report", Auto_Submitted="auto-replied", Return_Path="<>"),
    mail("Hello", Authentication_Results="mx.shop.example; dkim=pass (so; so) header.d=home.example"),
)
_PIECES = (
    *(b"\n\n", b"\r\n", b"\x00", b"\xff\xfe", b"--sep", b"--sep--", b"=?", b"?=", b"<", b">", b"(", b'"', b";", b"\\"),
    *(
        b"Content-Type: multipart/mixed; boundary=sep\n",
        b"Content-Transfer-Encoding: base64\n",
        b"charset=utf-7",
        b"\t",
    ),
    *(b"\nFrom ", "\u202e".encode(), b"\x1b[2J", b"[1-AAAA]", b"[#1]", b"Date: 99 Foo 99999", b"> ", b"name*0*=", b"%"),
)
_NAMES = ("a.pdf", "", ".", "..", "-x", "a\u202eb", "con.txt", "x" * 300, "\x1b[2J", "a/b", "€" * 90, "\ud800")


class MailBench:
    """Reads, receives, shows and saves nearly valid mails and files in a desk; any exception is a finding."""

    def __init__(self, folder: Path) -> None:
        self.kind = KIND
        self.folder = folder
        self.file = folder / "fuzz.eml"
        self.lines = self.rejects = self.refused = self.files = 0
        self._place = folder / f"desk-{len(list(folder.iterdir()))}"
        self._place.mkdir()
        self._out = self._place / "out"
        self._out.mkdir()
        self._office = Office(self._place)

    def close(self) -> None:
        """Checks that the database is sound, and closes it."""
        assert database_info.check(self._office.store) == []
        self._office.close()

    def turn(self, chance: Random) -> None:
        """One mail, one mbox file or one attached file."""
        kind = chance.random()
        self._office.later(1)  # so that no flood is held
        if kind < 0.7:
            self.single(chance)
        elif kind < 0.85:
            self.mbox(chance)
        else:
            self.attach(chance)
        self.files += 1

    def single(self, chance: Random) -> None:
        """A mail is read, received and shown, and each of its files is saved."""
        data = changed(chance)
        self.file.write_bytes(data)
        found = read_mail(data)
        assert len(file_contents(data)) == len(found.files)
        texts = (found.text, found.subject, found.message_id, *found.people, *(file.name for file in found.files))
        assert not any(map(why_unstorable, texts))
        assert set(trimmed(found.text).split()) <= set(found.text.split())
        done = receive_stream(self._office.desk(), io.BytesIO(data))
        assert done.state in ("taken", "held", "known")
        assert (done.case is not None) == (done.state == "taken") or done.state == "known"
        stored = deciding.find(self._office.desk(), done.number)
        assert mail_lines(stored, self._office.now)
        self.lines += done.state == "taken"
        self.rejects += done.state == "held"
        if done.case is not None:
            assert str(self._office.history(done.case)[-1].fact)
            self._save_all(done.case)

    def mbox(self, chance: Random) -> None:
        """Every mail of an mbox file is taken, held or known, however the file was damaged."""
        data = b"".join(b"From x Mon Jan  5 08:00:00 2026\n" + changed(chance) + b"\n\n" for _ in range(3))
        if chance.random() < 0.3:
            data, _ = torn(data, chance)
        self.file.write_bytes(data)
        try:
            done = read_folder(self._office.desk(), str(self.file), lambda came: None, lambda seconds: None)
        except CareError:
            self.refused += 1
            return
        assert done.came == done.taken + done.held + done.known
        assert self._counted()

    def attach(self, chance: Random) -> None:
        """A file of any name and content is attached, listed and saved as it was, under a name that is safe."""
        content = changed(chance)
        self.file.write_bytes(content)
        case = receive_stream(self._office.desk(), io.BytesIO(mail(f"{chance.random()}"))).case
        if case is None:
            return
        command = Attach(file=str(self.file), name=chance.choice(_NAMES))
        try:
            execution.execute(self._office.desk(), "attach", command, [case])
        except CareError:
            self.refused += 1
            return
        *_, listed = desk_files.files_of(self._office.desk(), case).files
        saved = Path(save_file(self._office.desk(), case, listed.label, str(self._out), force=True))
        assert (saved.read_bytes(), saved.parent) == (content, self._out)
        saved.unlink()

    def _counted(self) -> bool:
        stored = Counter(deciding.counts(self._office.desk()))
        return sum(stored.values()) == self._office.store.engine.fetch_one("select count(*) from mails")[0]  # type: ignore[index]

    def _save_all(self, case: int) -> None:
        for file in desk_files.files_of(self._office.desk(), case).files[-3:]:
            saved = Path(save_file(self._office.desk(), case, file.label, str(self._out), force=True))
            assert (saved.parent, saved.stat().st_size) == (self._out, file.size)
            saved.unlink()


def changed(chance: Random) -> bytes:
    """A mail with a few of its bytes lost, doubled, flipped, or with something put between."""
    data = bytearray(chance.choice(MAILS))
    for _ in range(chance.choice((0, 1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 1, 4, 40)))
        what = chance.randrange(5)
        if what == 0:
            del data[at:end]
        elif what == 1:
            data[at:at] = data[at:end] * chance.choice((1, 2, 50))
        elif what == 2 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif what == 3:
            data[at:at] = chance.choice(_PIECES)
        else:
            other = chance.choice(MAILS)
            begin = chance.randrange(len(other))
            data[at:at] = other[begin : begin + chance.choice((10, 200))]
    return bytes(data)
