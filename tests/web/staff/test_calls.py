"""The call list at the desk: whom to phone, what to say in their language, and what was heard."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking.base.db import Database
from booking.course import calls
from booking.course.calls import Call, CallWhy
from booking.course.replies import Reply, ReplyState
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places.offers import Offer, OfferState
from booking.records.audit import AuditEntry
from booking.web.site import Site
from tests.cast import NOW, Cast, registration
from tests.db.callers import offer_to_amina, only_phone, watch
from tests.db.test_few_queries import statements
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

LIST = "/samordnare/ringlista"
# What the acts do is tried on both databases beside the acts themselves.
pytestmark = on_sqlite


@pytest.fixture
def code(database: Database, cast: Cast) -> str:
    """The call to Amina, who is reached only by phone and has an offer of ABC in Farsta."""
    only_phone(database, cast)
    offer_to_amina(database, cast)
    watch(database)
    with database.reading() as db:
        return db.scalars(select(Call.code)).one()


def read(database: Database) -> tuple[OfferState, RegistrationState, bool]:
    """What became of the offer, the registration and the call."""
    with database.reading() as db:
        offer, call = db.scalars(select(Offer)).one(), db.scalars(select(Call)).one()
        return offer.state, offer.registration.state, call.is_open


def test_the_list_says_who_why_in_which_language_and_by_when(
    client: FlaskClient, sign_in: SignIn, cast: Cast, code: str
) -> None:
    sign_in(cast.eva)
    page = client.get(LIST).text
    for words in ("Amina Demo", "Nås bara per telefon", "svenska", "ABC", "lör 9/1 kl 10", "inget än"):
        assert words in page
    assert "Ringlista (1)" in page
    assert "familj att ringa" in client.get("/samordnare/").text


def test_another_district_does_not_have_it(client: FlaskClient, sign_in: SignIn, cast: Cast, code: str) -> None:
    sign_in(cast.filip)
    assert "Ingen att ringa just nu" in client.get(LIST).text
    assert client.get(f"{LIST}/{code}").status_code == 404
    assert client.post(f"{LIST}/{code}/ja").status_code == 404


def test_the_page_says_what_to_say_where_when_and_why(
    client: FlaskClient, sign_in: SignIn, cast: Cast, code: str
) -> None:
    sign_in(cast.eva)
    page = client.get(f"{LIST}/{code}").text
    for words in (
        "070-000 00 01",
        "Hej! Jag ringer från",
        "Ni får ett erbjudande om en plats i ABC.",
        "Farsta familjecentral",
        "tisdag 26 januari kl. 17.30",
        "det var er tur bland familjerna som bor där gruppen hör hemma",
        "De vill tänka till lör 9/1 kl 10",
        "Ett nej kostar ingenting.",
    ):
        assert words in page


def test_it_is_said_in_the_familys_own_language_too(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str
) -> None:
    with database.transaction() as db:
        db.execute(update(Carer).values(language="ar"))
    sign_in(cast.eva)
    page = client.get(f"{LIST}/{code}").text
    assert 'lang="sv" dir="ltr"' in page
    assert 'lang="ar" dir="rtl"' in page
    assert "\N{LEFT-TO-RIGHT ISOLATE}08-" in page
    assert "arabiska" in client.get(LIST).text


@pytest.mark.parametrize(
    ("word", "became"),
    [
        ("ja", (OfferState.ACCEPTED, RegistrationState.PLACED, False)),
        ("nej", (OfferState.DECLINED, RegistrationState.WAITING, False)),
        ("tanker", (OfferState.OPEN, RegistrationState.WAITING, True)),
        ("inget-svar", (OfferState.OPEN, RegistrationState.WAITING, True)),
        ("tolk", (OfferState.OPEN, RegistrationState.WAITING, True)),
        ("fel-nummer", (OfferState.OPEN, RegistrationState.WAITING, True)),
    ],
)
def test_what_was_heard_is_done_at_once(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str,
    word: str, became: tuple[OfferState, RegistrationState, bool],
) -> None:  # fmt: skip
    sign_in(cast.eva)
    assert client.post(f"{LIST}/{code}/{word}").status_code == 303
    assert read(database) == became


def test_a_family_that_did_not_answer_moves_down_until_it_is_time_again(
    client: FlaskClient, sign_in: SignIn, cast: Cast, code: str
) -> None:
    sign_in(cast.eva)
    client.post(f"{LIST}/{code}/inget-svar")
    page = client.get(LIST).text
    assert "Ingen att ringa just nu" in page
    assert "Att ringa senare" in page
    assert "1: Ingen svarade" in " ".join(page.split())
    assert "Ringde, ingen svarade" in client.get(f"/samordnare/anmalan/{cast.amina.code}").text


def test_a_second_click_finds_the_call_done(client: FlaskClient, sign_in: SignIn, cast: Cast, code: str) -> None:
    sign_in(cast.eva)
    client.post(f"{LIST}/{code}/ja")
    refused = client.post(f"{LIST}/{code}/nej")
    assert refused.status_code == 409
    assert 'href="/samordnare/"' in refused.text  # They go on at the desk, not at the parents' start.
    assert "Samtalet är klart" in client.get(f"{LIST}/{code}").text


def test_a_word_that_nobody_says_is_no_page(client: FlaskClient, sign_in: SignIn, cast: Cast, code: str) -> None:
    sign_in(cast.eva)
    missing = client.post(f"{LIST}/{code}/kanske")
    assert (missing.status_code, "Jag har redan anmält mig" in missing.text) == (404, False)


def test_whose_identity_is_protected_is_neither_named_nor_is_their_number_shown(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str
) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).family.protected = True
    sign_in(cast.eva)
    for page in (client.get(LIST).text, client.get(f"{LIST}/{code}").text):
        assert "Skyddade personuppgifter" in page
        assert "Amina" not in page
        assert "700000001" not in page.replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    ("why", "words", "button"),
    [
        (CallWhy.ANSWER_UNCLEAR, "Vi fick ett sms från er", "Vi har pratat, klart"),
        (CallWhy.RECONFIRM, "Vill ni fortfarande ha en plats?", "Ja, de väntar kvar"),
        (CallWhy.NO_CHANNEL, "vi kan inte skriva till er längre", "Vi har pratat, klart"),
    ],
)
def test_the_other_calls_have_words_and_buttons_of_their_own(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, why: CallWhy, words: str, button: str
) -> None:
    with database.transaction() as db:
        made = calls.put(db, db.get_one(Registration, cast.amina.id), why, now=NOW).code
    sign_in(cast.eva)
    page = client.get(f"{LIST}/{made}").text
    assert words in page
    assert button in page
    assert "de tar platsen" not in page
    assert client.post(f"{LIST}/{made}/klart").status_code == 303
    with database.reading() as db:
        assert not db.scalars(select(Call)).one().is_open


@pytest.mark.parametrize(("who", "status"), [("eva", 200), ("filip", 404)])
def test_an_sms_that_was_not_understood_is_read_with_a_click_that_is_noted(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, who: str, status: int
) -> None:
    with database.transaction() as db:
        came = {"provider": "46elks", "provider_id": "s1", "number": "+46701740605", "came_at": NOW}
        reply = Reply(**came, number_hash="x", text="kanske 7K", state=ReplyState.UNCLEAR)
        db.add(reply)
        db.flush()
        amina, why = db.get_one(Registration, cast.amina.id), CallWhy.ANSWER_UNCLEAR
        made = calls.put(db, amina, why, thing_kind="replies", thing_id=reply.id, now=NOW).code
    sign_in(getattr(cast, who))
    seen = client.get(f"{LIST}/{made}")
    assert (seen.status_code, "Sms som vi inte förstod" in seen.text) == (status, status == 200)
    assert "kanske 7K" not in seen.text
    read = client.post(f"{LIST}/{made}/sms")
    assert (read.status_code, "kanske 7K" in read.text) == (status, status == 200)
    with database.reading() as db:
        noted = db.scalars(select(AuditEntry.action).where(AuditEntry.action == "replies read")).all()
    assert len(noted) == (1 if status == 200 else 0)


def test_leaving_the_queue_asks_why_and_cannot_be_a_slip(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        made = calls.put(db, db.get_one(Registration, cast.amina.id), CallWhy.RECONFIRM, now=NOW).code
    sign_in(cast.eva)
    assert client.post(f"{LIST}/{made}/lamnar", data={}).status_code == 422
    assert client.post(f"{LIST}/{made}/lamnar", data={"reason": "De har flyttat"}).status_code == 303
    assert client.get(f"{LIST}/{made}/lamnar").status_code == 404
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.WITHDRAWN


def test_a_number_that_is_wrong_can_be_said_to_be(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str
) -> None:
    with database.transaction() as db:
        carer = db.get_one(Registration, cast.amina.id).carers[0]
        families.set_mobile(carer, "+46700000002")
        carer.mobile_confirmed_at = NOW
    sign_in(cast.eva)
    client.post(f"{LIST}/{code}/fel-nummer", data={"carer": carer.code})
    with database.reading() as db:
        assert db.get_one(Carer, carer.id).mobile_confirmed_at is None


def test_another_number_is_phoned_at_once_and_written_to_when_confirmed(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str
) -> None:
    whose = cast.amina.carers[0].code
    sign_in(cast.eva)
    assert "Amina Demo" in client.get(f"{LIST}/{code}/nummer").text
    for typed in ("12", "amina@example.org", ""):
        answer = client.post(f"{LIST}/{code}/nummer", data={"carer": whose, "mobile": typed})
        assert answer.status_code == 422
    for typed in ("08-508 10 000", "070-174 06 09"):
        assert client.post(f"{LIST}/{code}/nummer", data={"carer": whose, "mobile": typed}).status_code == 303
    assert "070-174 06 09" in client.get(f"{LIST}/{code}").text
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).carers[0].channels == []


def test_a_protected_familys_number_is_not_typed_in_here(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str
) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).family.protected = True
    sign_in(cast.eva)
    assert client.get(f"{LIST}/{code}/nummer").status_code == 404


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    site: Site, client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast, code: str
) -> None:
    def asked(families: int) -> int:
        with database.transaction() as db:
            for number in range(families):
                home, komet = db.merge(cast.farsta), db.merge(cast.komet)
                more = registration(db, f"Fler{number} Demo", home, komet, [home], NOW)
                calls.no_answer(db, calls.put(db, more, CallWhy.NO_CHANNEL, now=NOW), now=NOW, by=cast.eva.actor)
        with statements(site.services.database) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    sign_in(cast.eva)
    assert asked(2) == asked(12)
