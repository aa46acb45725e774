"""A run's pages ask as much for many families as for few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.web.site import Site
from tests.cast import NOW, Cast, registration
from tests.db import rounds
from tests.db.test_few_queries import statements
from tests.web.conftest import SignIn

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


def asked(site: Site, client: FlaskClient, database: Database, cast: Cast, page: str) -> int:
    """How much the page asks of the database."""
    run = rounds.run(database, rounds.propose(database))
    with statements(site.services.database) as found:
        answer = client.get(f"/samordnare/forslag/{run.code}{page.format(group=cast.abc_farsta.code)}")
    assert answer.status_code == 200
    return len(found)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_much_for_many_families_as_for_few(
    site: Site, client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, page: str
) -> None:
    grow(database, cast, places=2, families=8)
    rounds.propose(database)
    sign_in(cast.greta)
    grow(database, cast, places=4, families=4)
    for_few = asked(site, client, database, cast, page)
    grow(database, cast, places=12, families=25)
    assert asked(site, client, database, cast, page) <= for_few
