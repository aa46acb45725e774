"""A block that reads sees one state of the city, whatever happens meanwhile."""

from sqlalchemy import func, select

from booking.base.db import Database
from booking.catalogue.districts import District
from tests import cast as people
from tests.cast import Cast


def test_what_others_change_meanwhile_is_not_seen_until_the_next_time(database: Database, cast: Cast) -> None:
    districts = select(func.count()).select_from(District)
    with database.reading() as reader:
        before = reader.scalar(districts)
        with database.transaction() as db:
            people.district(db, "alvsjo", "Älvsjö")
        assert reader.scalar(districts) == before
    with database.reading() as reader:
        assert reader.scalar(districts) == (before or 0) + 1
