"""Somebody with a browser: goes, taps, types; every page they see is looked at with a strict eye."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}
PATIENCE = 10_000


class Visitor:
    """One person, one device. Without script there is no axe, since axe is a script itself."""

    def __init__(
        self, browser: Browser, address: str, *, script: bool = True, desk: bool = False, name: str = ""
    ) -> None:
        size: Any = DESK if desk else PHONE
        self._context = browser.new_context(viewport=size, java_script_enabled=script, base_url=address)
        self._context.set_default_timeout(PATIENCE)
        self.page: Page = self._context.new_page()
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.complaints: list[str] = []
        self._script = script
        self._name = name
        self._seen = 0

    def _complain(self, kind: str, text: str) -> None:
        # A refused form answers 422, which Chromium reports as an error although it is an answer like any other.
        if kind == "error" and "status of 422" not in text:
            self.complaints.append(text)

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(path)
        self.look()

    def press(self, label: str) -> None:
        """Press the button with this label."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=label).first.click()
        self.look()

    def follow(self, label: str) -> None:
        """Follow the link with this label."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=label).first.click()
        self.look()

    def tick(self, label: str) -> None:
        """Tap a choice by its text, as a thumb does: what lies over the text at that point gets the tap."""
        self.page.locator("label").get_by_text(label, exact=True).first.click(force=True)

    def write(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.page.get_by_label(label).fill(text)

    def reads(self, text: str) -> bool:
        """True when the page says this."""
        return text in self.page.locator("main").inner_text()

    def look(self) -> None:
        """Every page: one heading, no sideways scrolling, nothing that axe finds, nothing the browser complains of."""
        assert self.page.locator("h1").count() == 1, f"{self.page.url} has not one h1"
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"
        self._keep_picture()
        if not self._script:
            return
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{self.page.url} scrolls sideways"
        )
        found = Axe().run(self.page).response["violations"]
        assert found == [], [(each["id"], each["nodes"][0]["html"]) for each in found]

    def _keep_picture(self) -> None:
        # TEST_PICTURES names a folder where whoever wants to look finds every page that was seen.
        if folder := os.environ.get("TEST_PICTURES"):
            self._seen += 1
            title = re.sub(r"\W+", "-", self.page.title())[:40]
            self.page.screenshot(path=Path(folder) / f"{self._name}-{self._seen:02d}-{title}.png", full_page=True)

    def close(self) -> None:
        """Put the device away."""
        self._context.close()
