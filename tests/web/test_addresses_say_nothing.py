"""Addresses are kept in histories and logs: none says who somebody is, and none leads to another site.

Each visitor follows every link from their first page on, as a person with much patience would.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote_plus, urldefrag, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from tests.cast import Cast
from tests.web.matrix import Side, Visitor
from tests.web.parents.wizard import SARA, begin, send
from tests.web.town import MOBILE, Town

Walked = Callable[[Visitor], dict[str, set[str]]]
HOME = "http://localhost"
MOST_PAGES = 250
ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "srcset", "ping", "background", "cite"}
# These open a telephone or a letter, and no server is asked.
BY_HAND = {"tel", "sms", "mailto"}
PERSONAL = re.compile(rf"\b(amina|ben|sara|carla|eva|greta|demo)\b|@|%40|{MOBILE[3:]}|174.?06.?05", re.IGNORECASE)
FIRST_PAGES = {
    Visitor.NOBODY: ["/sv/", "/sv/anmalan/stammer", "/sv/finns-inte", "/logga-in?next=/samordnare/ko"],
    Visitor.CARLA: ["/ledare/", "/ledare/finns-inte"],
    Visitor.EVA: ["/samordnare/", "/samordnare/finns-inte"],
    Visitor.GRETA: ["/samordnare/", "/samordnare/meddelanden?state=failed", "/dev/outbox"],
}


class Addresses(HTMLParser):
    """Every address in a page, and those of them that are links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        addresses = [value for name, value in attrs if name in ADDRESSES and value]
        self.all += addresses
        self.links += addresses if tag == "a" else []


def walk(browser: FlaskClient, first: list[str]) -> dict[str, set[str]]:
    """Follow every link; each address found, with the pages it stands on. No link leads nowhere."""
    found: dict[str, set[str]] = {}
    seen, ahead = set(first), deque(first)
    while ahead and len(seen) < MOST_PAGES:
        path = ahead.popleft()
        page = browser.get(path, buffered=True)
        assert page.status_code < 400 or "finns-inte" in path, f"{path}: {page.status_code}, on {found.get(path)}"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        there, led_to = Addresses(page.text), [page.location] if page.location else []
        for address in (*there.all, *led_to):
            found.setdefault(_whole(path, address), set()).add(path)
        new = {_whole(path, link) for link in (*there.links, *led_to)} - seen
        ahead += sorted(link for link in new if link.startswith("/"))
        seen |= new
    return found


def _whole(path: str, address: str) -> str:
    """The address as seen from the page; on our own site without the site's name."""
    return urldefrag(urljoin(HOME + path, address))[0].removeprefix(HOME)


@pytest.fixture(scope="module")
def walked(town: Town) -> Walked:
    """What each visitor found; each walks once."""
    own = town.things[Side.FARSTA].token
    amina = [f"/m/{own}", f"/e/{own}", f"/sv/tack/{own}/", f"/sv/min/{own}/finns-inte"]
    return cache(lambda visitor: walk(town.browser(visitor), FIRST_PAGES.get(visitor, amina)))


@pytest.mark.parametrize("visitor", [*FIRST_PAGES, Visitor.AMINA])
def test_no_address_names_anybody(walked: Walked, visitor: Visitor) -> None:
    found = walked(visitor)
    assert len(found) > 10
    assert [(address, *pages) for address, pages in found.items() if _names_somebody(address)] == []


@pytest.mark.parametrize("visitor", [*FIRST_PAGES, Visitor.AMINA])
def test_no_address_leads_to_another_site(walked: Walked, visitor: Visitor) -> None:
    assert [(address, *pages) for address, pages in walked(visitor).items() if _leads_away(address)] == []


@pytest.mark.parametrize("visitor", list(FIRST_PAGES))
def test_nobody_but_its_holder_sees_a_link(town: Town, walked: Walked, visitor: Visitor) -> None:
    tokens = {each.token for each in town.things.values()}
    assert [address for address in walked(visitor) if any(token in address for token in tokens)] == []


def _leads_away(address: str) -> bool:
    return not address.startswith("/") and urlsplit(address).scheme not in BY_HAND


def _names_somebody(address: str) -> bool:
    return urlsplit(address).scheme not in BY_HAND and bool(PERSONAL.search(f"{address} {unquote_plus(address)}"))


def test_what_is_typed_in_a_registration_comes_into_no_address(
    database: Database, cast: Cast, client: FlaskClient
) -> None:
    led_to = [begin(client).location, *(send(client, step).location for step in SARA)]
    led_to.append(client.post("/sv/anmalan/stammer").location)
    assert led_to[-1].startswith("/sv/bekrafta/")
    assert [address for address in led_to if _names_somebody(address)] == []


@pytest.mark.parametrize(
    "address", ["/samordnare/ko?q=Amina+Demo", "/dev/outbox?to=a%40example.org", "/sv/lank?mobil=%2B46701740605"]
)
def test_an_address_that_names_somebody_is_known_as_one(address: str) -> None:
    assert _names_somebody(address)


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com/x", "javascript:alert(1)"])
def test_an_address_that_leads_away_is_known_as_one(address: str) -> None:
    assert _leads_away(_whole("/sv/", address))
