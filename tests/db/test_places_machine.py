"""Whatever happens to places in whatever order, the books balance and no waiting time changes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group, GroupState
from booking.course import group_changes, leaving
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState, Reason
from booking.places.placements import COUNTING, Placement, PlacementState, Source, Way
from booking.records.audit import SYSTEM
from tests.cast import NOW, at, build, group, registration

people = st.integers(0, 5)
places = st.integers(0, 2)


def pairs(db: Session, query: Executable) -> dict[Any, Any]:
    return {key: value for key, value in db.execute(query)}  # noqa: C416


class Places(RuleBasedStateMachine):
    """Six families, one of them two adults, and three small groups of one programme."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.mkdtemp()
        file = Path(self.folder) / "machine.db"
        shutil.copy(self.template, file)
        self.database = Database(f"sqlite:///{file}")
        self.now = NOW
        with self.database.transaction() as db:
            cast = build(db)
            homes = [cast.farsta, cast.skarpnack]
            self.groups = [group(db, cast.abc, homes[n % 2], capacity=2).id for n in range(3)]
            self.people = [
                registration(
                    db, f"N{n} Demo", homes[n % 2], cast.abc, homes, at(2026, 9, 1 + n), adults=1 + (n == 3)
                ).id
                for n in range(6)
            ]
            self.dates = pairs(db, select(Registration.id, Registration.waiting_since))

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def attempt(self, act: Callable[[Session], object]) -> None:
        try:
            with self.database.transaction() as db:
                act(db)
        except Refused:
            pass

    def answer(self, number: int, act: Callable[..., object], **how: Any) -> None:
        def on_newest(db: Session) -> object:
            query = select(Offer).where(Offer.registration_id == self.people[number]).order_by(Offer.id.desc())
            found = db.scalars(query).first()
            return act(db, found, now=self.now, **how) if found else None

        self.attempt(on_newest)

    @rule(who=people, where=places, override=st.booleans())
    def offer(self, who: int, where: int, override: bool) -> None:
        def make(db: Session) -> object:
            wanted, there = db.get_one(Registration, self.people[who]), db.get_one(Group, self.groups[where])
            reply_by = self.now + timedelta(hours=48)
            because = "Bestämt i dag" if override else None
            why = Reason("by_hand")
            return offers.make(
                db, wanted, there, reason=why, reply_by=reply_by, now=self.now, by=SYSTEM, override=because
            )

        self.attempt(make)

    @rule(who=people, where=places)
    def take_at_once(self, who: int, where: int) -> None:
        def take(db: Session) -> None:
            wanted, there = db.get_one(Registration, self.people[who]), db.get_one(Group, self.groups[where])
            placements.take(db, wanted, there, Way(Source.WEB), now=self.now, by=SYSTEM)
            offers.settle(db, wanted.id)

        self.attempt(take)

    @rule(who=people)
    def accept(self, who: int) -> None:
        self.answer(who, offers.accept, by=SYSTEM)

    @rule(who=people)
    def decline(self, who: int) -> None:
        self.answer(who, offers.decline, by=SYSTEM)

    @rule(who=people)
    def withdraw(self, who: int) -> None:
        self.answer(who, offers.withdraw, by=SYSTEM, reason="Fel grupp")

    @rule(who=people)
    def expire(self, who: int) -> None:
        self.answer(who, offers.expire)

    @rule(who=people)
    def leave_the_queue(self, who: int) -> None:
        def leave(db: Session) -> None:
            registration = db.get_one(Registration, self.people[who])
            leaving.withdraw(db, registration, now=self.now, by=SYSTEM)

        self.attempt(leave)

    @rule(who=people, stay=st.booleans())
    def leave_the_group(self, who: int, stay: bool) -> None:
        def leave(db: Session) -> None:
            if placement := placements.find_live(db, self.people[who]):
                leaving.leave_group(db, placement, now=self.now, by=SYSTEM, stay_in_queue=stay)

        self.attempt(leave)

    @rule(who=people, where=places)
    def move(self, who: int, where: int) -> None:
        def to(db: Session) -> None:
            wanted, there = db.get_one(Registration, self.people[who]), db.get_one(Group, self.groups[where])
            group_changes.move(db, wanted, there, reason="Närmare jobbet", now=self.now, by=SYSTEM)

        self.attempt(to)

    @rule(where=places)
    def cancel(self, where: int) -> None:
        def call_off(db: Session) -> None:
            group_changes.cancel(db, db.get_one(Group, self.groups[where]), now=self.now, by=SYSTEM, reason="För få")

        self.attempt(call_off)

    @rule(hours=st.sampled_from([1, 24, 49]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def every_counter_equals_its_rows(self) -> None:
        with self.database.reading() as db:
            live = select(Placement.group_id, func.sum(Placement.seats)).where(Placement.state.in_(COUNTING))
            rows = pairs(db, live.group_by(Placement.group_id))
            for found in db.scalars(select(Group)):
                assert found.places_taken == rows.get(found.id, 0) <= found.capacity

    @invariant()
    def nobody_has_two_places(self) -> None:
        with self.database.reading() as db:
            live = db.scalars(select(Placement.registration_id).where(Placement.state.in_(COUNTING))).all()
        assert len(live) == len(set(live))

    @invariant()
    def every_open_offer_holds_a_place_and_every_held_place_has_an_open_offer(self) -> None:
        with self.database.reading() as db:
            held = set(db.scalars(select(Placement.id).where(Placement.state == PlacementState.HELD)))
            assert held == set(db.scalars(select(Offer.placement_id).where(Offer.state == OfferState.OPEN)))

    @invariant()
    def nobody_holds_a_place_in_a_cancelled_group(self) -> None:
        with self.database.reading() as db:
            live = select(Group.state).join(Placement).where(Placement.state.in_(COUNTING))
            assert GroupState.CANCELLED not in set(db.scalars(live))

    @invariant()
    def placed_is_who_has_a_place(self) -> None:
        with self.database.reading() as db:
            taken = set(db.scalars(select(Placement.registration_id).where(Placement.state == PlacementState.TAKEN)))
            placed = select(Registration.id).where(Registration.state == RegistrationState.PLACED)
            assert taken == set(db.scalars(placed))

    @invariant()
    def waiting_since_never_changes(self) -> None:
        with self.database.reading() as db:
            assert pairs(db, select(Registration.id, Registration.waiting_since)) == self.dates


def walk(template: Path, examples: int, steps: int) -> None:
    Places.template = template
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Places,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet),
    )


def test_the_books_balance_whatever_happens(sqlite_template: Path) -> None:
    walk(sqlite_template, examples=6, steps=25)


@pytest.mark.sweep
def test_the_books_balance_through_thousands_of_steps(sqlite_template: Path) -> None:
    walk(sqlite_template, examples=150, steps=60)
