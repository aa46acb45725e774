"""Carla's group with Amina and Ben in it, and a signed-in browser at any hour of its life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask.testing import FlaskClient

from booking import create_app
from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import placements
from booking.places.placements import Source, Way
from booking.records.accounts import Account
from booking.records.audit import SYSTEM
from booking.web.site import Site
from config import Settings
from tests.cast import NOW, Cast

FIRST_MEETING = datetime(2027, 1, 26, 16, 30, tzinfo=UTC)
DOORWAY = FIRST_MEETING - timedelta(minutes=10)

Browser = Callable[[Account, datetime], FlaskClient]


@dataclass
class Roster:
    """Public codes and ids: Carla's group, its meetings in order, and the placements."""

    group: str
    meetings: list[str]
    meeting_ids: list[int]
    amina: int
    ben: int


@pytest.fixture
def roster(database: Database, cast: Cast) -> Roster:
    """Amina, with a mobile, and Ben have places in Carla's group."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46701740605")
        carer.mobile_confirmed_at = NOW
        there = db.get_one(Group, cast.abc_farsta.id)
        taken = [
            placements.take(db, db.get_one(Registration, who.id), there, Way(Source.STAFF), now=NOW, by=SYSTEM).id
            for who in (cast.amina, cast.ben)
        ]
        meetings = sessions.list_of(db, there.id)
        return Roster(there.code, [each.code for each in meetings], [each.id for each in meetings], *taken)


@pytest.fixture
def browser(settings: Settings) -> Iterator[Browser]:
    """Opens a browser in which this account is signed in at this hour."""
    sites: list[Site] = []

    def open_(account: Account, when: datetime) -> FlaskClient:
        site = cast(Site, create_app(settings, clock=lambda: when, senders={}))
        site.config["WTF_CSRF_ENABLED"] = False
        sites.append(site)
        client = site.test_client()
        with client.session_transaction() as kept:
            kept["account"] = [account.id, account.session_key]
        return client

    yield open_
    for site in sites:
        site.services.database.close()
