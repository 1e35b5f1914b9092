"""Mail that comes in: each mail once, with whatever a person decides about those that were held."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Barrier, Thread

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.cases.sweep import done_since
from careconsole.desk.database.maintenance import check, tidy
from careconsole.desk.imports import rollback
from careconsole.desk.mail import deciding
from careconsole.desk.mail.receiving import Arrival, Reception, receive
from careconsole.desk.notices import addresses
from careconsole.domain.case.event import Writer
from careconsole.domain.case.events import KINDS, SWEPT
from careconsole.domain.case.merging import what_moves
from careconsole.domain.case.messages import Reclassify
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.parking import Park
from careconsole.domain.case.public import public_history
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.intake.mail.coming_in import receive_stream
from careconsole.intake.mail.parsing import read_mail
from careconsole.store import open_store
from tests.desk.office import Office, line
from tests.intake.mails import LONG, mail, multipart


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def test_a_mail_opens_a_case_of_a_new_customer_which_waits_and_is_with_duty(office: Office) -> None:
    photo = "Content-Type: image/jpeg; name=photo.jpg\n\nxx"
    done = office.mail(multipart("Content-Type: text/plain\n\nIt leaks.\n\n-- \nAnna", photo))
    case = office.case(done.case or 0)
    assert (done.state, done.opened, case.owner, case.description) == ("taken", True, None, "It leaks.")
    assert (case.waiting_since, case.channel) == (office.now, "email")
    customer = office.store.customers.get(case.customer or 0)
    assert customer is not None
    assert (customer.name, customer.email) == ("Anna Rossi", "anna@home.example")
    (opened,) = office.history(case.number)
    assert (opened.writer, opened.actor, opened.command) == (Writer.MAIL, None, None)


def test_a_mail_of_a_known_customer_is_theirs_whatever_name_they_write(office: Office) -> None:
    first = office.mail(mail())
    second = office.mail(mail("Another matter", "A. R. <ANNA@Home.example>", "Lid"))
    assert office.case(first.case or 0).customer == office.case(second.case or 0).customer


def test_a_mail_unparks_a_case_that_waits_for_the_customer_and_tells_its_owner(office: Office) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "json://hooks.shop.example")
    case = office.mail(mail(Message_ID="<1@home.example>")).case or 0
    ben = office.desk("Ben")
    execution.execute(ben, "take", Take(), [case])
    execution.execute(ben, "park", Park(on="customer", until=office.now + 86_400_000), [case])
    office.mail(mail("Here it is.", In_Reply_To="<1@home.example>"))
    assert (office.case(case).parked, office.kinds(case)[-2:]) == (None, ["unparked", "touched"])
    assert office.store.engine.fetch_one("select count(*) from notices where kind = 'touched'") == (1,)


def test_an_automatic_reply_and_a_bounce_without_a_case_are_held_and_a_form_is_not(office: Office) -> None:
    assert office.mail(mail("I am away.", Auto_Submitted="auto-replied")).reason == "no case"
    assert office.mail(mail("x", "MAILER-DAEMON@mx.example", "Undelivered")).reason == "no case"
    assert office.mail(mail("Form: kettle", Auto_Submitted="auto-generated")).state == "taken"


def test_two_processes_that_get_one_mail_take_it_once(office: Office) -> None:
    barrier, done = Barrier(3), list[Reception]()

    def come() -> None:
        with closing(open_store(office.path)) as store:
            desk = Desk(store, lambda: office.now)
            barrier.wait()
            done.append(receive_stream(desk, io.BytesIO(mail(Message_ID="<1@home.example>"))))

    threads = [Thread(target=come) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.state for one in done) == ["known", "known", "taken"]
    assert len(office.store.cases.states("1 = 1", {})) == 1


def test_the_bytes_of_a_short_mail_are_kept_as_they_came_with_the_mail(office: Office) -> None:
    data = mail(b"caf\xe9\r\n")
    done = office.mail(data)
    stored = deciding.find(office.desk(), done.number)
    assert deciding.raw(office.desk(), stored) == data
    assert office.store.contents.is_new()
    assert office.store.contents.size(stored.sha256) == office.store.contents.total() == len(data)

    def change(content: bytes) -> None:
        office.store.engine.write(lambda: office.store.mails.keep(done.number, content))

    change(b"changed")
    with pytest.raises(CareError, match="has changed"):
        deciding.raw(office.desk(), stored)
    assert "The content of mail 1 has changed." in check(office.desk()).problems
    assert office.mail(data).state == "known"  # and brings them again
    assert deciding.raw(office.desk(), stored) == data


def test_the_bytes_of_a_long_mail_are_kept_as_they_came_for_the_owner_alone(office: Office) -> None:
    data = mail(b"caf\xe9\r\n" + LONG)
    done = office.mail(data)
    stored = deciding.find(office.desk(), done.number)
    assert deciding.raw(office.desk(), stored) == data
    path = Path(office.store.contents.path(stored.sha256))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(office.store.contents.folder).st_mode) == 0o700
    path.write_bytes(b"changed")
    with pytest.raises(CareError, match="has changed"):
        deciding.raw(office.desk(), stored)
    assert "The content of mail 1 has changed." in check(office.desk()).problems
    path.write_bytes(data)


def test_tidying_up_removes_no_mail(office: Office) -> None:
    short, long = mail(), mail(LONG, Message_ID="<2@home.example>")
    done = [office.mail(data) for data in (short, long)]
    stored = [deciding.find(office.desk(), one.number) for one in done]
    os.utime(office.store.contents.path(stored[1].sha256), (0, 0))
    tidy(office.desk())
    assert [deciding.raw(office.desk(), one) for one in stored] == [short, long]


def test_a_held_mail_is_taken_or_dropped_by_a_person_and_the_journal_says_so(office: Office) -> None:
    one, two = office.mail(mail("a", X_Spam_Flag="YES")), office.mail(mail("b", X_Spam_Flag="YES"))
    taken = deciding.take(office.desk("Ben"), one.number)
    assert (taken.state, office.case(taken.case or 0).description) == ("taken", "a")
    assert taken.why == (
        "It names no case that is known here, so it opened a new one. It had been held; Ben took it, and so allowed"
        " mail from anna@home.example."
    )
    deciding.drop(office.desk("Ben"), two.number, "advertising")
    with pytest.raises(Refused, match="dropped already"):
        deciding.drop(office.desk(), two.number, "again")
    into = deciding.take(office.desk(), two.number, taken.case)
    assert (into.case, office.kinds(taken.case or 0)) == (taken.case, ["opened", "touched"])
    with pytest.raises(Refused, match="already"):
        deciding.take(office.desk(), two.number)
    kinds = [row[0] for row in office.store.engine.fetch_all("select kind from journal where kind like 'mail%'")]
    assert kinds == ["mail taken", "mail dropped", "mail taken"]


@pytest.mark.parametrize(
    ("subject", "waits"),
    [("Re: Your order", False), ("", False), ("Thank you!", False), ("Please call me back", True), ("Order 7", True)],
)
def test_nobody_waits_on_bare_thanks_that_open_a_case_unless_the_subject_asks(
    office: Office, subject: str, waits: bool
) -> None:
    case = office.mail(mail("Thank you very much!\n\nAnna", subject=subject)).case or 0
    assert (office.case(case).unanswered_since is not None, office.case(case).contact_at is not None) == (waits, waits)
    if not waits:
        assert "(email, thanks)" in office.history(case)[0].sentence(Narrator(office.store.people.roster(), str))
        execution.execute(office.desk(), "reclassify", Reclassify(message=1, sort="message"), [case])
        assert office.case(case).unanswered_since is not None, "it was more than that after all"


def test_nobody_waits_on_an_automatic_reply_that_somebody_takes(office: Office) -> None:
    away = mail("I am away until Monday.", subject="Out of office", Auto_Submitted="auto-replied")
    case = deciding.take(office.desk("Ben"), office.mail(away).number).case or 0

    def sentences(number: int) -> list[str]:
        return [line.sentence for line in public_history(office.case(number), office.history(number)).lines]

    assert (office.case(case).unanswered_since, office.case(case).contact_at, sentences(case)) == (
        None,
        None,
        ["begun"],
    )
    assert office.history(case)[0].sentence(Narrator(office.store.people.roster(), str)) == (
        "a mail from anna@home.example, which Ben took, opened it (email, an automatic reply), owned by duty:"
        " Out of office"
    )
    execution.execute(office.desk(), "reclassify", Reclassify(message=1, sort="message"), [case])
    assert office.case(case).unanswered_since is not None, "it was none after all"
    assert sentences(case) == ["in_email"]
    execution.execute(office.desk(), "reclassify", Reclassify(message=1, sort="auto"), [case])
    other = office.mail(mail("It leaks.", subject="Kettle")).case or 0
    moves = what_moves(office.case(case), office.case(other))
    assert moves == f"Case {case} ends, and case {other} continues."
    assert sentences(case) == ["begun"]


def test_the_history_of_a_case_says_who_took_a_mail_that_was_held(office: Office) -> None:
    case = office.mail(mail("It leaks.")).case or 0
    deciding.take(office.desk("Ben"), office.mail(mail("Buy this.", X_Spam_Flag="YES")).number, case)
    narrator = Narrator(office.store.people.roster(), str)
    opened, logged = (event.sentence(narrator) for event in office.history(case))
    assert opened == "a mail from anna@home.example opened it (email), owned by duty: Kettle"
    assert logged == "anna@home.example wrote by mail, which Ben took: Buy this."


def test_a_mail_without_a_sender_cannot_be_taken_and_an_unknown_one_is_told(office: Office) -> None:
    done = office.mail(mail(sender=""))
    with pytest.raises(Refused, match="does not say who sent it"):
        deciding.take(office.desk(), done.number)
    with pytest.raises(WrongUse, match="no mail 99"):
        deciding.take(office.desk(), 99)


def test_a_supplier_who_answers_writes_into_the_case_and_is_not_quoted_to_the_customer(office: Office) -> None:
    case = office.mail(mail(Message_ID="<1@home.example>")).case or 0
    office.mail(mail("We have none left.", "x@parts.example", In_Reply_To="<1@home.example>"))
    (*_, said) = office.history(case)
    assert said.fact.contact is not None
    assert "We have none left." in said.fact.contact.text
    assert "none left" not in str(public_history(office.case(case), office.history(case)))


def test_a_mail_that_arrives_late_is_written_after_what_happened(office: Office) -> None:
    case = office.mail(mail(Message_ID="<1@home.example>")).case or 0
    office.later(5)
    execution.execute(office.desk(), "note", Note(text="seen"), [case])
    late = read_mail(mail("late", In_Reply_To="<1@home.example>"))
    digest, _ = office.store.contents.put(io.BytesIO(b"late"), 99)
    receive(office.desk(), [Arrival(sha256=digest, mail=late, at=office.now - 3_600_000)])
    times = [event.at for event in office.history(case)]
    assert times == sorted(times)


def test_an_imported_case_with_a_mail_is_worked_on(office: Office) -> None:
    batch = office.bring(line("A", 1, owner="Ben", status="open", subject="Kettle")).batch or 0
    tag = deciding.tag(office.desk(), office.known_as("A").number)
    office.mail(mail("It leaks", subject=f"Re: {tag}"))
    assert rollback.roll_back(office.desk(), batch).kept == (office.known_as("A").number,)


def test_an_import_that_a_mail_only_looks_like_can_be_taken_back(office: Office) -> None:
    batch = office.bring(line("A", 1, owner="Ben", status="open", subject="Kettle")).batch or 0
    number = office.known_as("A").number
    done = office.mail(mail("It leaks", subject=f"[#{number}]"))
    assert done.looks_like == number
    assert rollback.roll_back(office.desk(), batch).removed == 1
    assert deciding.find(office.desk(), done.number).looks_like is None


def test_what_the_sweep_did_has_no_mails(office: Office) -> None:
    office.mail(mail())
    assert done_since(office.desk(), 0) == []
    assert set(SWEPT) == {kind for kind, fact in KINDS.items() if fact.written_by is Writer.SWEEP}


@pytest.mark.parametrize(
    ("answer", "words", "kinds"),
    [
        ("yes", "Great service", ["rated", "touched"]),
        ("no", "", ["rated"]),
        ("perhaps", "So so", ["touched"]),
    ],
)
def test_a_mail_can_say_whether_we_did_what_we_promised(
    office: Office, answer: str, words: str, kinds: list[str]
) -> None:
    case = office.mail(mail(Message_ID="<1@home.example>")).case or 0
    tag = deciding.tag(office.desk(), case)
    done = office.mail(mail(words, subject=f"Re: {tag[:-1]} {answer}]", In_Reply_To="<1@home.example>"))
    assert (done.case, office.kinds(case)[1:]) == (case, kinds)
    rating = office.case(case).rating
    assert (rating.answer if rating else "perhaps") == answer


def test_the_tag_of_a_case_stays_the_same(office: Office) -> None:
    case = execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Anna").opened or 0
    assert deciding.tag(office.desk(), case) == deciding.tag(office.desk("Ben"), case)
    with pytest.raises(WrongUse, match="no case 77"):
        deciding.tag(office.desk(), 77)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("days", [0.1, 0.9, 3])
def test_of_mails_received_together_becomes_what_becomes_of_them_one_by_one(
    tmp_path: Path, seed: int, days: float
) -> None:
    dice = Random(seed)
    long = "Thank you for your mail, which we will answer as soon as we can."
    some = []
    for n in range(120):
        sender = f"{dice.choice(['many', 'many', 'one', 'two', 'three'])}@{dice.choice(['home', 'else'])}.example"
        text = dice.choice([long, f"short {n}", f"It leaks, and it is number {n} of those that do. {long}"])
        read = read_mail(mail(text, sender, Message_ID=f"<{dice.randrange(110)}@x>"))
        ago = round(dice.random() * dice.choice([0.08, days]) * 24 * 3_600_000)
        some.append((str(n), read, ago))
    some += dice.sample(some, 5)  # these are the same mails again
    fates = []
    for name, size in (("single", 1), ("pieces", 7), ("together", len(some))):
        (folder := tmp_path / name).mkdir()
        shop = Office(folder)
        arrivals = [Arrival(sha256=digest, mail=read, at=shop.now - ago) for digest, read, ago in some]
        pieces = [arrivals[at : at + size] for at in range(0, len(arrivals), size)]
        done = [one for piece in pieces for one in receive(shop.desk(), piece)]
        fates.append([(one.state, one.number, one.reason, one.why, one.case, one.opened) for one in done])
        shop.close()
    assert fates[0] == fates[1] == fates[2]
    assert {state for state, *_ in fates[0]} == {"taken", "held", "known"}
