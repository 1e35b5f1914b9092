"""The failures that users of other help desks reported about mail, each as a rule here. What comes in is tested.

Those in `OF_FETCHING` are tested in `tests/intake/test_fetching.py` and `tests/desk/test_box_clock.py`; those in
`OF_SENDING` in `tests/desk/test_sending_failures.py`, by their number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.mail import deciding, settings
from careconsole.desk.notices import addresses
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused, WrongUse
from tests.desk import test_sending_failures
from tests.desk.office import Office
from tests.intake.mails import ANNA, mail, multipart, read

OF_FETCHING = {
    14: "sequence numbers while mails are deleted on the server",
    17: "UIDVALIDITY",
    18: "IDLE that dies silently",
    19: "a box that is no longer read",
}
"""The failures about fetching, by their number in the list of 41."""
OF_SENDING = {
    7: "answering with another desk's tag in the subject",
    29: "a mail that is too large to be sent",
    31: "quoting the last message in an answer",
    35: "whom an answer goes to",
    37: "a mail that was sent twice after a time-out",
    38: "taking back a mail before it is sent",
    41: "a template with an empty variable",
}
"""Those about mail that leaves."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


Rule = Callable[[Office], None]
RULES: list[tuple[int, Rule]] = []
"""Each with the number of its failure; one failure can have several rules."""


def rule(*numbers: int) -> Callable[[Rule], Rule]:
    def register(one: Rule) -> Rule:
        RULES.extend((number, one) for number in numbers)
        return one

    return register


def taken(office: Office, data: bytes) -> int:
    done = office.mail(data)
    assert (done.state, done.case is not None) == ("taken", True), done
    assert done.case is not None
    return done.case


def held(office: Office, data: bytes) -> str:
    done = office.mail(data)
    assert (done.state, done.case) == ("held", None), done
    return done.reason


def text_of(office: Office, case: int) -> str:
    fact = office.history(case)[-1].fact
    return str(getattr(fact, "text", "") or getattr(fact, "description", ""))


def told(office: Office, case: int) -> str:
    """The history of a case in sentences."""
    narrator = Narrator(office.store.people.roster(), str, {})
    return " ".join(event.sentence(narrator) for event in office.history(case))


@rule(1)
def empty_ids_match_nothing(office: Office) -> None:
    for sender in ("a@home.example", "b@home.example"):
        for empty in ("<>", "<@>", ""):
            taken(office, mail(f"{sender}{empty}", sender, Message_ID=empty, In_Reply_To=empty, References="<> <@>"))
    assert len(office.store.cases.states("1 = 1", {})) == 6


@rule(2, 3)
def numbers_prove_nothing(office: Office) -> None:
    case = taken(office, mail())
    other = taken(office, mail("x", "x@else.example", f"Re: [#{case}] mine", In_Reply_To="<careconsole.1.1.00@x>"))
    forged = taken(office, mail("y", "x@else.example", f"[{case}-AAAA]", Message_ID="<3@else.example>"))
    assert len({case, other, forged}) == 3
    assert deciding.listed(office.desk(), ("taken",), 9)[0].looks_like == case


@rule(4)
def a_tag_or_number_anywhere_in_the_subject_counts(office: Office) -> None:
    case = taken(office, mail())
    tag = deciding.tag(office.desk(), case)
    assert taken(office, mail("a", "x@else.example", f"the kettle {tag}, again")) == case
    assert taken(office, mail("b", ANNA, f"my words first [#{case}] and more")) == case


@rule(5)
def an_automatic_reply_joins_its_case_and_starts_no_clock(office: Office) -> None:
    case = taken(office, mail(Message_ID="<1@home.example>"))
    execution.execute(office.desk(), "log", LogMessage(text="we look into it"), [case])
    answer = mail(
        "We got your mail.", "desk@else.example", Auto_Submitted="auto-replied", In_Reply_To="<1@home.example>"
    )
    assert taken(office, answer) == case
    assert office.case(case).waiting_since is None


