"""Debian's Chromium for pictures and checks of pages: nothing is downloaded, and it calls nobody at home."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
MISSING = "Chromium is needed: sudo apt-get install -y chromium, or name one in CHROMIUM"


def chromium_path() -> str | None:
    """Where it is: the one that CHROMIUM names, else that of the system; None without one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def open_chromium(playwright: Playwright, *more: str) -> Browser:
    """A browser, with further flags. Raises RuntimeError with what to do where there is none."""
    path = chromium_path()
    if path is None:
        raise RuntimeError(MISSING)
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more])
