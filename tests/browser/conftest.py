"""A real Chromium against the real site: a web server in a thread, the scheduler's steps taken when a test says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from booking import create_app, jobs
from booking.services import Services
from booking.web.site import Site
from config import Settings
from tests import programs
from tests.cast import NOW

FLAGS = (
    ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    + ["--disable-quic", "--no-first-run"]
)  # fmt: skip
SWEDISH = {"LANGUAGE": "sv", "LANG": "sv_SE.UTF-8"}


@dataclass(frozen=True)
class Stage:
    """The site at an address, and its scheduler in the test's hands."""

    address: str
    services: Services

    def work(self) -> None:
        """Take every step of the scheduler twice: what one step writes down, the next may send."""
        for _round in range(2):
            for step in jobs.steps(demo=True):
                step.work(self.services, lambda: False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, in Swedish."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=programs.chromium(), args=FLAGS, env=dict(SWEDISH))
        yield opened
        opened.close()


@pytest.fixture
def stage(settings: Settings) -> Iterator[Stage]:
    """The demo's site (its post box and movable clock) on the test's own database."""
    server = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    site = cast(Site, create_app(replace(settings, demo=True, base_url=address), clock=lambda: NOW))
    server.app = site
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Stage(address, site.services)
    server.shutdown()
    thread.join(10)
    server.server_close()
    site.services.database.close()