@rule(6, 8)
def references_always_count_and_a_colleague_in_copy_answers_into_the_same_case(office: Office) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "ben@shop.example")
    case = taken(office, mail(Message_ID="<1@home.example>", Cc="ben@shop.example"))
    assert taken(office, mail("More", "x@else.example", "other subject", References="<0@q> <1@home.example>")) == case
    waits = office.case(case).waiting_since
    assert taken(office, mail("Done", "ben@shop.example", "Re: Kettle", In_Reply_To="<1@home.example>")) == case
    assert office.kinds(case)[-1] == "noted"
    assert office.case(case).waiting_since == waits  # an address proves nothing, so it answers no customer


@rule(9)
def jiras_references_are_understood(office: Office) -> None:
    case = taken(office, mail("a", "jira@else.example", Message_ID="<JIRA.7.1000.5.6@jira>"))
    later = mail("b", "jira@else.example", Message_ID="<JIRA.7.1000.9@jira>", In_Reply_To="<JIRA.7.1000@jira>")
    assert taken(office, later) == case


@rule(10)
def a_loop_is_held(office: Office) -> None:
    assert held(office, mail("a", "support@shop.example", Delivered_To="support@shop.example")) == "loop"
    assert held(office, mail("b", X_Careconsole_Loop="Shop")) == "loop"
    round_and_round = b"Received: by a.example; Mon, 5 Jan 2026 08:00:00 +0000\n" * 60 + mail("c")
    assert held(office, round_and_round) == "loop"
    for number in range(20):
        taken(office, mail(f"mail {number}", "many@else.example"))
    assert held(office, mail("the next", "many@else.example")) == "flood"
    office.later(2)
    taken(office, mail("later", "many@else.example"))


@rule(11)
def one_text_from_many_addresses_is_held(office: Office) -> None:
    text = "Thank you for your mail, which we will answer as soon as we can."
    for number in range(2):
        taken(office, mail(text, f"reply-{number}@else.example"))
    assert held(office, mail(text, "reply-2@else.example")) == "flood"
    taken(office, mail(text, "somebody@other.example"))


@rule(12)
def the_same_mail_is_taken_once(office: Office) -> None:
    case = taken(office, mail(Message_ID="<1@home.example>"))
    again = office.mail(mail(Message_ID="<1@home.example>"))
    assert (again.state, again.case, len(office.history(case))) == ("known", case, 1)


@rule(13)
def a_mail_to_two_addresses_is_one_message_and_both_copies_are_noted(office: Office) -> None:
    one = taken(office, mail(Message_ID="<1@home.example>", Delivered_To="support@shop.example"))
    two = office.mail(mail(Message_ID="<1@home.example>", Delivered_To="sales@shop.example"))
    assert (two.state, two.case, len(office.history(one))) == ("known", one, 1)
    assert [m.content.delivered_to for m in deciding.of_case(office.desk(), one)] == [
        ("sales@shop.example",),
        ("support@shop.example",),
    ]
    reused = office.mail(mail("Something else entirely", Message_ID="<1@home.example>"))
    assert (reused.state, reused.looks_like) == ("taken", one)  # broken programs use one id for all their mails


@rule(15, 24)
def a_mail_that_cannot_be_read_is_held_and_the_next_one_goes_on(office: Office) -> None:
    assert held(office, b"\xff\xfe\x00 no mail at all") == "damaged"
    assert held(office, mail("x" * (10 * 1024 * 1024))) == "damaged"
    odd = multipart("Content-Type: ;;;=\n\nx", 'Content-Type: text/plain; charset="no such\n\nStill here')
    case = taken(office, odd)
    assert "Still here" in text_of(office, case)


@rule(16)
def a_mail_of_a_case_whose_opening_was_undone_opens_a_new_one(office: Office) -> None:
    opened = execution.open_case(office.desk(), OpenCase(subject="Kettle", channel="email"), "Anna").opened
    assert opened is not None
    tag = deciding.tag(office.desk(), opened)
    undo_redo.undo(office.desk())
    assert taken(office, mail("x", subject=f"Re: {tag}")) != opened
    dropped = office.mail(mail("buy", X_Spam_Flag="YES"))
    deciding.drop(office.desk(), dropped.number, "advertising")
    assert office.mail(mail("buy", X_Spam_Flag="YES")).state == "known"


