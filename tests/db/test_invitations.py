"""The last places of a group that begins soon go to the first who answers, of all who can come at short notice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group
from booking.course import group_changes
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people.registrations import Registration, RegistrationState
from booking.places import at_once, invitations, letters, offers, placements
from booking.places.invitations import Invitation, InvitationState
from booking.places.offers import Reason
from booking.places.placements import Placement, Source, Way
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import Cast, at, build, registration

# The group begins on Tuesday 26 January at 17.30; this is the Sunday before, at noon in Stockholm.
SUNDAY = at(2027, 1, 24, 11)
COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")


def ready(database: Database, cast: Cast, *, free: int = 1) -> None:
    """Amina and Ben can come at short notice, and ABC in Farsta has so many places left."""
    with database.transaction() as db:
        for each in (cast.amina, cast.ben):
            db.get_one(Registration, each.id).short_notice = True
        db.get_one(Group, cast.abc_farsta.id).places_taken = 12 - free


def invite(database: Database, now: datetime = SUNDAY) -> list[int]:
    """One round; the registrations that were invited."""
    with database.transaction() as db:
        due = invitations.list_due(db, now=now)
        made = [each for group in due for each in invitations.invite(db, db.get_one(Group, group), now=now)]
    return [each.registration_id for each in made]


def mine(db: Session, registration_id: int) -> Invitation:
    return db.scalars(select(Invitation).where(Invitation.registration_id == registration_id)).one()


def accept(database: Database, registration_id: int, now: datetime = SUNDAY) -> str:
    """Press the button: "won", or why not."""
    try:
        with database.transaction() as db:
            invitations.accept(db, mine(db, registration_id), now=now, by=SYSTEM)
    except Refused as refusal:
        return refusal.code
    return "won"


def test_all_who_can_come_at_short_notice_are_told_at_the_same_moment(database: Database, cast: Cast) -> None:
    ready(database, cast)
    assert invite(database) == [cast.amina.id, cast.ben.id]
    with database.reading() as db:
        told = db.scalars(select(Message.made_at).where(Message.kind == "invitation")).all()
    assert told == [SUNDAY, SUNDAY]


def test_a_family_is_invited_once_to_a_group(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    assert invite(database, SUNDAY + timedelta(hours=1)) == []


def test_who_becomes_able_to_come_later_is_invited_then(database: Database, cast: Cast) -> None:
    ready(database, cast)
    with database.transaction() as db:
        db.get_one(Registration, cast.ben.id).short_notice = False
    assert invite(database) == [cast.amina.id]
    with database.transaction() as db:
        db.get_one(Registration, cast.ben.id).short_notice = True
    assert invite(database, SUNDAY + timedelta(minutes=1)) == [cast.ben.id]


@pytest.mark.parametrize(
    "now", [at(2027, 1, 23, 12), at(2027, 1, 24, 6), at(2027, 1, 24, 20), at(2027, 1, 26, 17)],
    ids=["more than three days before", "at dawn", "at night", "when it has begun"],
)  # fmt: skip
def test_nobody_is_invited_too_early_in_the_night_or_too_late(database: Database, cast: Cast, now: datetime) -> None:
    ready(database, cast)
    assert invite(database, now) == []


def test_nobody_is_invited_to_a_group_that_does_not_start(database: Database, cast: Cast) -> None:
    ready(database, cast, free=10)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 7
    assert invite(database) == []


def change(database: Database, cast: Cast, what: str) -> None:
    """Bring about why Amina is not invited."""
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        match what:
            case "rests":
                amina.paused_at = SUNDAY
            case "does not fit":
                amina.weekdays = [5]
            case "is two":
                amina.adults = 2
            case "has an offer":
                elsewhere = db.get_one(Group, cast.abc_skarpnack.id)
                by = SUNDAY + timedelta(hours=4)
                offers.make(
                    db, amina, elsewhere, reason=Reason("by_hand"), reply_by=by, now=SUNDAY, by=SYSTEM, override="Ja"
                )
            case "said no":
                by = SUNDAY + timedelta(hours=4)
                made = offers.make(db, amina, group, reason=Reason("by_hand"), reply_by=by, now=SUNDAY, by=SYSTEM)
                offers.decline(db, made, now=SUNDAY, by=SYSTEM)
            case _:
                amina.state = RegistrationState.WITHDRAWN


@pytest.mark.parametrize("what", ["rests", "does not fit", "is two", "has an offer", "said no", "has left"])
def test_who_cannot_have_the_place_is_not_invited(database: Database, cast: Cast, what: str) -> None:
    ready(database, cast)
    change(database, cast, what)
    assert invite(database) == [cast.ben.id]


def test_a_place_held_for_residents_is_no_guests(database: Database, cast: Cast) -> None:
    ready(database, cast)
    with database.transaction() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        group.resident_places, group.hold_until = 12, date(2027, 1, 26)
    assert invite(database) == [cast.amina.id]


def test_the_first_to_answer_gets_it_whoever_has_waited_longer(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    assert [accept(database, cast.ben.id), accept(database, cast.amina.id)] == ["won", "taken"]
    with database.reading() as db:
        ben, amina = db.get_one(Registration, cast.ben.id), db.get_one(Registration, cast.amina.id)
        assert (ben.state, amina.state) == (RegistrationState.PLACED, RegistrationState.WAITING)
        assert db.scalars(select(Placement.source)).all() == [Source.INVITATION]
        assert amina.waiting_since == cast.amina.waiting_since


def test_a_place_that_comes_free_again_can_still_be_taken(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    accept(database, cast.ben.id)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
    assert accept(database, cast.amina.id) == "won"


def test_a_no_costs_nothing(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    with database.transaction() as db:
        invitations.decline(db, mine(db, cast.amina.id), now=SUNDAY, by=SYSTEM)
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.state, amina.paused_at) == (RegistrationState.WAITING, None)
        assert mine(db, cast.amina.id).state is InvitationState.DECLINED
    assert accept(database, cast.amina.id) == "closed"


def test_it_is_over_when_the_group_begins(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    begun = at(2027, 1, 26, 17)
    assert accept(database, cast.amina.id, begun) == "closed"
    with database.transaction() as db:
        assert invitations.end_over(db, now=begun) == 2


def test_nobody_passes_the_queue_by_it_when_the_start_has_been_put_off(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    with database.transaction() as db:
        found = db.get_one(Group, cast.abc_farsta.id)
        day = date(2027, 2, 16)
        group_changes.postpone(db, found, day, version=found.version, now=SUNDAY, by=SYSTEM, reason="Ledaren sjuk")
    assert accept(database, cast.ben.id) == "closed"
    with database.reading() as db:
        assert invitations.list_open(db, cast.ben.id, now=SUNDAY) == []


def test_nobody_takes_such_a_place_at_once_past_those_who_are_invited(database: Database, cast: Cast) -> None:
    ready(database, cast)
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        assert group not in at_once.list_free(db, amina, now=SUNDAY)
        with pytest.raises(at_once.Refused) as refusal:
            at_once.take(db, amina, group, now=SUNDAY, by=SYSTEM)
    assert refusal.value.code == "invitation"


def letter(database: Database, channel: str = "email", now: datetime = SUNDAY) -> Letter | Dropped:
    with database.transaction() as db:
        query = select(Message).where(Message.kind == "invitation", Message.channel == channel)
        return COMPOSERS["invitation"](db, db.scalars(query.order_by(Message.id)).all()[0], now)


def test_the_letter_says_plainly_that_the_first_to_answer_gets_it(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    made = letter(database)
    assert isinstance(made, Letter)
    assert "Den som svarar först får platsen" in made.text
    assert "tisdag 26 januari kl. 17.30" in made.text


def test_it_is_not_sent_when_the_place_is_gone(database: Database, cast: Cast) -> None:
    ready(database, cast)
    invite(database)
    accept(database, cast.ben.id)
    assert isinstance(letter(database), Dropped)


@pytest.fixture
def crowd(postgres_url: str) -> Iterator[tuple[Database, int, list[int]]]:
    """A group with one place left, and ten families who are invited to it."""
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
        group = people.group(db, cast.komet, cast.farsta, first_day=date(2027, 1, 26), hour=time(17, 30), capacity=2)
        since = at(2026, 9, 1)
        waiting = [
            registration(db, f"Snabb{each} Demo", cast.farsta, cast.komet, [cast.farsta], since) for each in range(11)
        ]
        way = Way(Source.STAFF, override="Familjen ringde")
        placements.take(db, waiting.pop(), group, way, now=since, by=SYSTEM)
        for each in waiting:
            each.short_notice = True
    assert len(invite(database)) == 10
    yield database, group.id, [each.id for each in waiting]
    database.close()


def test_of_ten_who_press_at_the_same_moment_one_gets_the_place(crowd: tuple[Database, int, list[int]]) -> None:
    database, group_id, waiting = crowd
    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(lambda each: accept(database, each), waiting)) == ["taken"] * 9 + ["won"]
    with database.reading() as db:
        assert db.get_one(Group, group_id).places_taken == 2
        taken = select(func.count(Placement.id)).where(Placement.source == Source.INVITATION)
        assert db.scalar(taken) == 1
        assert db.scalar(select(func.count(Invitation.id)).where(Invitation.state == InvitationState.OPEN)) == 9
