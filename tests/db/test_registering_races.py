"""Two at the same moment: two clicks on send, two phones with the same code page, the same person in two tabs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from booking.base.db import Database
from booking.people import confirming, drafts
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from tests.cast import NOW, Cast
from tests.db.racing import at_once
from tests.db.test_registering import code_of, register


def test_of_two_clicks_on_send_one_claims_the_draft(database: Database) -> None:
    with database.transaction() as db:
        token = drafts.start(db, {"hem": {"home": ["farsta"]}}, now=NOW)

    def claim() -> bool:
        with database.transaction() as db:
            return drafts.claim(db, token, now=NOW)

    assert sorted(at_once(claim, claim, claim)) == [False, False, True]


def test_a_draft_lives_for_a_day_after_the_last_answer(database: Database) -> None:
    with database.transaction() as db:
        token = drafts.start(db, {}, now=NOW)
        draft = drafts.find(db, token, now=NOW + timedelta(hours=23))
        assert draft is not None
        drafts.keep(db, draft, "hem", {"home": ["farsta"]}, now=NOW + timedelta(hours=23))
    with database.reading() as db:
        assert drafts.find(db, token, now=NOW + timedelta(hours=46)) is not None
        assert drafts.find(db, token, now=NOW + timedelta(hours=47)) is None


def test_drafts_whose_day_is_over_are_cleared_away(database: Database) -> None:
    with database.transaction() as db:
        token = drafts.start(db, {}, now=NOW)
        drafts.forget(db, now=NOW + timedelta(hours=24))
        assert drafts.find(db, token, now=NOW) is None


def test_the_same_person_who_confirms_in_two_tabs_stands_in_the_queue_once(database: Database, cast: Cast) -> None:
    carers = [register(database), register(database)]
    codes = [code_of(database, carer) for carer in carers]

    def confirm(carer: int, code: str) -> None:
        with database.transaction() as db:
            confirming.confirm(db, db.get_one(Carer, carer), "sms", code, now=NOW)

    at_once(*[partial(confirm, carer, code) for carer, code in zip(carers, codes, strict=True)])
    with database.reading() as db:
        query = select(Registration.state, func.count()).where(Registration.waiting_since == NOW)
        rows = db.execute(query.group_by(Registration.state)).all()
    counted = {row[0]: row[1] for row in rows}
    assert counted == {RegistrationState.WAITING: 2, RegistrationState.CLOSED: 2}


def test_the_right_code_sent_twice_at_once_is_harmless(database: Database, cast: Cast) -> None:
    carer = register(database)
    code = code_of(database, carer)

    def confirm() -> int:
        with database.transaction() as db:
            return confirming.confirm(db, db.get_one(Carer, carer), "sms", code, now=NOW).id

    assert at_once(confirm, confirm) == [carer, carer]