@rule(20)
def an_invalid_charset_raises_nothing(office: Office) -> None:
    for charset in ("utf-8", "us-ascii", "iso-2022-jp", "utf-16", "no-such", "rot13", "hex", "idna", ""):
        data = mail(
            b"caf\xe9 \xff\xfe kettle", f"{charset or 'x'}@home.example", Content_Type=f"text/plain; charset={charset}"
        )
        assert "kettle" in text_of(office, taken(office, data)) or charset == "utf-16"


@rule(21)
def charsets_have_many_names(office: Office) -> None:
    said = {
        "windows-1258": "Xin chào".encode("cp1258"),
        "iso-2022-jp": "やかん".encode("iso2022_jp"),
        "ks_c_5601-1987": "주전자".encode("cp949"),
        "gb2312": "水壶".encode("gb18030"),
        "unicode-1-1-utf-7": "Hör".encode("utf-7"),
        "x-unknown": "Wasserkocher für Tee".encode(),
    }
    words = [read(mail(data, Content_Type=f"text/plain; charset={name}")).text for name, data in said.items()]
    assert words == ["Xin chào", "やかん", "주전자", "水壶", "Hör", "Wasserkocher für Tee"]


@rule(22)
def a_file_name_is_made_safe_and_the_file_stays(office: Office) -> None:
    names = (
        "filename*=\"us-ascii''caf%F6.pdf\"",
        "filename*=utf-8''%E2%82%AC.pdf",
        'filename="=?windows-1258?q?caf=E9.pdf?="',
        'filename="../../etc/passwd"',
        'filename="C:\\\\x\\\\y.exe"',
        'filename="a\u202egnp.exe"',
        'filename=""',
    )
    parts = [f"Content-Type: application/pdf\nContent-Disposition: attachment; {name}\n\nx" for name in names]
    files = read(multipart("Content-Type: text/plain\n\nHello", *parts)).files
    assert len(files) == len(names)
    for file in files:
        assert file.name
        assert not set("/\\\u202e\n\x00") & set(file.name)
        assert ".." not in file.name


@rule(23)
def binary_in_cc_harms_nothing(office: Office) -> None:
    case = taken(office, mail(Cc="\udcff\udcfe\x00 <x@\udcff>, ok@else.example"))
    assert "ok@else.example" in [box.address for box in deciding.of_case(office.desk(), case)[0].content.cc]


@rule(25, 26)
def every_part_is_listed(office: Office) -> None:
    picture = "Content-Type: image/png\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    letter = "Content-Type: application/pdf; name=terms.pdf\n\nx"
    found = read(
        multipart(
            "Content-Type: text/plain\n\nHello", picture, letter, "Content-Type: message/rfc822\n\nFrom: a@b.c\n\nx"
        )
    )
    assert [file.type for file in found.files] == ["image/png", "application/pdf", "message/rfc822"]
    assert found.files[0].size == 8
    case = taken(office, multipart("Content-Type: text/plain\n\nHello", picture, letter))
    assert "terms.pdf" in str(office.history(case)[0].fact)


@rule(27)
def an_invitation_says_what_and_when(office: Office) -> None:
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Repair\nDTSTART:20260105T100000Z\nEND:VEVENT\nEND:VCALENDAR"
    found = read(mail(event, Content_Type="text/calendar; method=REQUEST"))
    assert (found.text, len(found.files)) == ("Invitation: Repair, 2026-01-05 10:00 UTC", 1)


@rule(28)
def the_text_does_not_depend_on_files(office: Office) -> None:
    story = "The whole story.\n" * 2_500  # too long to be kept within the database
    case = taken(office, mail(story))
    (stored,) = deciding.of_case(office.desk(), case)
    place = Path(office.store.contents.path(stored.sha256))
    place.rename(tmp := place.with_suffix(".gone"))
    assert deciding.find(office.desk(), stored.number).content.text == story.strip()
    assert text_of(office, case) == story.strip()
    tmp.rename(place)


@rule(30)
def quotes_do_not_pile_up_and_the_whole_stays(office: Office) -> None:
    text = "Yes.\n\nOn 3 May 2026 Ben wrote:\n> Is it blue?\n>> It is broken.\n"
    case = taken(office, mail(text))
    assert text_of(office, case) == "Yes."
    assert deciding.of_case(office.desk(), case)[0].content.text == text.strip()


