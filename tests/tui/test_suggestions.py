"""A refusal says what to do instead, and that can be done: as a command in a shell, and with its key in the console."""

from __future__ import annotations

import re

import pytest

from careconsole.commands import BY_ID, OTHER_COMMANDS
from careconsole.commands.console_keys import ACTION_BY_ID
from careconsole.desk.cases import execution
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import Nudge
from careconsole.domain.case.command import Command
from careconsole.domain.case.helpers import FinishHelp
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.ownership import Reassign, Take, TakeOver
from careconsole.domain.case.parking import Park, Unpark
from careconsole.domain.case.promises import KeepPromise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError
from careconsole.domain.hints import SKIP_REFUSED, given, hint_of, suggest
from careconsole.domain.time.moments import iso
from careconsole.tui.hints import PAGES, error_text, hint_text
from tests.cli.console import Console
from tests.desk.office import Office
from tests.suggested import filled
from tests.test_hints import GIVEN, SUGGESTED
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_every_command import (
    ESCALATED,
    LATER,
    PARKED,
    PLAIN,
    RESOLVED,
    Before,
    all_of,
    bens,
    gives,
    nothing,
    offered_to_ben,
    to_duty,
)

REFUSALS: dict[str, tuple[Before, str, Command, str]] = {
    "a case of somebody else is taken": (bens, "Ana", Take(), "take-over"),
    "a case that nobody has is taken over": (to_duty, "Ana", TakeOver(reason="now"), "take"),
    "a case is offered twice": (offered_to_ben, "Ana", Offer(to=3, reason="knows it"), "withdraw"),
    "an agent reassigns": (bens, "Ben", Reassign(to=3), "offer"),
    "a resolved case is parked": (RESOLVED, "Ana", Park(on="us", until=LATER), "reopen"),
    "nobody is called who could be reminded": (nothing, "Ana", Nudge(), "escalate"),
    "a promise is kept that nobody made": (nothing, "Ana", KeepPromise(), "promise"),
    "nobody was asked to help": (nothing, "Ana", FinishHelp(), "ask"),
    "a case at work is taken up": (nothing, "Ana", Unpark(), "show"),
    "a case is taken that is one's own": (PARKED, "Ana", Take(), "show"),
}
"""What was before, who is refused what, and the command that is suggested."""
_KEY = re.compile(r"(.+) \(([^)]*)\)")


def refused(office: Office, name: str) -> CareError:
    """What is said about the command of that line of the table."""
    before, who, command, _ = REFUSALS[name]
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    before(office)
    with pytest.raises(CareError) as caught:
        execution.execute(office.desk(who), _verb(command), command, [1])
    return caught.value


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_suggested_is_done_by_the_command_line(name: str, office: Office) -> None:
    suggestion = refused(office, name).hint.suggestions[0]
    _, who, _, suggested = REFUSALS[name]
    assert suggestion.command == suggested
    done = Console(office.path, who, env={"CARECONSOLE_NOW": iso(office.now)}).call(*filled(suggestion))
    assert done.code == 0, done.err


def test_an_escalated_case_is_reviewed_as_suggested(office: Office) -> None:
    """In the console the form asks for the cause, so that nothing is refused there."""
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    all_of(ESCALATED, gives("acknowledge", Acknowledge(until=LATER), "Dora"))(office)
    with pytest.raises(CareError, match="has not been reviewed") as caught:
        execution.execute(office.desk("Ana"), "resolve", Resolve(said="sent", answer="told"), [1])
    (suggestion,) = caught.value.hint.suggestions
    assert suggestion.command == "review"
    done = Console(office.path, "Ana", env={"CARECONSOLE_NOW": iso(office.now)}).call(*filled(suggestion))
    assert done.code == 0, done.err


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_suggested_is_done_with_its_key(name: str, office: Office) -> None:
    _, who, command, suggested = REFUSALS[name]
    words = error_text(refused(office, name), [1])
    before = len(office.history(1))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        screen.app.working.verb(_verb(command))
        await screen.settle()
        if screen.app.screen is not screen.queue:  # it is refused when the form is sent
            await fill(screen, **PLAIN[_verb(command)][1])
            await screen.press("ctrl+s")
            assert words in " ".join(screen.text().split())
            await screen.press("escape", "escape")
        else:
            assert words in screen.toasts()
        if suggested == "show":
            assert "the case (Enter)" in words
            await screen.press("enter")
            assert screen.queue.sheet.has_focus
            return
        key, title = _KEY.fullmatch(hint_text(hint_of("{}", suggest(suggested, 1)), [1])).groups()  # type: ignore[union-attr]
        key, title = (".", key) if title == "under ." else (key, title)
        await screen.press(key)
        if key == ".":
            screen.app.screen.dismiss(f"verb:{suggested}")
            await screen.settle()
        if screen.app.screen is not screen.queue:
            assert title in screen.text()
            if said := PLAIN[suggested][1]:
                await fill(screen, **said)
            await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script, name=who)
    assert len(office.history(1)) > before or suggested == "show"


