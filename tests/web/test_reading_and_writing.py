"""Opening a page changes nothing, whoever opens it; what changes something needs the token of its own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import select

from booking import create_app
from booking.base.db import Base, Database
from booking.web.site import SAFE, Site
from tests.cast import NOW
from tests.web.matrix import FROM_OUTSIDE, RULES, Rule, Side, Visitor, may
from tests.web.town import Town

READING = ("GET", "HEAD", "OPTIONS")
WRITING = sorted(key for key in RULES if key[1] not in SAFE and key[0] not in FROM_OUTSIDE)


@pytest.fixture(scope="module")
def lasting(town: Town) -> Iterator[Town]:
    """The same city with a site that keeps what it is told."""
    site = cast(Site, create_app(town.settings, clock=lambda: NOW, senders={}))
    yield replace(town, site=site)
    site.services.database.close()


@pytest.mark.parametrize("visitor", list(Visitor))
def test_opening_every_page_changes_nothing_in_the_database(lasting: Town, visitor: Visitor) -> None:
    before = _everything(lasting.site.services.database)
    browser = lasting.browser(visitor)
    broken = []
    for (endpoint, method), route in lasting.routes().items():
        if method == "GET":
            path = lasting.path(route, Side.FARSTA, lasting.token(visitor))
            page, head, options = (browser.open(path, method=each, buffered=True) for each in READING)
            if page.status_code >= 500 or head.status_code != page.status_code or options.status_code >= 500:
                broken.append((endpoint, page.status_code, head.status_code, options.status_code))
    assert broken == []
    assert _everything(lasting.site.services.database) == before


def _everything(database: Database) -> dict[str, list[Any]]:
    with database.reading() as db:
        return {table.name: list(db.execute(select(table))) for table in Base.metadata.sorted_tables}


@pytest.mark.parametrize(("endpoint", "method"), [pytest.param(*key, id=f"{key[1]} {key[0]}") for key in WRITING])
def test_a_form_without_its_token_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch, endpoint: str, method: str
) -> None:
    monkeypatch.setitem(town.site.config, "WTF_CSRF_ENABLED", True)
    visitor = allowed(RULES[endpoint, method])
    path = town.path(town.routes()[endpoint, method], Side.FARSTA, town.token(visitor))
    answer = town.browser(visitor).open(path, method=method, data={"csrf_token": "a guess"})
    assert answer.status_code == 400
    assert "öppen för länge" in answer.text


def test_the_table_of_writing_routes_is_not_empty() -> None:
    assert {method for _endpoint, method in WRITING} == {"POST"}


def allowed(rule: Rule) -> Visitor:
    """Somebody whom the rule lets in to what is Farsta's."""
    return next(visitor for visitor in (Visitor.AMINA, Visitor.CARLA, Visitor.GRETA) if may(visitor, rule, Side.FARSTA))