@rule(32)
def a_colleagues_forward_asks_who_the_customer_is(office: Office) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "ben@shop.example")
    forward = (
        "Please take care.\n\n---------- Forwarded message ---------\nFrom: Anna Rossi <anna@home.example>\n\nBroken."
    )
    case = taken(office, mail(forward, "Ben <ben@shop.example>", "Fwd: Kettle"))
    (stored,) = deciding.of_case(office.desk(), case)
    assert (office.case(case).customer, office.case(case).subject) == (None, "Kettle")
    assert deciding.suggested_customer(office.desk(), stored) == stored.content.author
    deciding.confirm(office.desk(), stored.number)
    customer = office.store.customers.get(office.case(case).customer or 0)
    assert customer is not None
    assert (customer.name, customer.email) == ("Anna Rossi", "anna@home.example")
    own = taken(office, mail(forward, "Carl <carl@home.example>", "Fwd: Kettle"))
    carl = office.store.customers.get(office.case(own).customer or 0)
    assert carl is not None
    assert carl.email == "carl@home.example"  # a customer who forwards something is the customer


@rule(33)
def a_forwarding_alias_is_not_the_customer(office: Office) -> None:
    case = taken(office, mail(Return_Path="<alias@shop.example>", Delivered_To="alias@shop.example"))
    customer = office.store.customers.get(office.case(case).customer or 0)
    assert customer is not None
    assert customer.email == "anna@home.example"
    munged = mail(
        "x", "Zoe via Users <users@lists.example>", List_Post="<mailto:users@lists.example>", Reply_To="zoe@z.example"
    )
    assert read(munged).sender is not None
    assert read(munged).sender.address == "zoe@z.example"  # type: ignore[union-attr]


@rule(34)
def reply_to_makes_nobody_a_customer(office: Office) -> None:
    case = taken(office, mail(Reply_To="noreply@unknown"))
    customer = office.store.customers.get(office.case(case).customer or 0)
    assert customer is not None
    assert customer.email == "anna@home.example"


@rule(36)
def a_forged_sender_does_nothing_by_itself(office: Office) -> None:
    case = taken(office, mail())
    settings.set_server(office.desk(), "mx.shop.example")
    forged = taken(
        office, mail("Refund me", subject=f"[#{case}]", Authentication_Results="mx.evil.example; dmarc=pass")
    )
    assert (forged == case, "(not proven)" in told(office, forged)) == (False, True)
    true = mail("Mine", subject=f"[#{case}]", Authentication_Results="mx.shop.example; dmarc=pass")
    assert taken(office, true) == case
    assert "not proven" not in told(office, case)
    name_alone = taken(office, mail("Give me a refund", "Anna Rossi <anna@evil.example>"))
    assert office.case(case).customer != office.case(name_alone).customer


@rule(39)
def a_mail_on_a_resolved_or_merged_case_finds_its_way(office: Office) -> None:
    case = taken(office, mail(Message_ID="<1@home.example>"))
    done = Resolve(said="sent a new one", answer="told")
    execution.execute(office.desk(), "resolve", done, [case])
    assert taken(office, mail("It broke again.", In_Reply_To="<1@home.example>")) == case
    assert (office.case(case).status, office.kinds(case)[-2:]) == ("open", ["reopened", "touched"])
    winner = taken(office, mail("Another", subject="Other"))
    execution.execute(office.desk(), "merge", Merge(into=winner), [case])
    assert taken(office, mail("And?", In_Reply_To="<1@home.example>")) == winner
    assert "merged" in deciding.of_case(office.desk(), winner)[0].why


