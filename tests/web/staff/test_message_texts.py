"""The pages on which the centre reads the texts of messages and writes its own."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.outbox.wording import Words, edited
from tests.cast import Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

PAGE = "/samordnare/texter/offer/sms/sv"
TEXT = "Hej! Ni kan få en plats: {länk}"
pytestmark = on_sqlite


@pytest.fixture
def greta(client: FlaskClient, cast: Cast, sign_in: SignIn) -> FlaskClient:
    """Greta has signed in."""
    sign_in(cast.greta)
    return client


def form(text: str = TEXT, *, do: str = "save", reason: str = "Kortare", seen: str = "0") -> dict[str, str]:
    return {"text": text, "reason": reason, "do": do, "seen": seen}


def used(database: Database, *key: str) -> Words | None:
    with database.reading() as db:
        return edited.words_for(db, *(key or ("offer", "sms", "sv")))


def test_a_text_is_shown_with_the_values_of_a_coming_group_in_four_languages(greta: FlaskClient) -> None:
    page = greta.get("/samordnare/texter/offer/email/sv").text
    assert "tisdag 26 januari kl. 17.30" in page
    assert page.count("Demogatan 1") == 4
    assert 'lang="ar" dir="rtl"' in page
    assert "http://localhost/e/Exempel0Exempel0" in page or "/e/Exempel0Exempel0" in page


def test_the_made_up_link_opens_nothing(greta: FlaskClient) -> None:
    assert greta.get("/e/Exempel0Exempel0").status_code in (404, 410)


def test_the_parts_of_an_sms_are_counted_as_it_would_be_sent(greta: FlaskClient) -> None:
    assert re.search(r"1 sms, 1\d\d tecken", greta.get(PAGE).text)


def test_a_code_to_answer_with_is_shown_only_where_an_sms_can_be_answered(greta: FlaskClient) -> None:
    assert "NEJ K74" not in greta.get(PAGE).text


def test_a_text_is_saved_with_the_templates_own_names(greta: FlaskClient, database: Database) -> None:
    answer = greta.post(PAGE, data=form())
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert used(database) == Words("Hej! Ni kan få en plats: {link}")
    assert "ändrad" in greta.get("/samordnare/texter").text
    assert "används nu" in greta.get(PAGE).text


def test_a_preview_saves_nothing_and_shows_the_text_with_values(greta: FlaskClient, database: Database) -> None:
    page = greta.post(PAGE, data=form(do="preview", reason=""))
    assert page.status_code == 200
    assert "Hej! Ni kan få en plats: <a href=" in page.text
    assert "inte sparad" in page.text
    assert used(database) is None


def test_a_long_sms_is_warned_of(greta: FlaskClient) -> None:
    page = greta.post(PAGE, data=form("å" * 300 + " {länk}", do="preview")).text
    assert "Lång: varje sms kostar. Försök skriva kortare." in page


def test_a_character_that_makes_an_sms_long_is_named(greta: FlaskClient) -> None:
    page = greta.post(PAGE, data=form("Hej ☺ {länk}", do="preview")).text
    assert "gör att det ryms mindre i varje sms: ☺" in page


def test_an_e_mail_has_room_for_every_character(greta: FlaskClient) -> None:
    data = form("Hej ☺\r\n\r\n{länk}", do="preview") | {"subject": "Svara före {tid}"}
    page = greta.post("/samordnare/texter/offer/email/sv", data=data).text
    assert "Hej ☺" in page
    assert "ryms mindre" not in page


def test_what_cannot_be_seen_is_not_kept(greta: FlaskClient, database: Database) -> None:
    greta.post(PAGE, data=form("Hej\x07!\x00\r\n{länk}"))
    assert used(database) == Words("Hej!\n{link}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hej!", "Texten måste ha {länk}"),
        ("Hej {namn} {länk}", "{namn} finns inte här."),
        ("Er grupp i Komet: {länk}", "Därför får det inte stå: komet."),
        ("", "Skriv en text här."),
        ("x" * 700 + "{länk}", "Den får bli högst 4."),
    ],
)
@pytest.mark.parametrize("do", ["save", "preview"])
def test_a_text_that_may_not_be_used_is_refused_at_its_field(
    greta: FlaskClient, database: Database, text: str, sentence: str, do: str
) -> None:
    page = greta.post(PAGE, data=form(text, do=do))
    assert page.status_code == 422
    assert page.text.count(sentence) == 2
    assert 'id="text-error"' in page.text
    assert used(database) is None


def test_a_text_needs_a_reason_to_be_saved(greta: FlaskClient, database: Database) -> None:
    page = greta.post(PAGE, data=form(reason=" "))
    assert (page.status_code, used(database)) == (422, None)
    assert "Skriv varför." in page.text


def test_who_had_not_seen_the_last_version_is_told(greta: FlaskClient) -> None:
    greta.post(PAGE, data=form())
    page = greta.post(PAGE, data=form("Hej! {länk}"))
    assert page.status_code == 422
    assert "Någon annan ändrade texten nyss." in page.text


def test_a_text_runs_nothing(greta: FlaskClient) -> None:
    page = greta.post(PAGE, data=form("{{ 7 * 7 }} {länk}", do="preview"))
    assert page.status_code == 422
    page = greta.post(PAGE, data=form("{% set x = 1 %} {länk}", do="preview"))
    assert page.status_code == 422
    assert "<script>" not in greta.post(PAGE, data=form("<script>x</script> {länk}", do="preview")).text


def test_the_way_back_goes_to_an_earlier_version_and_to_the_default(greta: FlaskClient, database: Database) -> None:
    greta.post(PAGE, data=form())
    greta.post(PAGE, data=form("Hej igen! {länk}", seen="1"))
    assert "Hej! Ni kan få en plats: {länk}" in greta.get(f"{PAGE}/tillbaka/1").text
    greta.post(f"{PAGE}/tillbaka/1", data={"reason": "Den var bättre"})
    assert used(database) == Words("Hej! Ni kan få en plats: {link}")
    greta.post(f"{PAGE}/tillbaka/0", data={"reason": "Som förut"})
    assert used(database) is None


def test_there_is_no_way_back_to_a_version_that_never_was(greta: FlaskClient) -> None:
    assert greta.get(f"{PAGE}/tillbaka/1").status_code == 404


@pytest.mark.parametrize(
    "path", ["offer/fax/sv", "offer/sms/fi", "answer_help/email/sv", "group_at_risk/email/sv", "x/sms/sv"]
)
def test_a_text_that_there_is_not_is_not_found(greta: FlaskClient, path: str) -> None:
    assert greta.get(f"/samordnare/texter/{path}").status_code == 404


def test_an_edited_e_mail_keeps_its_subject(greta: FlaskClient, database: Database) -> None:
    data = form("Kom!\r\n\r\n{länk}") | {"subject": "Svara före {tid}"}
    greta.post("/samordnare/texter/offer/email/sv", data=data)
    assert used(database, "offer", "email", "sv") == Words("Kom!\n\n{link}", "Svara före {time}")


def test_without_a_coming_group_the_page_says_why_there_is_no_preview(
    greta: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        for group in (cast.abc_farsta, cast.abc_skarpnack):
            db.get_one(Group, group.id).state = GroupState.ENDED
    page = greta.get(PAGE).text
    assert "När det finns en grupp som inte har börjat" in page
    assert "{länk}" in page
