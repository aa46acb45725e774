"""Nothing that can be sent to a form breaks it: odd texts, missing and doubled fields, files, JSON, other bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from booking.web.parents import steps
from booking.web.site import LARGEST_POST
from tests.web.filled import FILLED, Fields, address, every_field, filled, visitor
from tests.web.matrix import RULES
from tests.web.odd import SOME, TEXTS, assert_withstood, files, knock, names_asked_for, pairs
from tests.web.parents.wizard import SARA
from tests.web.town import Town

POSTS = [pytest.param(endpoint, id=endpoint) for endpoint, method in RULES if method == "POST"]
TYPED = "application/x-www-form-urlencoded"
SHAPES = st.sampled_from(["form", "form", "form", "files", "json", "both"])
VALUES = st.none() | st.booleans() | st.integers() | st.lists(st.integers(), max_size=2) | TEXTS
BODIES = st.binary(max_size=60) | st.sampled_from([b"{", b"null", b"[1]", b"a=\xff&b=%ff", b"=&&=", b"--x\r\n\r\n"])
# A form's own fields are tried more often than those of all others.
OTHERS = sorted({*every_field(), *names_asked_for()})


def post(town: Town, endpoint: str, fields: Fields, shape: str = "form", path: str = "") -> TestResponse:
    """Send the fields in that shape, as whoever the form is for."""
    browser, path = town.browser(visitor(endpoint)), path or address(town, endpoint)
    if shape == "json":
        body = json.dumps({name: texts[0] if len(texts) == 1 else texts for name, texts in fields.items()})
        return knock(browser, path, "POST", data=body, content_type="application/json")
    if shape in ("files", "both"):
        names = sorted(fields)[:1] if shape == "both" else list(fields)
        sent = {name: fields[name] for name in names}
        kept = {name: [text.encode(errors="replace") for text in fields[name]] for name in set(fields) - set(names)}
        return knock(browser, path, "POST", data=files(sent) | kept, content_type="multipart/form-data")
    return knock(browser, path, "POST", data=pairs(fields).encode(), content_type=TYPED)


@pytest.mark.parametrize("endpoint", list(FILLED))
def test_a_form_that_is_filled_in_is_taken(town: Town, endpoint: str) -> None:
    # Amina's code is not that one, her family has an offer already, the meeting is weeks away, and everyone who waits
    # for something else waits for this too.
    refusals = {"parents.confirm": 422, "staff.by_hand": 409, "staff.pin": 422, "leaders.save": 409}
    refusals |= {"gateway.receipt": 204, "gateway.answer": 204}
    refusals |= {"staff.interest": 422}
    assert post(town, endpoint, filled(town, endpoint)).status_code == refusals.get(endpoint, 303)


@pytest.mark.parametrize("endpoint", POSTS)
def test_nothing_that_is_sent_to_a_form_breaks_it(either_town: Town, endpoint: str) -> None:
    usual = filled(either_town, endpoint)
    names = st.sampled_from(sorted(usual)) | st.sampled_from(OTHERS) if usual else st.sampled_from(OTHERS)

    @SOME
    @given(st.dictionaries(names, st.lists(TEXTS, max_size=3), max_size=4), SHAPES)
    def sent(instead: Fields, shape: str) -> None:
        assert_withstood(post(either_town, endpoint, usual | instead, shape))

    sent()


@pytest.mark.parametrize("step", steps.NAMES)
def test_nothing_that_is_sent_to_a_question_breaks_it(either_town: Town, step: str) -> None:
    names = st.sampled_from(list(SARA[step])) | st.sampled_from(OTHERS)

    @SOME
    @given(st.dictionaries(names, st.lists(TEXTS, max_size=3), max_size=4), SHAPES)
    def sent(fields: Fields, shape: str) -> None:
        assert_withstood(post(either_town, "parents.register_step", fields, shape, f"/sv/anmalan/{step}"))

    sent()


@pytest.mark.parametrize("endpoint", POSTS)
def test_no_body_breaks_a_form_whatever_it_says_it_is(town: Town, endpoint: str) -> None:
    path, browser = address(town, endpoint), town.browser(visitor(endpoint))
    kinds = [TYPED, "application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "…"]

    @SOME
    @given(BODIES | st.dictionaries(st.sampled_from(OTHERS), VALUES, max_size=3), st.sampled_from(kinds))
    def sent(body: bytes | dict[str, object], kind: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        assert_withstood(knock(browser, path, "POST", data=data, content_type=kind.encode().decode("latin-1")))

    sent()


@pytest.mark.parametrize("endpoint", POSTS)
def test_a_body_that_is_too_large_is_refused_unread(town: Town, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    path, browser = address(town, endpoint), town.browser(visitor(endpoint))
    monkeypatch.setitem(town.site.config, "WTF_CSRF_ENABLED", True)
    large = knock(browser, path, "POST", data=b"reason=" + b"x" * LARGEST_POST, content_type=TYPED)
    assert large.status_code == 413


def test_a_page_shows_what_was_typed_and_never_runs_it(town: Town) -> None:
    page = post(town, "parents.resend", {"contact": ['"><script>alert(1)</script>']})
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