@rule(39)
def a_late_mail_or_one_about_another_matter_opens_a_case_that_follows(office: Office) -> None:
    old = taken(office, mail(Message_ID="<1@home.example>"))
    ours = "Dear Anna,\nyour new kettle is on its way by post."
    execution.execute(office.desk(), "log", LogMessage(text=ours, channel="email"), [old])
    execution.execute(office.desk(), "resolve", Resolve(said="sent a new one"), [old])
    answering = {"In_Reply_To": "<1@home.example>"}
    other = office.mail(mail("My order 7 is late.", subject="Order 7", **answering))
    assert other.opened
    assert other.case not in (None, old)
    assert "another subject" in other.why
    assert office.case(other.case or 0).follows == old
    assert office.case(old).followed_by == (other.case,)
    assert office.case(old).status == "resolved"
    assert f"opened case {other.case}, which follows it" in told(office, old)
    quoting = "It came.\n\n> Dear Anna,\n> your new kettle is on its way by\n> post.\n"
    assert taken(office, mail(quoting, subject="It is here, but red", **answering)) == old
    assert office.case(old).status == "open"
    execution.execute(office.desk(), "resolve", Resolve(said="told", answer="told"), [old])
    office.later(14 * 24 + 1)
    thanks = office.mail(mail("Thank you!\n", Message_ID="<thanks@home.example>", **answering))
    assert (thanks.case, office.case(old).status) == (old, "resolved")
    late = office.mail(mail("It leaks.", subject="Re: Kettle", **answering))
    assert late.opened
    assert "more than 14 days before" in late.why
    assert office.case(late.case or 0).subject == "Kettle"
    again = office.mail(mail("And it is loud.", subject="AW: Kettle", **answering))
    assert (again.case, again.opened) == (late.case, False)
    assert f"case {late.case} follows that one" in deciding.find(office.desk(), again.number).why
    assert office.case(old).followed_by == (other.case, late.case)
    # A case that is open is never too old, and a case that a mail names in its subject is what it is about.
    office.later(30 * 24)
    assert taken(office, mail("Hello?", In_Reply_To="<none@x>", subject=f"Hello? [#{late.case}]")) == late.case


@rule(39)
def the_team_says_for_how_long_a_mail_reopens_a_case(office: Office) -> None:
    case = taken(office, mail(Message_ID="<1@home.example>"))
    execution.execute(office.desk(), "resolve", Resolve(said="sent a new one", answer="told"), [case])
    settings.set_reopening(office.desk(), 30)
    office.later(29 * 24)
    assert taken(office, mail("It broke again.", In_Reply_To="<1@home.example>")) == case
    execution.execute(office.desk(), "resolve", Resolve(said="sent a new one", answer="told"), [case])
    settings.set_reopening(office.desk(), 0)
    assert taken(office, mail("And again.", In_Reply_To="<1@home.example>")) != case
    for wrong in (-1, 3651):
        with pytest.raises(WrongUse):
            settings.set_reopening(office.desk(), wrong)
    with pytest.raises(Refused):
        settings.set_reopening(office.desk("Ben"), 3)


@rule(39)
def what_a_person_says_of_a_held_mail_counts(office: Office) -> None:
    case = taken(office, mail(Message_ID="<1@home.example>"))
    execution.execute(office.desk(), "resolve", Resolve(said="sent a new one", answer="told"), [case])
    office.later(30 * 24)
    assert held(office, mail("It broke again.", In_Reply_To="<1@home.example>", X_Spam_Flag="YES")) == "spam"
    assert deciding.take(office.desk(), 2, into=case).case == case
    assert office.case(case).status == "open"


@rule(40)
def thanks_reopen_nothing_and_header_values_are_parsed(office: Office) -> None:
    case = taken(office, mail(Message_ID="<1@home.example>"))
    execution.execute(office.desk(), "resolve", Resolve(said="sent a new one", answer="told"), [case])
    assert taken(office, mail("Thank you!\n", In_Reply_To="<1@home.example>")) == case
    assert office.case(case).status == "resolved"
    taken(office, mail("a", X_Spam_Status="No, score=1 tests=BAYES_50 yes"))
    taken(office, mail("b", X_Spam_Flag="bayes"))
    assert held(office, mail("c", X_Spam_Flag=" YES ")) == "spam"
    assert held(office, mail("d", X_Spam_Status="Yes, score=9")) == "spam"


def test_every_failure_has_its_rule_or_is_of_fetching_or_sending() -> None:
    numbers = [*{number for number, _ in RULES}, *OF_FETCHING, *OF_SENDING]
    assert sorted(numbers) == list(range(1, 42))
    named = {int(found[1]) for name in vars(test_sending_failures) if (found := re.match(r"test_(\d+)_", name))}
    assert named == set(OF_SENDING)


@pytest.mark.parametrize("one", list(dict.fromkeys(one for _, one in RULES)), ids=lambda one: one.__name__)
def test_a_failure_of_other_help_desks_does_not_happen_here(one: Rule, office: Office) -> None:
    one(office)
