"""Amina's and Ben's links, and an offer to Amina in Farsta."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places import at_once, offers
from booking.places.offers import Reason
from booking.records import links
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast


def link(database: Database, registration: Registration) -> str:
    with database.transaction() as db:
        return links.make(db, registration.carers[0].id, now=NOW, days=90)


@pytest.fixture
def amina(database: Database, cast: Cast) -> str:
    """The token of Amina's link."""
    return link(database, cast.amina)


@pytest.fixture
def ben(database: Database, cast: Cast) -> str:
    """The token of Ben's link."""
    return link(database, cast.ben)


@pytest.fixture
def offer(database: Database, cast: Cast) -> str:
    """The code of an offer to Amina in Farsta, to be answered by Wednesday at ten."""
    with database.transaction() as db:
        wanted, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        made = offers.make(
            db, wanted, group, reason=Reason("placed_resident"), reply_by=NOW + timedelta(hours=48), now=NOW, by=SYSTEM
        )
        return made.code


@pytest.fixture
def placed(database: Database, cast: Cast) -> int:
    """The id of the place Amina has in Farsta."""
    with database.transaction() as db:
        wanted, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        return at_once.take(db, wanted, group, now=NOW, by=SYSTEM).id
