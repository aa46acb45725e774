"""What text messages cost, as the centre reads it."""

from __future__ import annotations

from flask.testing import FlaskClient

from booking.base.db import Database
from booking.outbox import messages
from booking.outbox.messages import MessageState
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

PAGE = "/samordnare/meddelanden/kostnad"
pytestmark = on_sqlite


def send(database: Database, cast: Cast, thing: int, cost: int | None) -> None:
    with database.transaction() as db:
        made = messages.queue(db, "offer", thing, cast.amina.carers[0].id, "sms", now=NOW)
        assert made is not None
        made.state, made.sent_at, made.parts, made.cost = MessageState.SENT, NOW, 1, cost


def test_a_month_says_what_it_cost_and_what_is_not_known(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    for thing, cost in enumerate((5200, 5200, None)):
        send(database, cast, thing, cost)
    sign_in(cast.greta)
    page = client.get(PAGE).text
    assert "1,04" in page
    assert "Priset saknas för 1 av 3." in page
    assert "januari 2027" in page


def test_what_nobody_has_said_a_price_of_is_unknown_and_not_free(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    send(database, cast, 1, None)
    sign_in(cast.greta)
    assert "okänt" in client.get(PAGE).text


def test_another_month_is_opened_by_its_address(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.greta)
    assert '<h2 class="ds-heading" data-size="sm">december 2026</h2>' in client.get(f"{PAGE}?manad=2026-12").text
    assert '<h2 class="ds-heading" data-size="sm">januari 2027</h2>' in client.get(f"{PAGE}?manad=nonsense").text


def test_a_district_does_not_see_what_the_city_pays(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/samordnare/meddelanden").text
