"""Replies by mail: they wait, are sent once, and answer the customer when they were sent, and not before."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from careconsole.desk.cases import execution, replies, undo_redo
from careconsole.desk.console import drafts
from careconsole.desk.mail import deciding, sending
from careconsole.desk.mail.sending import OpenFile
from careconsole.desk.mail.server_login import ServerLogin
from careconsole.desk.notices import addresses
from careconsole.desk.queries import shown_case
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.case.unsent_replies import ReplyFailed
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.mail.message_ids import case_of_own_id
from careconsole.domain.mail.outgoing import RETRIES, Outcome, OutgoingMail
from careconsole.domain.reply_states import LATER, REFUSED, SENT, STOPPED, UNCERTAIN, WAITING
from careconsole.present.case_sheet import history_lines
from tests.desk.office import HOUR, Office
from tests.intake.mails import mail

pytestmark = pytest.mark.usefixtures("undo_is_foretold")

MINUTE = HOUR // 60


class Server:
    """A mail server that takes everything, unless an answer is set."""

    def __init__(self) -> None:
        self.got: list[OutgoingMail] = []
        self.answers: list[Outcome] = []

    def send(self, login: ServerLogin, mail: OutgoingMail, files: OpenFile) -> Outcome:
        answer = self.answers.pop(0) if self.answers else Outcome(state=SENT, said="250 OK")
        if answer.state in (SENT, UNCERTAIN):
            self.got.append(mail)
        return answer


@pytest.fixture
def office(office: Office) -> Iterator[Office]:
    office.box()
    yield office
    assert office.sound()


@pytest.fixture
def server() -> Server:
    return Server()


def arrived(office: Office, text: str = "It leaks.", **headers: str) -> int:
    headers = {"Message_ID": "<1@home.example>", **headers}
    case = office.mail(mail(text, **headers)).case
    assert case is not None
    if office.case(case).owner is None:
        execution.execute(office.desk("Ben"), "take", Take(), [case])
    return case


def reply(office: Office, case: int, text: str = "A new lid is on its way.", by: str = "Ben", **more: object) -> None:
    execution.execute(office.desk(by), "reply", Reply(text=text, **more), [case])  # type: ignore[arg-type]


def send(office: Office, server: Server, wait: int = UNDO_TIME) -> sending.Done:
    office.now += wait
    return sending.send_due(office.desk(), server.send)


def test_with_a_reply_that_ends_the_case_nobody_is_asked_for_its_next_step(office: Office) -> None:
    case = arrived(office)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="We look at it."), [case])
    more = Reply(text="Here it is.", then="resolve", said="lid sent")
    assert execution.execute(office.desk("Ben"), "reply", more, [case]).idle == ()
    undo_redo.undo(office.desk("Ben"))
    assert execution.execute(office.desk("Ben"), "reply", Reply(text="Here it is."), [case]).idle == (case,)


def test_a_reply_waits_and_answers_the_customer_when_it_was_sent(office: Office, server: Server) -> None:
    case = arrived(office)
    waiting = office.case(case).waiting_since
    reply(office, case)
    assert send(office, server, wait=UNDO_TIME - 1) == sending.Done()
    assert office.case(case).waiting_since == waiting
    assert send(office, server, wait=1) == sending.Done(sent=1)
    assert (office.case(case).waiting_since, office.case(case).replies) == (None, ())
    assert office.kinds(case)[-2:] == ["reply written", "reply sent"]
    (sent,) = server.got
    tag = deciding.tag(office.desk(), case)
    assert (sent.to, sent.subject, sent.in_reply_to) == (("anna@home.example",), f"Re: Kettle {tag}", "1@home.example")
    assert sent.body.startswith("A new lid is on its way.\n\n-- \nThe shop\n\nAnna Rossi wrote on ")
    assert sent.body.endswith(":\n> It leaks.\n")
    key = office.store.people.setting("answer tags") or ""
    assert case_of_own_id(key, sent.message_id) == case
    assert send(office, server) == sending.Done()


def test_an_answer_whose_ids_are_lost_finds_its_case_by_the_tag_which_a_thread_has_once(
    office: Office, server: Server
) -> None:
    case = arrived(office)
    for number in range(2, 5):
        reply(office, case)
        send(office, server)
        subject = server.got[-1].subject
        assert subject == f"Re: Kettle {deciding.tag(office.desk(), case)}"
        back = office.mail(mail("It still leaks.", subject=f"AW: {subject}", Message_ID=f"<{number}@home.example>"))
        assert (back.case, back.reason) == (case, "tag")
    reply(office, case, subject="Your order")
    send(office, server)
    assert server.got[-1].subject == f"Your order {deciding.tag(office.desk(), case)}"


def test_what_follows_happens_when_it_was_sent(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case, then="resolve")
    assert office.case(case).is_open
    send(office, server)
    assert (office.case(case).status, office.case(case).resolution) == ("resolved", "A new lid is on its way.")


def test_a_reply_that_resolves_an_escalated_case_brings_its_review(office: Office, server: Server) -> None:
    case = arrived(office)
    desk = office.desk("Ben")
    execution.execute(desk, "escalate", Escalate(reason="exception", need="a refund", cause="refund limit"), [case])
    with pytest.raises(Refused, match="has not been reviewed"):
        reply(office, case, then="resolve")
    what = {
        "change": "refund up to 200",
        "owner": office.ids["Ben"],
        "due": office.now + 24 * HOUR,
        "without_help": True,
    }
    reply(office, case, then="resolve", **what)
    send(office, server)
    after = office.case(case)
    assert (after.status, after.review_owed) == ("resolved", False)
    (review,) = after.reviews
    assert (review.cause, review.change, review.owner) == ("refund limit", "refund up to 200", office.ids["Ben"])


def test_what_can_no_longer_follow_is_said_and_the_mail_is_sent_all_the_same(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case, then="promise", due=office.now + HOUR, said="A call.", at=office.now + MINUTE)
    office.later(2)
    send(office, server)
    fact = office.history(case)[-1].fact
    assert isinstance(fact, ReplyFailed)
    assert (fact.state, office.kinds(case)[-2]) == (SENT, "reply sent")
    assert "promised time" in fact.said
    assert len(server.got) == 1


def test_a_reply_is_taken_back_into_the_draft_and_never_sent(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case, then="resolve")
    undo_redo.undo(office.desk("Ben"))
    draft = drafts.find(office.desk("Ben"), case, "reply")
    assert draft is not None
    assert (draft.fields["text"], draft.fields["to"], draft.fields["then"]) == (
        "A new lid is on its way.",
        "anna@home.example",
        "resolve",
    )
    assert send(office, server, wait=HOUR) == sending.Done()
    assert server.got == []
    undo_redo.redo(office.desk("Ben"))
    assert drafts.find(office.desk("Ben"), case, "reply") is None
    assert send(office, server) == sending.Done(sent=1)


@pytest.mark.parametrize("how", ["taken back", "stopped"])
def test_the_draft_keeps_the_files_of_a_reply_that_is_not_sent(
    office: Office, server: Server, tmp_path: Path, how: str
) -> None:
    lid, plan = tmp_path / "the lid's.pdf", tmp_path / "plan.txt"
    lid.write_bytes(b"%PDF lid")
    plan.write_bytes(b"first")
    case = arrived(office)
    reply(office, case, files=(str(lid), str(plan)), at=office.now + HOUR)
    plan.write_bytes(b"changed since")
    lid.unlink()
    if how == "taken back":
        undo_redo.undo(office.desk("Ben"))
    else:
        office.mail(mail("Never mind.", Message_ID="<2@home.example>", In_Reply_To="<1@home.example>"))
        send(office, server, wait=HOUR)
    draft = drafts.find(office.desk("Ben"), case, "reply")
    assert draft is not None
    kept = tuple(shlex.split(draft.fields["files"]))
    assert [name.partition("#")[0] for name in kept] == ["the lid's.pdf", "plan.txt"]
    assert draft.fields["at"]
    reply(office, case, files=kept)
    send(office, server)
    [sent] = server.got
    assert [file.name for file in sent.files] == ["the lid's.pdf", "plan.txt"]
    for file, content in zip(sent.files, (b"%PDF lid", b"first"), strict=True):
        with office.store.contents.read(file.digest) as kept_content:
            assert kept_content.read() == content
    assert [file.name for file in office.case(case).files] == ["the lid's.pdf", "plan.txt"]


def test_a_kept_file_is_one_of_the_same_case_and_is_there(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lid = tmp_path / "lid.pdf"
    lid.write_bytes(b"%PDF lid")
    case = arrived(office)
    other = office.mail(mail("Hi", "zoe@home.example", "Lid", Message_ID="<9@home.example>")).case
    assert other is not None
    reply(office, case, files=(str(lid),))
    undo_redo.undo(office.desk("Ben"))
    draft = drafts.find(office.desk("Ben"), case, "reply")
    assert draft is not None
    with pytest.raises(WrongUse, match="There is no file"):
        reply(office, other, files=(draft.fields["files"],))
    [content] = [
        path for path in Path(f"{office.path}.files").rglob("*") if path.is_file() and b"lid" in path.read_bytes()
    ]
    content.unlink()
    with pytest.raises(WrongUse, match="There is no file"):
        reply(office, case, files=(draft.fields["files"],))


def test_what_was_sent_cannot_be_taken_back(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    send(office, server)
    with pytest.raises(Refused, match="was sent"):
        undo_redo.undo(office.desk("Ben"))


@pytest.mark.parametrize("who", ["customer", "colleague"])
def test_it_is_stopped_when_somebody_wrote_meanwhile(office: Office, server: Server, who: str) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "json://hooks.shop.example")
    case = arrived(office)
    reply(office, case)
    if who == "customer":
        office.mail(mail("Never mind.", In_Reply_To="<1@home.example>", Message_ID="<2@home.example>"))
    else:
        execution.execute(office.desk("Cleo"), "log", LogMessage(text="I called.", channel="phone"), [case])
    assert office.kinds(case)[-1] == "reply stopped"  # at once: nothing shows that it will be sent
    (one,) = sending.listed(office.desk(), (STOPPED,))
    assert one.said == f"{'The customer wrote' if who == 'customer' else 'Cleo spoke with the customer'} meanwhile."
    assert (send(office, server), server.got) == (sending.Done(), [])
    assert drafts.find(office.desk("Ben"), case, "reply") is not None
    assert office.store.engine.fetch_one("select count(*) from notices where kind = 'reply stopped'") == (1,)


def test_one_that_is_to_be_tried_again_is_a_draft_once_the_customer_wrote(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    server.answers = [Outcome(state=LATER, said="It cannot be reached.")]
    assert send(office, server).later == 1
    office.mail(mail("Never mind.", In_Reply_To="<1@home.example>", Message_ID="<2@home.example>"))
    assert [one.state for one in sending.listed(office.desk(), (LATER, STOPPED))] == [STOPPED]
    assert drafts.find(office.desk("Ben"), case, "reply") is not None
    assert office.case(case).replies == ()


def test_who_wrote_meanwhile_is_told_whose_mail_is_a_draft_again(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    log = LogMessage(text="I called.", channel="phone")
    outcome = execution.execute(office.desk("Cleo"), "log", log, [case])
    assert outcome.notices == (
        f"The mail of Ben that waited on case {case} is not sent: Cleo spoke with the customer meanwhile."
        " It is a draft again.",
    )


def test_who_puts_back_a_mail_hears_that_it_is_not_sent_after_all(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    undo_redo.undo(office.desk("Ben"))
    outcome = undo_redo.redo(office.desk("Ben"))
    assert outcome.notices == ()
    assert [one.state for one in sending.listed(office.desk(), (WAITING, STOPPED))] == [WAITING]
    sending.stop(office.desk("Ana"), 1)
    undo_redo.undo(office.desk("Ben"))
    (notice,) = undo_redo.redo(office.desk("Ben")).notices
    assert notice == f"The mail of Ben that waited on case {case} is not sent: Ana decided so. It is a draft again."
    assert [one.state for one in sending.listed(office.desk(), (WAITING, STOPPED))] == [STOPPED]
    assert drafts.find(office.desk("Ben"), case, "reply") is not None


def test_who_stops_a_mail_hears_it_once_and_its_writer_hears_who_did(office: Office) -> None:
    case = arrived(office)
    for who, told in (("Ben", 0), ("Ana", 1)):
        addresses.save_address(office.desk("Ben"), "Ben", "json://hooks.shop.example")
        reply(office, case)
        one = sending.listed(office.desk(), (WAITING,))[0]
        sending.stop(office.desk(who), one.number)
        assert office.store.engine.fetch_one("select count(*) from notices where kind = 'reply stopped'") == (told,)


def test_a_reply_says_beforehand_which_mails_wait(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    assert replies.beginning(office.desk("Ben"), case).warnings[0].startswith("Your mail to ")
    (words,) = replies.beginning(office.desk("Cleo"), case).warnings
    assert re.fullmatch(r"A mail of Ben to \S+ goes at [\w: ]+; this one would be another\.", words)


def test_a_reply_says_beforehand_which_mails_failed_and_counts_those_alike(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    office.now += UNDO_TIME
    outcomes = iter((Outcome(state=LATER, said="451 try later."), Outcome(state=UNCERTAIN, said="no answer")))
    sending.send_due(office.desk(), lambda login, mail, files: next(outcomes))
    (words,) = replies.beginning(office.desk("Cleo"), case).warnings
    told = r"A mail of Ben to \S+ could not be sent yet \(451 try later\) and is tried again at [\w: ]+; this one"
    assert re.fullmatch(told + r" would be another\.", words)
    office.later(24)
    sending.send_due(office.desk(), lambda login, mail, files: next(outcomes))
    (words,) = replies.beginning(office.desk("Cleo"), case).warnings
    assert re.search(r"A mail of Ben to \S+ may or may not have been sent \(no answer\); this one", words)
    at = office.now + HOUR
    for text in ("One.", "Two."):
        reply(office, case, text=text, at=at)
    uncertain, alike = replies.beginning(office.desk("Ben"), case).warnings
    assert uncertain.startswith("Your mail to ")
    assert re.fullmatch(r"2 mails of yours to \S+ go at [\w: ]+; this one would be another\.", alike)
    assert re.match("2 mails of Ben to ", replies.beginning(office.desk("Cleo"), case).warnings[1])


def test_of_two_that_wait_the_second_is_sent_as_well_since_its_writer_was_told_of_the_first(
    office: Office, server: Server
) -> None:
    case = arrived(office)
    reply(office, case)
    seen = office.case(case).version
    told = execution.execute(office.desk("Cleo"), "reply", Reply(text="A lid comes."), [case]).notices
    assert len(told) == 1
    assert re.fullmatch(r"A mail of Ben to anna@home\.example goes at [\w: ]+; this one is another\.", told[0])
    with pytest.raises(Conflict, match="Cleo wrote a mail"):
        execution.execute(office.desk("Dora"), "reply", Reply(text="It is sent."), [case], seen=seen)
    now = office.case(case).version
    done = execution.execute(office.desk("Dora"), "reply", Reply(text="It is sent."), [case], seen=now)
    assert done.notices == (), "who saw the case as it is knows of them"
    assert send(office, server).sent == 3
    assert [mail.body.partition("\n")[0] for mail in server.got] == [
        "A new lid is on its way.",
        "A lid comes.",
        "It is sent.",
    ]


def test_one_that_waits_is_stopped_when_a_colleague_writes_another_that_goes_first(
    office: Office, server: Server
) -> None:
    case = arrived(office)
    reply(office, case, at=office.now + HOUR)
    reply(office, case, by="Cleo", text="A lid comes.")
    assert send(office, server).sent == 1
    (one,) = sending.listed(office.desk(), (WAITING, STOPPED))
    assert (one.state, one.said) == (STOPPED, "Cleo wrote to the customer meanwhile.")


def test_an_automatic_reply_and_the_writers_own_call_do_not_stop_it(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    office.mail(mail("Away.", In_Reply_To="<1@home.example>", Auto_Submitted="auto-replied"))
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I called.", channel="phone"), [case])
    assert send(office, server).sent == 1


def test_a_server_that_asks_to_wait_is_asked_again_and_in_the_end_it_is_refused(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    server.answers = [Outcome(state=LATER, said="451 greylisted")] * 6
    assert send(office, server).later == 1
    assert send(office, server, wait=RETRIES[0] - 1) == sending.Done()
    for wait in (1, *RETRIES[1:-1]):
        assert send(office, server, wait=wait).later == 1
    assert send(office, server, wait=RETRIES[-1]).refused == 1
    fact = office.history(case)[-1].fact
    assert isinstance(fact, ReplyFailed)
    assert fact.said == "Given up after 6 tries: 451 greylisted"
    assert office.case(case).waiting_since is not None


def test_a_refused_mail_waits_for_a_person(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    server.answers = [Outcome(state=REFUSED, said="550 no such user")]
    assert send(office, server).refused == 1
    assert sending.stuck(office.desk()) == 1
    (one,) = sending.listed(office.desk(), (REFUSED,))
    sending.send_again(office.desk("Ben"), one.number)
    assert send(office, server, wait=0).sent == 1
    assert sending.stuck(office.desk()) == 0


@pytest.mark.parametrize("decided", ["sent", "again", "stop"])
def test_an_uncertain_mail_is_never_sent_again_by_itself(office: Office, server: Server, decided: str) -> None:
    case = arrived(office)
    reply(office, case)
    server.answers = [Outcome(state=UNCERTAIN, said="The connection was lost.")]
    assert send(office, server).uncertain == 1
    assert send(office, server, wait=48 * HOUR) == sending.Done()
    assert (len(server.got), office.case(case).waiting_since is None) == (1, False)
    with pytest.raises(Refused, match="may have been sent"):
        undo_redo.undo(office.desk("Ben"))
    (one,) = sending.listed(office.desk(), (UNCERTAIN,))
    if decided == "sent":
        sending.say_sent(office.desk(), one.number)
        assert (len(server.got), office.case(case).waiting_since) == (1, None)
    elif decided == "again":
        sending.send_again(office.desk(), one.number)
        send(office, server, wait=0)
        assert server.got[0].message_id == server.got[1].message_id
        assert office.case(case).waiting_since is None
    else:
        sending.stop(office.desk(), one.number)
        assert drafts.find(office.desk("Ben"), case, "reply") is not None
    assert sending.stuck(office.desk()) == 0


def test_a_process_that_died_while_sending_leaves_an_uncertain_mail(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    office.now += UNDO_TIME
    claimed, _ = sending.claim(office.desk())
    assert claimed is not None
    assert send(office, server, wait=sending.CLAIM - 1) == sending.Done()
    assert send(office, server, wait=1).uncertain == 1
    assert server.got == []
    # It was only slow, and says so now: that is the truth, and nobody has to decide.
    assert sending.record(office.desk(), claimed, Outcome(state=SENT, said="250 OK")).state == SENT
    assert office.case(case).waiting_since is None


def test_two_that_send_at_once_send_each_mail_once(office: Office, server: Server) -> None:
    cases = [
        arrived(office, f"Kettle {number} leaks.", Message_ID=f"<{number}@home.example>", subject=f"Kettle {number}")
        for number in range(6)
    ]
    for case in cases:
        reply(office, case)
    office.now += UNDO_TIME
    barrier, done = Barrier(2), list[sending.Done]()

    def run() -> None:
        from contextlib import closing

        from careconsole.desk import Desk
        from careconsole.store import open_store

        with closing(open_store(office.path)) as store:
            desk = Desk(store, lambda: office.now)
            barrier.wait()
            done.append(sending.send_due(desk, server.send))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.sent for one in done) == 6
    assert len({one.message_id for one in server.got}) == len(server.got) == 6


def test_everybody_on_the_mail_gets_a_copy_and_our_own_addresses_do_not(office: Office, server: Server) -> None:
    case = arrived(
        office, To="support@shop.example, bob@home.example", Cc="Support@shop.example", Reply_To="anna@work.example"
    )
    reply(office, case)
    send(office, server)
    assert (server.got[0].to, server.got[0].cc) == (("anna@work.example",), ("bob@home.example",))


@pytest.mark.parametrize(
    "wrong", ["anna", "a@b\nBcc: x@y.example", "a b@home.example", "<a@home.example", "ä@home.example"]
)
def test_what_is_no_address_is_refused(office: Office, wrong: str) -> None:
    case = arrived(office)
    with pytest.raises(WrongUse, match="no mail address"):
        reply(office, case, to=wrong)


def test_a_variable_that_is_not_filled_in_blocks(office: Office) -> None:
    case = arrived(office)
    with pytest.raises(Refused, match=r"not filled in: \{customer\}"):
        reply(office, case, text="Dear {customer}, it is {in the post}.")


def test_a_message_that_is_only_recorded_reads_differently_from_a_mail_that_was_sent(
    office: Office, server: Server
) -> None:
    case = arrived(office)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I wrote to her from my own mail."), [case])
    assert told(office, case).startswith("Ben recorded a message to the customer (email): ")
    reply(office, case)
    send(office, server)
    assert told(office, case).startswith("Ben sent the mail of entry ")
    execution.execute(office.desk("Ben"), "log", LogMessage(text="She is happy.", channel="phone"), [case])
    assert told(office, case) == "Ben spoke with the customer (phone): She is happy."


def test_a_mail_that_was_sent_while_its_case_was_merged_reads_as_sent_where_it_goes_on(office: Office) -> None:
    case, winner = arrived(office), arrived(office, Message_ID="<2@home.example>", sender="bob@home.example")
    reply(office, case)
    office.now += UNDO_TIME
    claimed, _ = sending.claim(office.desk())
    assert claimed is not None
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner, confirm=True), [case])
    sending.record(office.desk(), claimed, Outcome(state=SENT, said="250 OK"))
    assert told(office, winner) == f"Ben sent the mail of case {case} to the customer (email): A new lid is on its way."


def told(office: Office, case: int) -> str:
    """The last entry of the history of a case, as people read it."""
    return history_lines(shown_case.show(office.desk(), case, follow=False))[-1].told
