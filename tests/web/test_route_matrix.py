"""Every route against every visitor: what is not yours does not exist.

The rules stand in `tests/web/matrix.py`, one line per route and method. Things are Amina's in Farsta and Ben's in
Skarpnäck, so that each visitor meets their own and somebody else's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from werkzeug.test import TestResponse

from booking import create_app
from booking.web.site import Site
from tests.cast import NOW
from tests.web.matrix import PARENTS, RULES, SIGNED_IN, Rule, Side, Visitor, may
from tests.web.town import Town

ROUTES = [pytest.param(*key, id=f"{key[1]} {key[0]}") for key in RULES]
# The field without which a button asks for nothing.
PRESSED = {"parents.take": "group"}
REFUSALS = {409, 410, 422}


def test_every_route_has_a_rule_and_every_rule_a_route(town: Town) -> None:
    routes = set(town.routes())
    assert sorted(routes - set(RULES)) == []
    assert sorted(set(RULES) - routes) == []


def test_what_belongs_to_the_demo_is_in_no_other_deployment(town: Town) -> None:
    real = create_app(replace(town.settings, demo=False), clock=lambda: NOW, senders={})
    there = {rule.endpoint for rule in real.url_map.iter_rules()}
    assert {endpoint for endpoint, _method in RULES} - there == {
        endpoint for (endpoint, _method), rule in RULES.items() if rule is Rule.DEMO_ONLY
    }
    assert real.test_client().get("/dev/outbox").status_code == 404
    cast(Site, real).services.database.close()


@pytest.mark.parametrize(("endpoint", "method"), ROUTES)
def test_a_route_answers_those_it_is_for_and_nobody_else(town: Town, endpoint: str, method: str) -> None:
    rule = RULES[endpoint, method]
    answers = {
        (visitor.value, side.value): _judged(visit(town, endpoint, method, visitor, side), may(visitor, rule, side))
        for visitor in Visitor
        for side in Side
    }
    expected = {key: _expected(Visitor(key[0]), rule, Side(key[1])) for key in answers}
    assert {key: got for key, got in answers.items() if got != expected[key]} == {}


def visit(town: Town, endpoint: str, method: str, visitor: Visitor, side: Side) -> TestResponse:
    """One request, about one side's things, with nothing in the form but what a button sends."""
    route = town.routes()[endpoint, method]
    path = town.path(route, side, town.token(visitor))
    field = PRESSED.get(endpoint)
    fields = {field: getattr(town.things[side], field)} if field else {}
    return town.browser(visitor).open(path, method=method, data=fields, buffered=True)


def _judged(answer: TestResponse, allowed: bool) -> str:
    if (answer.location or "").startswith("/logga-in?next="):
        return "asked to sign in"
    if answer.status_code < 400 or (allowed and answer.status_code in REFUSALS):
        return "answered"
    named = [name for name in ("Amina", "Ben Demo", "@example.org") if name in answer.text]
    return f"{answer.status_code} {named}" if named or answer.status_code != 404 else "not there"


def _expected(visitor: Visitor, rule: Rule, side: Side) -> str:
    if may(visitor, rule, side):
        return "answered"
    has_account = visitor is not Visitor.NOBODY and visitor not in PARENTS
    return "asked to sign in" if rule in SIGNED_IN and not has_account else "not there"