@pytest.mark.parametrize("place", SUGGESTED)
def test_a_suggestion_names_a_key_that_does_it_or_a_command_for_a_shell(place: str) -> None:
    suggestion = SUGGESTED[place]
    written = hint_text(hint_of("{}", suggestion), suggestion.cases)
    keys = {
        **{verb.id: (verb.key, verb.title) for verb in BY_ID.values()},
        **{id: (key, title) for id, key, title in OTHER_COMMANDS},
    }
    if suggestion.command in keys:
        key, title = keys[suggestion.command]
        assert written.startswith(f"{key} (" if key else f"{title} (under .)")
    elif suggestion.command in ("show", "history"):
        assert written == "the case (Enter)"
    elif suggestion.command in PAGES:
        assert ACTION_BY_ID[PAGES[suggestion.command]].title in written
    elif suggestion.command not in ("queue", "customer list", "box add"):
        assert written.startswith("careconsole ")
        return
    assert "careconsole" not in written
    assert "--" not in written


@pytest.mark.parametrize("place", GIVEN)
def test_a_parameter_is_called_as_its_question_is(place: str) -> None:
    written = hint_text(hint_of("{}", GIVEN[place]))
    assert "--" not in written.removeprefix("with --db ")


def test_a_key_stands_with_what_it_does() -> None:
    take = suggest("take-over", 12, reason=...)
    assert hint_text(hint_of("Ask them, or take it over: {}.", take)) == "Ask them, or take it over: T (Take over)."
    assert hint_text(hint_of("Remind them ({}).", suggest("nudge", 12))) == "Remind them (! Nudge the responder)."
    assert hint_text(hint_of("Add them again: {}.", suggest("team add", name="Ben Olsen"))) == (
        "Add them again: M (Team)."
    )
    assert hint_text(hint_of("A lead adds one: {}.", suggest("box add", help=True))) == (
        "A lead adds one: < (Mail), then 5, . and 1."
    )
    assert hint_text(hint_of("See {}.", suggest("changes list"))) == "See Changes (under .)."
    assert hint_text(hint_of("Write it down ({}).", suggest("edit", 12))) == "Write it down (Edit under .)."
    assert hint_text(hint_of("Look with {}.", suggest("db check"))) == "Look with careconsole db check."


def test_what_is_chosen_already_is_said() -> None:
    merge = suggest("merge", 12, into=13, confirm=True)
    assert hint_text(hint_of("Say so: {}.", merge), [12]) == "Say so: m (Merge), Into: 13, Confirm."
    assert hint_text(hint_of("Name somebody else {}.", given(to=...))) == "Name somebody else under To."
    assert hint_text(hint_of("Do the others {}.", SKIP_REFUSED)) == "Do the others by pressing ctrl+s again."


def test_another_case_than_the_one_in_hand_is_named() -> None:
    reopen = hint_of("Reopen it first: {}.", suggest("reopen", 13, reason=...))
    assert hint_text(reopen, [13]) == "Reopen it first: X (Reopen)."
    assert hint_text(reopen, [12]) == "Reopen it first: X (Reopen) on case 13."
    show = hint_of("See {}.", suggest("show", 13))
    assert hint_text(show, [13]) == "See the case (Enter)."
    assert hint_text(show, [12]) == "See case 13 (: then 13)."
    assert hint_text(hint_of("Look again ({}).", suggest("show", 13)), [13]) == "Look again (Enter)."


def _verb(command: Command) -> str:
    return next(verb.id for verb in BY_ID.values() if verb.command is type(command))
