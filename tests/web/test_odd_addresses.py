"""Nothing that can stand in an address breaks a page, runs in a browser, or leads to another site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from booking.web.staff import own
from tests.cast import PASSWORD, Cast
from tests.web.matrix import RULES, Side, Visitor
from tests.web.odd import SOME, TEXTS, assert_withstood, knock, names_asked_for, pairs, visitor_for
from tests.web.town import Town, fill

READING = [pytest.param(endpoint, id=endpoint) for endpoint, method in RULES if method == "GET"]
QUESTIONS = st.dictionaries(st.sampled_from(names_asked_for()), st.lists(TEXTS, max_size=3), max_size=5)
ODD_BYTES = st.sampled_from([b""] * 9 + [b"&page=\xff", b"&\xc3=\x28", b"&&=&=", b"&%", b"&%zz=%0", b";" * 50])


@pytest.fixture(scope="module", autouse=True)
def short_pages() -> Iterator[None]:
    """One row a page, so that the two who wait are on two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own, "PAGE", 1)
        yield


@pytest.mark.parametrize("endpoint", READING)
def test_nothing_that_stands_in_an_address_breaks_its_page(either_town: Town, endpoint: str) -> None:
    town, route = either_town, either_town.routes()[endpoint, "GET"]
    visitor = visitor_for(RULES[endpoint, "GET"])
    known = town.values(route, Side.FARSTA, town.token(visitor))
    places = sorted(set(known) & route.arguments - {"lang"})
    browser = town.browser(visitor)

    @SOME
    @given(st.dictionaries(st.sampled_from(places), TEXTS) if places else st.just({}), QUESTIONS, ODD_BYTES)
    def asked(instead: dict[str, str], questions: dict[str, list[str]], odd: bytes) -> None:
        path = fill(route, known | instead)
        assert_withstood(knock(browser, path, query=pairs(questions).encode() + odd))

    asked()


@SOME
@given(st.sampled_from(["ACCEPT_LANGUAGE", "HOST", "COOKIE", "REFERER", "CONTENT_TYPE", "RANGE"]), st.text(max_size=60))
def test_no_header_breaks_the_way_in(town: Town, name: str, text: str) -> None:
    raw = {f"HTTP_{name}": text.encode().decode("latin-1")}
    for path in ("/", "/sv/", "/samordnare/", "/finns-inte"):
        assert town.site.test_client().get(path, environ_overrides=raw, buffered=True).status_code < 500


def test_a_long_list_leads_on_within_itself_whatever_stands_in_its_address(town: Town) -> None:
    page = town.browser(Visitor.GRETA).get("/samordnare/ko?_scheme=javascript&_external=1&endpoint=x&_anchor=y&page=1")
    assert page.status_code == 200
    assert 'href="/samordnare/ko?_scheme=javascript&amp;' in page.text
    assert "page=2" in page.text


@pytest.mark.parametrize("address", ["/\t/example.com", "/\n/example.com", "/\r\nx: y", "/\x0b/example.com"])
def test_one_is_not_led_to_another_site_by_what_a_browser_leaves_out(
    cast: Cast, client: FlaskClient, address: str
) -> None:
    sent = {"email": "eva@example.org", "password": PASSWORD}
    assert client.post("/logga-in", query_string={"next": address}, data=sent).location == "/samordnare/"


def test_a_number_beyond_the_database_is_nobodys_message(either_town: Town) -> None:
    for number in ("2147483648", "9" * 19, "9" * 400):
        answer = either_town.browser(Visitor.GRETA).post(f"/samordnare/meddelanden/{number}/igen")
        assert answer.status_code == 404
