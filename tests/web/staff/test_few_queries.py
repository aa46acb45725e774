"""A run's pages ask as much for many families as for few."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.web.site import Site
from tests.cast import NOW, Cast, registration
from tests.db import rounds
from tests.db.test_few_queries import statements
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

PAGES = (
    "", "/familjer", "/familjer?show=waiting", "/familjer?show=guests", "/grupp/{group}", "/skillnad", "/publicera",
)  # fmt: skip


def grow(database: Database, cast: Cast, places: int, families: int) -> None:
    """Give both groups so many places, and let more families wait in Skarpnäck; some get a place, some do not."""
    with database.transaction() as db:
        for each in (cast.abc_farsta, cast.abc_skarpnack):
            db.get_one(Group, each.id).capacity = places
        home, near, abc = db.merge(cast.skarpnack), db.merge(cast.farsta), db.merge(cast.abc)
        for number in range(families):
            registration(db, f"Fler{number} Demo", home, abc, [home, near], NOW - timedelta(days=10 + number))


def asked(site: Site, client: FlaskClient, database: Database, cast: Cast) -> dict[str, int]:
    """How much each page of a new run asks of the database."""
    run = rounds.run(database, rounds.propose(database))
    return {page: _asked(site, client, f"/samordnare/forslag/{run.code}{page}", cast) for page in PAGES}


def _asked(site: Site, client: FlaskClient, address: str, cast: Cast) -> int:
    with statements(site.services.database) as found:
        assert client.get(address.format(group=cast.abc_farsta.code)).status_code == 200
    return len(found)


@on_sqlite
def test_a_page_asks_as_much_for_many_families_as_for_few(
    site: Site, client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    grow(database, cast, places=2, families=8)
    rounds.propose(database)
    sign_in(cast.greta)
    grow(database, cast, places=4, families=4)
    for_few = asked(site, client, database, cast)
    grow(database, cast, places=12, families=25)
    for_many = asked(site, client, database, cast)
    assert {page: number for page, number in for_many.items() if number > for_few[page]} == {}
