"""What families are sent about offers and places: true when it is sent, and neutral to whoever else sees it."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import leaving
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message, MessageState
from booking.people import families
from booking.people.families import Family
from booking.people.registrations import Registration, tell
from booking.places import at_once, letters, offers
from booking.places.invitations import Invitation
from booking.places.offers import Offer, Reason
from booking.places.placements import Placement
from booking.records import links, policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import NOW, Cast

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
LATE = NOW + timedelta(hours=49)
# A text is the same whatever database stands behind it.
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TELLTALE = re.compile(r"ABC|Komet|barn|föräld|kurs", re.IGNORECASE)


@pytest.fixture
def offer(database: Database, cast: Cast) -> int:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        families.set_mobile(amina.carers[0], "+46700000001")
        amina.carers[0].mobile_confirmed_at = NOW
        group, reply_by = db.get_one(Group, cast.abc_farsta.id), NOW + timedelta(hours=48)
        return offers.make(db, amina, group, reason=Reason("placed_resident"), reply_by=reply_by, now=NOW, by=SYSTEM).id


def compose(database: Database, kind: str, channel: str = "sms", *, now: datetime = NOW) -> Letter | Dropped:
    with database.transaction() as db:
        message = db.scalars(select(Message).where(Message.kind == kind, Message.channel == channel)).one()
        return COMPOSERS[kind](db, message, now)


def letter(database: Database, kind: str, channel: str = "sms", *, now: datetime = NOW) -> Letter:
    made = compose(database, kind, channel, now=now)
    assert isinstance(made, Letter)
    return made


def do(database: Database, kind: str, offer: int) -> None:
    """Bring about what the kind tells of."""
    with database.transaction() as db:
        made = db.get_one(Offer, offer)
        match kind:
            case "placed" | "group_left":
                offers.accept(db, made, now=NOW, by=SYSTEM)
            case "declined" | "placed_now" | "invitation":
                offers.decline(db, made, now=NOW, by=SYSTEM)
            case "expired":
                offers.expire(db, made, now=LATE)
            case "withdrawn":
                offers.withdraw(db, made, now=NOW, by=SYSTEM, reason="")
            case "queue_left":
                leaving.withdraw(db, made.registration, now=NOW, by=SYSTEM)
        _afterwards(db, made, kind)


def _afterwards(db: Session, made: Offer, kind: str) -> None:
    match kind:
        case "group_left":
            leaving.leave_group(db, db.get_one(Placement, made.placement_id), now=NOW, by=SYSTEM, stay_in_queue=True)
        case "offer_halfway":
            tell(db, made.registration, kind, made.id, now=NOW)
        case "placed_now":
            at_once.take(db, made.registration, made.group, now=NOW, by=SYSTEM)
        case "invitation":
            policies.change(db, Policy(reply_last_days=30), now=NOW, by=SYSTEM, reason="test")
            elsewhere = db.scalars(select(Group).where(Group.id != made.group_id)).one()
            invited = Invitation(group_id=elsewhere.id, registration_id=made.registration_id, made_at=NOW)
            db.add(invited)
            db.flush()
            tell(db, made.registration, kind, invited.id, now=NOW)


def test_an_offer_says_until_when_and_leads_to_the_offer(database: Database, cast: Cast, offer: int) -> None:
    text = letter(database, "offer").text
    token = re.search(r"https://likaplats\.example/e/(\w+)", text)
    assert "Svara senast lör 9/1 kl 10.00" in text
    assert token is not None
    with database.reading() as db:
        link = links.find(db, token[1])
        assert link is not None
        assert link.carer_id == cast.amina.carers[0].id


def test_an_offer_that_has_run_out_is_not_sent(database: Database, offer: int) -> None:
    letter(database, "offer", "email")
    with database.transaction() as db:
        db.execute(update(Message).where(Message.channel == "email").values(state=MessageState.SENT))
    assert isinstance(compose(database, "offer", now=NOW + timedelta(days=6)), Dropped)


def test_an_offer_that_was_answered_is_not_sent(database: Database, offer: int) -> None:
    do(database, "declined", offer)
    assert isinstance(compose(database, "offer"), Dropped)


def test_the_mail_about_a_place_holds_every_date(database: Database, offer: int) -> None:
    do(database, "placed", offer)
    text = letter(database, "placed", "email").text
    assert all(day in text for day in ("tisdag 26 januari kl. 17.30", "tisdag 16 februari kl. 17.30", "Demogatan 1"))


def test_a_place_that_was_given_up_meanwhile_is_not_told(database: Database, offer: int) -> None:
    do(database, "group_left", offer)
    assert isinstance(compose(database, "placed"), Dropped)


@one_database
@pytest.mark.parametrize("kind", sorted(letters.LOOKS))
def test_nothing_outside_an_envelope_tells_what_it_is_about(database: Database, offer: int, kind: str) -> None:
    do(database, kind, offer)
    subject, sms = letter(database, kind, "email").subject, letter(database, kind).text
    assert subject is not None
    assert not TELLTALE.search(subject)
    assert not TELLTALE.search(sms)


@one_database
@pytest.mark.parametrize("kind", sorted(letters.LOOKS))
def test_a_text_message_fits_in_one_part(database: Database, offer: int, kind: str) -> None:
    do(database, kind, offer)
    assert len(letter(database, kind).text) <= 160


@one_database
@pytest.mark.parametrize("kind", ["offer", "placed", "expired"])
def test_a_discreet_family_gets_no_place_and_no_hour(database: Database, cast: Cast, offer: int, kind: str) -> None:
    with database.transaction() as db:
        db.get_one(Family, cast.amina.family_id).discreet = True
    do(database, kind, offer)
    for channel in ("sms", "email"):
        made = letter(database, kind, channel)
        assert "meddelande från Stockholms stad" in f"{made.subject} {made.text}"
        assert not re.search(r"Demogatan|kl|plats|ABC", made.text.replace("likaplats", ""))


def test_nothing_is_sent_to_an_address_that_is_no_longer_confirmed(database: Database, cast: Cast, offer: int) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).carers[0].sms_stopped_at = NOW
    assert isinstance(compose(database, "offer"), Dropped)
