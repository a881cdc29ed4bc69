"""Two ways to work at a page: with the mouse, and with nothing but the keyboard."""

import re
from pathlib import Path

from playwright.sync_api import FileChooser, Locator, Page, expect

# More stops than any of our pages has; whoever needs more has lost the way.
_MOST_STOPS = 400


class Mouse:
    """Points and clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def click(self, target: Locator) -> None:
        """Press a button, follow a link, open a fold."""
        target.click()

    def open(self, summary: Locator) -> None:
        """Open a fold, unless it is open already."""
        summary.wait_for()
        if not summary.evaluate("one => one.parentElement.open"):
            self.click(summary)

    def fill(self, target: Locator, text: str) -> None:
        """Write into a field, over what stands there."""
        target.fill(text)

    def choose(self, target: Locator, label: str | re.Pattern[str]) -> None:
        """Choose an entry of a list by its words."""
        target.select_option(label=_option(target, label))

    def tick(self, target: Locator) -> None:
        """Tick a box or a round button."""
        target.check()

    def upload(self, target: Locator, path: Path) -> None:
        """Give a file."""
        target.set_input_files(path)


class Keyboard(Mouse):
    """Goes from stop to stop with Tab, as somebody does who cannot point."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._file: Path | None = None
        # Listened for from the start: a dialogue that opens before is one that nobody sees.
        page.on("filechooser", self._give)

    def click(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def fill(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, label: str | re.Pattern[str]) -> None:
        self.reach(target)
        wanted = _option(target, label)
        for _ in range(target.locator("option").count() + 1):
            if target.evaluate("one => one.selectedOptions[0]?.label") == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Home")
        for _ in range(target.locator("option").count()):
            if target.evaluate("one => one.selectedOptions[0]?.label") == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{wanted!r} cannot be chosen with the arrow keys")

    def tick(self, target: Locator) -> None:
        self.reach(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        assert target.is_checked()

    def upload(self, target: Locator, path: Path) -> None:
        self._file = path
        self.reach(target)
        self.page.keyboard.press("Enter")
        expect(target).not_to_have_value("")

    def _give(self, chooser: FileChooser) -> None:
        assert self._file is not None
        chooser.set_files(self._file)

    def reach(self, target: Locator) -> None:
        """Tab until it has the focus; a group of round buttons is one stop, so arrows lead on inside it."""
        target.wait_for()
        element = target.element_handle()
        for _ in range(_MOST_STOPS):
            if element is not None and element.evaluate("one => one === document.activeElement"):
                return
            if element is not None and element.evaluate(
                "one => one.type === 'radio' && document.activeElement?.type === 'radio'"
                " && document.activeElement.name === one.name"
            ):
                self.page.keyboard.press("ArrowDown")
                continue
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")


def _option(target: Locator, label: str | re.Pattern[str]) -> str:
    """The full words of the entry that fits."""
    target.wait_for()
    labels = [str(one) for one in target.evaluate("one => [...one.options].map(o => o.label)")]
    found = [one for one in labels if re.search(label, one)]
    assert found, f"{label!r} is not among {labels}"
    return found[0]
