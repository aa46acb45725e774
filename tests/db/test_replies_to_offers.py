"""JA and NEJ by SMS to an offer: as on the web, once, and only with the code that was sent to that number."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.base.db import Database
from booking.course import calls
from booking.course.calls import CallWhy
from booking.course.replies import Reply, ReplyState
from booking.outbox.messages import Message
from booking.people.families import Family
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.places.placements import find_live
from booking.records import answer_codes
from tests.cast import NOW, Cast
from tests.db.phones import AMINAS, BENS, NOBODYS, Phones, code_of, give_phone, offer_place, post, text

SOON = NOW + timedelta(hours=1)
# What is read and said is the same whatever database stands behind it.
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def code(database: Database, cast: Cast, phones: Phones) -> str:
    """Amina has been offered a place by SMS, with this code."""
    with database.transaction() as db:
        give_phone(db, cast.amina, AMINAS)
        offer_place(db, cast.amina, cast.abc_farsta)
    post(database, phones)
    with database.reading() as db:
        return code_of(db, "offer", db.get_one(Registration, cast.amina.id).carers[0])


def answer(
    database: Database, said: str, *, number: str = AMINAS, now: datetime = SOON, name: str | None = None
) -> ReplyState | None:
    """What becomes of an SMS."""
    with database.transaction() as db:
        reply = text(db, said, number=number, now=now, name=name)
        return None if reply is None else reply.state


def offer_state(database: Database) -> OfferState:
    with database.reading() as db:
        return db.scalars(select(Offer.state)).one()


def call_whys(database: Database) -> list[CallWhy]:
    with database.reading() as db:
        return [call.why for call in calls.list_open(db, None)]


@one_database
def test_an_offers_sms_says_with_which_code_it_is_answered(code: str, phones: Phones) -> None:
    assert len(code) == 3
    assert f"JA {code}" in phones.sms()[0]
    assert f"NEJ {code}" in phones.sms()[0]


def test_yes_with_the_code_takes_the_place_and_is_confirmed_at_once(
    database: Database, cast: Cast, code: str, phones: Phones
) -> None:
    night = NOW + timedelta(hours=13)
    assert answer(database, f"ja {code}", now=night) is ReplyState.ACCEPTED
    post(database, phones, now=night)
    assert offer_state(database) is OfferState.ACCEPTED
    assert len(phones.sms()) == 2
    with database.reading() as db:
        placement = find_live(db, cast.amina.id)
        assert placement is not None
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.PLACED


@one_database
def test_no_with_the_code_gives_the_place_back_and_is_confirmed(
    database: Database, cast: Cast, code: str, phones: Phones
) -> None:
    assert answer(database, f"Nej {code} tack!") is ReplyState.DECLINED
    post(database, phones, now=SOON)
    assert offer_state(database) is OfferState.DECLINED
    assert "nej" in phones.sms()[1]
    with database.reading() as db:
        assert find_live(db, cast.amina.id) is None
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.WAITING


def test_a_second_copy_of_an_sms_does_nothing(database: Database, code: str) -> None:
    assert answer(database, f"ja {code}", name="s-1") is ReplyState.ACCEPTED
    assert answer(database, f"ja {code}", name="s-1") is None
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Reply)) == 1


def test_the_same_answer_once_more_is_harmless_and_said_so(database: Database, code: str, phones: Phones) -> None:
    answer(database, f"ja {code}")
    assert answer(database, f"ja {code}") is ReplyState.SAME
    post(database, phones, now=SOON)
    assert phones.sms()[-1].startswith("Vi har redan ert svar.")


@one_database
def test_another_answer_comes_too_late(database: Database, code: str, phones: Phones) -> None:
    answer(database, f"nej {code}")
    assert answer(database, f"ja {code}") is ReplyState.CLOSED
    post(database, phones, now=SOON)
    assert "Det går inte att svara på det längre." in phones.sms()[-1]
    assert offer_state(database) is OfferState.DECLINED


@one_database
def test_an_offer_whose_time_is_out_cannot_be_taken(database: Database, code: str) -> None:
    assert answer(database, f"ja {code}", now=NOW + timedelta(days=10)) is ReplyState.CLOSED
    assert offer_state(database) is OfferState.OPEN


@one_database
@pytest.mark.parametrize("said", ["ja", "JA TACK", "ja {other}", "ja {code} {other}", "ja men inte {code}", "{code}"])
def test_what_is_not_sure_changes_nothing_gets_a_link_and_a_call(
    database: Database, code: str, phones: Phones, said: str
) -> None:
    other = "K9" if code != "K9" else "M9"
    assert answer(database, said.format(code=code, other=other)) is ReplyState.UNCLEAR
    post(database, phones, now=SOON)
    assert offer_state(database) is OfferState.OPEN
    assert "https://likaplats.example/m/" in phones.sms()[-1]
    assert call_whys(database) == [CallWhy.ANSWER_UNCLEAR]


@one_database
def test_a_call_goes_off_the_list_when_the_answer_comes_after_all(database: Database, code: str) -> None:
    answer(database, "ja")
    answer(database, f"ja {code}")
    assert call_whys(database) == []


@one_database
def test_thanks_alone_are_nothing_to_call_about(database: Database, code: str, phones: Phones) -> None:
    assert answer(database, "Tack så mycket!") is ReplyState.IGNORED
    assert call_whys(database) == []


@one_database
def test_an_unknown_number_is_not_kept_and_not_answered(database: Database, code: str, phones: Phones) -> None:
    assert answer(database, f"ja {code}", number=NOBODYS) is None
    post(database, phones, now=SOON)
    assert (phones.sms(NOBODYS), offer_state(database)) == ([], OfferState.OPEN)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Reply)) == 0


@one_database
def test_a_code_answers_nothing_from_another_number(database: Database, cast: Cast, code: str) -> None:
    with database.transaction() as db:
        give_phone(db, cast.ben, BENS)
    assert answer(database, f"ja {code}", number=BENS) is ReplyState.UNCLEAR
    assert offer_state(database) is OfferState.OPEN


def test_two_families_with_one_number_have_codes_of_their_own(database: Database, cast: Cast, phones: Phones) -> None:
    with database.transaction() as db:
        carers = [give_phone(db, each, AMINAS) for each in (cast.amina, cast.ben)]
        offer_place(db, cast.amina, cast.abc_farsta)
        offer_place(db, cast.ben, cast.abc_skarpnack)
    post(database, phones)
    with database.reading() as db:
        aminas, bens = (code_of(db, "offer", carer) for carer in carers)
    assert aminas != bens
    assert answer(database, "ja") is ReplyState.UNCLEAR
    assert answer(database, f"ja {bens}") is ReplyState.ACCEPTED
    with database.reading() as db:
        states = dict(db.execute(select(Offer.registration_id, Offer.state)).all())
    assert states == {cast.amina.id: OfferState.OPEN, cast.ben.id: OfferState.ACCEPTED}


@one_database
def test_both_families_with_one_number_get_a_link_and_a_call_when_nobody_can_tell_who_answers(
    database: Database, cast: Cast, phones: Phones
) -> None:
    with database.transaction() as db:
        for each, group in ((cast.amina, cast.abc_farsta), (cast.ben, cast.abc_skarpnack)):
            give_phone(db, each, AMINAS)
            offer_place(db, each, group)
    post(database, phones)
    answer(database, "ja")
    post(database, phones, now=SOON)
    assert sum("/m/" in sms for sms in phones.sms()) == 2
    assert call_whys(database) == [CallWhy.ANSWER_UNCLEAR] * 2


@one_database
def test_who_guesses_at_codes_is_let_in_no_more_that_day(database: Database, code: str) -> None:
    for number in range(7):
        answer(database, f"nej {'K22' if code != 'K22' else 'M22'}", name=f"guess {number}".replace(" ", ""))
    assert answer(database, f"nej {code}") is ReplyState.UNCLEAR
    assert offer_state(database) is OfferState.OPEN
    assert answer(database, f"nej {code}", now=SOON + timedelta(hours=25)) is ReplyState.DECLINED


@one_database
def test_an_answer_that_a_machine_repeats_is_answered_three_times_and_no_more(
    database: Database, code: str, phones: Phones
) -> None:
    for _ in range(25):
        answer(database, "Jag är på semester och svarar den 7 augusti")
        post(database, phones, now=SOON)
    assert sum("Vi är inte säkra" in sms for sms in phones.sms()) == 3
    assert call_whys(database) == [CallWhy.ANSWER_UNCLEAR]
    assert answer(database, f"ja {code}") is ReplyState.IGNORED


@one_database
def test_the_same_code_stands_in_every_sms_about_the_offer(database: Database, cast: Cast, code: str) -> None:
    with database.transaction() as db:
        carer = db.get_one(Registration, cast.amina.id).carers[0]
        about = carer.id, answer_codes.OFFER, db.scalars(select(Offer.id)).one()
        again = answer_codes.make(db, *about, number_hash=str(carer.mobile_hash), now=SOON, until=SOON)
        moved = answer_codes.make(db, *about, number_hash="another number", now=SOON, until=SOON)
        assert again == code
        assert answer_codes.find(db, str(carer.mobile_hash), code) is None
        assert answer_codes.find(db, "another number", moved) is not None


def test_codes_do_not_run_out_at_one_number(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_codes, "LETTERS", "K")  # Of 49 codes with two digits.
    with database.transaction() as db:
        carer_id = db.get_one(Registration, cast.amina.id).carers[0].id
        made = [
            answer_codes.make(db, carer_id, "session", each, number_hash="one", now=NOW, until=NOW)
            for each in range(60)
        ]
    assert len(set(made)) == 60
    assert {len(each) for each in made} == {3, 4}


@one_database
def test_a_code_is_free_again_two_weeks_after_it_was_of_use(database: Database, cast: Cast, code: str) -> None:
    with database.transaction() as db:
        answer_codes.forget(db, now=NOW + timedelta(days=10))
        number = db.scalars(select(answer_codes.AnswerCode.number_hash)).one()
        assert answer_codes.find(db, number, code) is not None
        answer_codes.forget(db, now=NOW + timedelta(days=40))
        assert answer_codes.find(db, number, code) is None


@one_database
def test_a_discreet_family_is_sent_no_code(database: Database, cast: Cast, phones: Phones) -> None:
    with database.transaction() as db:
        give_phone(db, cast.amina, AMINAS)
        db.get_one(Family, cast.amina.family_id).discreet = True
        offer_place(db, cast.amina, cast.abc_farsta)
    post(database, phones)
    with database.reading() as db:
        assert set(db.scalars(select(Message.answer_code))) == {None}


@one_database
def test_no_code_is_sent_where_nobody_can_answer(database: Database, cast: Cast, phones: Phones) -> None:
    with database.transaction() as db:
        give_phone(db, cast.amina, AMINAS)
        offer_place(db, cast.amina, cast.abc_farsta)
    post(database, phones, answerable=False)
    assert "Svara JA" not in phones.sms()[0]
    with database.reading() as db:
        assert set(db.scalars(select(Message.answer_code))) == {None}


@one_database
def test_an_offer_answered_on_the_web_is_not_answered_again_by_sms(database: Database, cast: Cast, code: str) -> None:
    with database.transaction() as db:
        made = db.scalars(select(Offer)).one()
        offers.decline(db, made, now=SOON, by=made.registration.carers[0].actor)
    assert answer(database, f"ja {code}") is ReplyState.CLOSED
