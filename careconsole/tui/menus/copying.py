"""Copies what one can give to a customer: a summary to read out, their receipt as text, or the link of its page."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from careconsole.desk.queries import shown_case
from careconsole.desk.receipts import publication
from careconsole.tui.terminal import clipboard
from careconsole.tui.widgets.menu import Item
from careconsole.tui.widgets.pick import ChooseOne

if TYPE_CHECKING:
    from careconsole.desk import Desk
    from careconsole.tui.queue.screen import QueueScreen

_SUMMARY, _RECEIPT, _LINK, _REVOKE = "summary", "receipt", "link", "revoke"


async def open_copy(queue: QueueScreen) -> None:
    """Asks what of the case under the cursor to copy."""
    number, on = queue.board.current, queue.app.screen
    if number is None:
        queue.host.say("There is no case to copy.", "Go to one first, or press 0 for all open cases.")
        return
    can_publish, is_public = await queue.session.backend.ask(
        lambda desk: (desk.read(publication.place_of) is not None, bool(publication.published(desk, number)))
    )
    unset = "once a lead has set a folder: careconsole receipts folder"
    page = "to their page, which follows the case" if can_publish else unset
    items = [
        Item(id=_SUMMARY, text="Summary", help="to read out on the phone", key="1"),
        Item(id=_RECEIPT, text="Receipt", help="what the customer may read, as text", key="2"),
        Item(id=_LINK, text="Link of the receipt", help=page, key="3", dim=not can_publish),
        Item(
            id=_REVOKE,
            text="Take the page away",
            help="its link shows nothing any longer" if is_public else "it has no page",
            key="4",
            dim=not is_public,
        ),
    ]

    def chosen(what: str | None) -> None:
        if what is not None:
            queue.host.spawn(_WORK[what](queue, number))

    queue.host.open(ChooseOne(f"Copy of case {number}", items), chosen, on)


async def _copy_summary(queue: QueueScreen, number: int) -> None:
    from careconsole.present.summary import case_summary

    view = await queue.session.backend.ask(lambda desk: shown_case.show(desk, number))
    await _copy(queue, case_summary(view, queue.session.now()), f"A summary of case {view.case.number}")


async def _copy_receipt(queue: QueueScreen, number: int) -> None:
    from careconsole.present.receipts.reading import receipt_for
    from careconsole.present.receipts.text import receipt_text

    receipt = await queue.session.backend.ask(lambda desk: receipt_for(desk, number))
    await _copy(queue, receipt_text(receipt), f"The receipt of case {receipt.case}")


async def _copy_link(queue: QueueScreen, number: int) -> None:
    """Copies the link of the case's page; if it has none, shows first what they will see."""
    on = queue.app.screen

    def known(desk: Desk) -> str | None:
        desk.read(publication.must_be_published)
        return publication.link_of(desk, number) if publication.published(desk, number) else None

    link = await queue.session.backend.ask(known)
    if link is not None:
        await _copy(queue, link, f"The link of case {number}'s receipt")
        return
    from careconsole.tui.pages.receipt_preview import ReceiptPreview

    preview = ReceiptPreview(number, lambda: _spawn_publish(queue, number))
    queue.host.open(preview, lambda result: None, on)


def _spawn_publish(queue: QueueScreen, number: int) -> None:
    queue.host.spawn(_publish(queue, number))


async def _publish(queue: QueueScreen, number: int) -> None:
    from careconsole.present.receipts.publishing import write_page

    def work(desk: Desk) -> str:
        write_page(desk, publication.publish(desk, number))
        return publication.link_of(desk, number)

    await _copy(queue, await queue.session.backend.ask(work), f"The receipt of case {number} is published; its link")


async def _revoke(queue: QueueScreen, number: int) -> None:
    """Takes the case's page away, and says whether it is gone: a page that could not be removed is an error."""
    from careconsole.present.receipts.publishing import remove_page

    await queue.session.backend.ask(lambda desk: remove_page(desk, publication.revoke(desk, number)))
    queue.host.say(f"The page of case {number} is gone; its link shows nothing any longer.")


async def _copy(queue: QueueScreen, text: str, what: str) -> None:
    """Copies a text to the clipboard, and shows how it was copied."""
    sequences: list[str] = []
    way = await to_thread(clipboard.copy, text, terminal_write=sequences.append)
    for sequence in sequences:  # only the event loop may write to the terminal, not the copying thread
        queue.host.write_to_terminal(sequence)
    queue.host.say(f"{what} is {way}.")


_WORK = {_SUMMARY: _copy_summary, _RECEIPT: _copy_receipt, _LINK: _copy_link, _REVOKE: _revoke}
