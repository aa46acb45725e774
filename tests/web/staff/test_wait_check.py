"""Whether our waits came true, as staff see it."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from booking.base.db import Database
from booking.insight import calibration
from booking.insight.calibration import Tally
from tests.cast import Cast
from tests.web.conftest import SignIn

PAGE = "/samordnare/vantetider"


def test_with_nothing_to_compare_the_page_says_what_will_stand_there(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(cast.eva)
    assert "Det finns inget att jämföra än." in client.get(PAGE).text


def test_promised_and_come_true_stand_side_by_side(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        calibration.keep(
            db,
            {
                (cast.abc.id, date(2026, 9, 1)): Tally(50, 45, 40, 31, 3200),
                (cast.komet.id, date(2026, 10, 1)): Tally(10, 0, 0, 0, 0),
            },
        )
    sign_in(cast.eva)
    page = client.get(PAGE).text
    assert "31 av 40 väntetider stämde: 78 procent. De skulle stämma för 80 procent." in page
    assert "september 2026" in page
    only_komet = client.get(f"{PAGE}?programme=komet-3-11").text
    assert "Ingen väntetid går att bedöma än." in only_komet
    assert "september 2026" not in only_komet
