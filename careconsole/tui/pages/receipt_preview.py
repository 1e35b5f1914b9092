"""What a customer will see of their case, shown before its receipt is published for the first time."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.present.receipts.content import Receipt
from careconsole.present.receipts.reading import receipt_for
from careconsole.present.receipts.text import receipt_text
from careconsole.tui.pages.sheet_page import SheetPage
from careconsole.tui.widgets.bars import Bar, keys_parts
from careconsole.tui.widgets.bindings import bound


class ReceiptPreview(SheetPage):
    """Shows the receipt of the case `number`; Enter closes the page and calls `publish`."""

    BINDINGS = [
        *bound("back", "back"),
        *bound("quit", "back", "Back", only=["q"]),
        *bound("copy", "back", "Back"),
        *bound("refresh", "refresh"),
        *bound("open", "publish", "Publish"),
    ]

    def __init__(self, number: int, publish: Callable[[], None]) -> None:
        super().__init__()
        self._number, self._publish = number, publish
        self._receipt: Receipt | None = None

    async def read(self) -> None:
        """Reads the case as its customer may see it."""
        self._receipt = await self.ask(lambda desk: receipt_for(desk, self._number))

    def show(self) -> None:
        """Shows the text of the receipt."""
        if self._receipt is None:
            return
        self.title_bar.put([(f"This is what the customer of case {self._receipt.case} will see", "bold", "")])
        lines = receipt_text(self._receipt).splitlines()
        self.sheet.put(lambda width: [((line, "heading" if line.isupper() else ""),) for line in lines])
        keys = (("Enter", "publish, and copy the link"), ("↑ ↓", "move"), ("Esc", "back"))
        self.query_one("#hints", Bar).put(keys_parts(*keys))

    def action_publish(self) -> None:
        """Has the receipt published that is shown."""
        if self._receipt is not None and self.is_current:
            self.dismiss(None)
            self._publish()
