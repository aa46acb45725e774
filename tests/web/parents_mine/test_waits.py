"""How long it may take, as families read it: on their page, when they have registered, and before they do."""

from __future__ import annotations

from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from tests.cast import Cast
from tests.db.test_waits import forty, learn
from tests.web.parents.wizard import walk


def known(database: Database, cast: Cast) -> None:
    """Families in Farsta were offered ABC after 77 to 140 days; Amina has waited 94."""
    forty(database, cast.abc.id, cast.farsta.id, shift=70)
    learn(database)


def full(database: Database, cast: Cast) -> None:
    """No group has a place that Amina could take at once."""
    with database.transaction() as db:
        for each in (cast.abc_farsta, cast.abc_skarpnack):
            group = db.get_one(Group, each.id)
            group.places_taken = group.capacity


def test_my_page_says_how_much_longer_it_may_take_and_how_sure_that_is(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    known(database, cast)
    full(database, cast)
    page = client.get(f"/sv/min/{amina}/").text
    assert "Vi tror att det dröjer högst 7 veckor till." in page
    assert "Så har det varit för 8 av 10 familjer som er, i er stadsdel de senaste två åren." in page
    assert "Troligen om högst 7 veckor" in page


def test_without_history_my_page_says_that_we_cannot_say(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    full(database, cast)
    page = client.get(f"/sv/min/{amina}/").text
    assert "Vi kan inte säga än hur länge det dröjer." in page
    assert "När en plats passar" in page


def test_who_may_take_a_free_place_now_is_not_told_to_wait(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    known(database, cast)
    page = client.get(f"/sv/min/{amina}/").text
    assert "Ledigt just nu" in page
    assert "Vi tror att det dröjer" not in page


def test_who_goes_first_is_told_so_instead(client: FlaskClient, database: Database, cast: Cast, amina: str) -> None:
    known(database, cast)
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).city_cancelled = True
    page = client.get(f"/sv/min/{amina}/").text
    assert "Ni går före de andra i kön" in page
    assert "Vi tror att det dröjer" not in page


def test_thanks_for_registering_says_how_long_it_may_take(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    known(database, cast)
    page = client.get(f"/sv/tack/{amina}/").text
    assert "Vi tror att det dröjer högst 7 veckor innan ni får ett erbjudande." in page


def test_a_full_group_shows_how_long_families_there_usually_wait(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    known(database, cast)
    full(database, cast)
    assert "Kö, oftast 11–19 veckor" in client.get("/sv/grupper").text


def test_a_programme_says_how_long_it_takes_at_home_and_what_is_free_in_each_district(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    known(database, cast)
    page = client.get("/sv/program/abc?hem=farsta").text
    assert "För familjer i Farsta dröjer det oftast 11–19 veckor från anmälan till erbjudande." in page
    row = page[page.index('<th scope="row">Skarpnäck</th>') :].split("</tr>")[0]
    assert "Vi vet inte än" in row
    assert '<td class="num">12</td>' in row


def test_a_programme_without_history_says_nothing_about_time(client: FlaskClient, cast: Cast) -> None:
    assert "dröjer det oftast" not in client.get("/sv/program/komet-3-11").text


def test_the_last_look_before_sending_says_how_long_it_may_take_with_these_answers(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    known(database, cast)
    walk(client)
    page = client.get("/sv/anmalan/stammer").text
    assert "Vi tror att det dröjer 11–19 veckor innan ni får ett erbjudande." in page
