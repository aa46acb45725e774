"""Stopping messages in an emergency: the centre does, everybody at the desk sees it, and it ends when it is lifted."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import holding, messages
from booking.outbox.holding import Hold
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

PAGE = "/samordnare/meddelanden/stopp"
WHY = "Fel länk i erbjudandena"


def held(database: Database) -> list[str | None]:
    with database.reading() as db:
        return [hold.channel for hold in holding.standing(db)]


@pytest.mark.parametrize(("way", "channel"), [("allt", None), ("sms", "sms"), ("mejl", "email")])
def test_the_centre_stops_all_or_one_channel_and_lets_go_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, way: str, channel: str | None
) -> None:
    sign_in(cast.greta)
    for _click in range(2):
        assert client.post(f"{PAGE}/{way}", data={"reason": WHY}).status_code == 303
    assert held(database) == [channel]
    for _click in range(2):
        assert client.post(f"/samordnare/meddelanden/slapp/{way}").status_code == 303
    assert held(database) == []
    history = client.get(PAGE).text
    assert history.count("Utskick stoppades") == history.count("Utskicken fick gå igen") == 1
    assert WHY in history


@on_sqlite
def test_one_reads_first_what_it_means_codes_too(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        messages.queue(db, "offer", 1, cast.amina.carers[0].id, "sms", now=NOW)
    sign_in(cast.greta)
    page = client.get(f"{PAGE}/allt").text
    assert "Inte heller koder och länkar" in page
    assert "1 meddelande står i kö just nu." in page
    assert client.post(f"{PAGE}/allt", data={"reason": " "}).status_code == 422
    assert held(database) == []


@on_sqlite
@pytest.mark.parametrize("page", ["/samordnare/", "/samordnare/ko", "/samordnare/grupper", "/samordnare/meddelanden"])
def test_everybody_at_the_desk_sees_on_every_page_that_messages_are_stopped(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, page: str
) -> None:
    with database.transaction() as db:
        stopped = holding.hold(db, None, reason=WHY, now=NOW, by=SYSTEM)
    sign_in(cast.eva)
    shown = client.get(page).text
    assert "Alla utskick är stoppade." in shown
    assert WHY in shown
    with database.transaction() as db:
        holding.lift(db, db.get_one(Hold, stopped.id), now=NOW, by=SYSTEM)
    assert "stoppade" not in client.get(page).text


@on_sqlite
def test_a_district_stops_nothing(client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database) -> None:
    sign_in(cast.eva)
    assert client.post(f"{PAGE}/allt", data={"reason": WHY}).status_code == 404
    assert PAGE not in client.get("/samordnare/meddelanden").text
    with database.reading() as db:
        assert db.scalars(select(Hold)).all() == []


@on_sqlite
def test_what_has_become_too_old_meanwhile_is_said(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        carer = cast.amina.carers[0].id
        messages.queue(db, "reminder", 1, carer, "sms", now=at(2027, 1, 3), not_after=at(2027, 1, 4, 8))
        messages.queue(db, "reminder", 2, carer, "sms", now=NOW)
        holding.hold(db, "sms", reason=WHY, now=NOW, by=SYSTEM)
    sign_in(cast.greta)
    page = client.get(PAGE).text
    assert "2 meddelanden väntar." in page
    assert "1 har hunnit bli för gammalt och skickas inte." in page


@on_sqlite
def test_there_is_no_other_way_to_stop(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.greta)
    assert client.get(f"{PAGE}/brevduva").status_code == 404
    assert client.post("/samordnare/meddelanden/slapp/brevduva").status_code == 404
