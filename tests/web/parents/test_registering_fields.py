"""Errors stand at their field, and what was typed is kept; nothing that can be typed breaks a page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from tests.cast import Cast
from tests.web.parents.wizard import SARA, Fields, begin, send, walk

# One site serves all the examples: nothing that is refused is kept, and what is kept may be.
TYPED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXT = st.text(max_size=300) | st.from_regex(r"[0-9+() -]{3,20}", fullmatch=True) | st.emails()


@pytest.mark.parametrize(
    ("step", "answers", "sentence"),
    [
        ("barn", {}, "Kryssa för minst ett år."),
        ("barn", {"years": ["1950"]}, "Välj bland alternativen."),
        ("program", {}, "Kryssa för minst ett program."),
        ("program", {"programmes": ["golf"]}, "Välj bland alternativen."),
        ("hem", {}, "Välj stadsdelen där ni bor."),
        ("hem", {"home": "atlantis"}, "Välj stadsdelen där ni bor."),
        ("platser", {}, "Välj minst en stadsdel, eller träffar på nätet."),
        ("dagar", {}, "Välj minst en dag."),
        ("dagar", {"weekdays": ["7"]}, "Välj bland alternativen."),
        ("vuxna", {"adults": "3"}, "Välj en eller två."),
        ("sprak", {"interpreter": ""}, "Välj minst ett språk."),
        ("kontakt", {"name": "", "mobile": "0701740605"}, "Skriv ditt namn."),
        ("kontakt", {"name": "…", "mobile": "0701740605"}, "Skriv ditt namn."),
        ("kontakt", {"name": "Sara", "mobile": "", "email": " "}, "Skriv ett mobilnummer eller en mejladress."),
        ("kontakt", {"name": "Sara", "mobile": "0701"}, "Skriv ett mobilnummer, till exempel 070-123 45 67."),
        ("kontakt", {"name": "Sara", "mobile": "08-508 10 000"}, "Det ser ut som en fast telefon."),
        ("kontakt", {"name": "Sara", "email": "sara@"}, "Skriv en mejladress, till exempel namn@exempel.se."),
        ("om-dig", {"gender": "robot"}, "Välj bland alternativen."),
    ],
)
def test_a_refused_answer_says_so_at_the_field_and_in_the_summary(
    client: FlaskClient, cast: Cast, step: str, answers: Fields, sentence: str
) -> None:
    walk(client, until=step)
    page = send(client, step, answers)
    assert page.status_code == 422
    assert page.text.count(sentence) >= 2
    assert "<title>Fel: " in page.text


def test_what_was_typed_is_kept(client: FlaskClient, cast: Cast) -> None:
    walk(client, until="kontakt")
    page = send(client, "kontakt", {"name": "Sara Demo", "mobile": "hemligt", "email": "sara@example.org"})
    for typed in ("Sara Demo", "hemligt", "sara@example.org"):
        assert f'value="{typed}"' in page.text


def test_an_address_that_looks_like_a_slip_is_questioned_once(client: FlaskClient, cast: Cast) -> None:
    walk(client, until="kontakt")
    slip: Fields = {"name": "Sara", "email": "sara@gmial.com"}
    page = send(client, "kontakt", slip)
    assert page.status_code == 422
    assert "Menade du sara@gmail.com?" in page.text
    assert send(client, "kontakt", {**slip, "sure": "sara@gmial.com"}).status_code == 303
    assert client.get("/sv/anmalan/om-dig").status_code == 200


@pytest.mark.parametrize("typed", ["0046 70 174 06 05", "+46(0)70-1740605", "٠٧٠١٧٤٠٦٠٥", "070.174.06.05"])
def test_a_number_may_be_typed_in_any_form(client: FlaskClient, cast: Cast, typed: str) -> None:
    walk(client, kontakt={"name": "Sara", "mobile": typed})
    assert "070-174 06 05" in client.get("/sv/anmalan/stammer").text


def test_no_programme_for_the_age_says_whom_to_phone(client: FlaskClient, cast: Cast) -> None:
    walk(client, until="program", barn={"years": ["2027"]})
    assert "Vi har inget för de åldrarna just nu" in client.get("/sv/anmalan/program").text


@pytest.mark.parametrize("field", ["name", "mobile", "email", "sure"])
def test_nothing_typed_in_a_contact_field_breaks_the_page(client: FlaskClient, cast: Cast, field: str) -> None:
    walk(client, until="kontakt")

    @TYPED
    @given(TEXT)
    def typed(text: str) -> None:
        page = send(client, "kontakt", {**SARA["kontakt"], field: text})
        assert page.status_code in (303, 422)
        if page.status_code == 422 and field != "sure":
            assert str(escape(text.replace("\0", ""))) in page.text
        else:
            assert client.get("/sv/anmalan/stammer").status_code in (200, 302, 303)

    typed()


@pytest.mark.parametrize("step", list(SARA))
def test_nothing_sent_to_a_step_breaks_it(client: FlaskClient, cast: Cast, step: str) -> None:
    walk(client, until=step)
    names = list(SARA[step]) or ["x"]

    @TYPED
    @given(st.dictionaries(st.sampled_from(names), st.lists(TEXT, max_size=3)))
    def sent(answers: dict[str, list[str]]) -> None:
        assert send(client, step, dict(answers)).status_code in (303, 422)

    sent()


@TYPED
@given(text=TEXT, name=st.sampled_from(["program", "fodd", "hem"]))
def test_nothing_in_an_address_breaks_a_page(client: FlaskClient, cast: Cast, name: str, text: str) -> None:
    for page in ("/sv/hitta", "/sv/grupper", "/sv/program/abc", "/sv/anmalan/"):
        assert client.get(page, query_string={name: text, "dag": text, "stadsdel": text}).status_code in (200, 422)
    assert begin(client, **{name: text}).status_code == 303
    assert client.get("/sv/anmalan/barn").status_code == 200
