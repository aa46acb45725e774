"""What families and staff do in the course of a term; `test_a_whole_term` tells what they get.

Families wait for ABC from the autumn on. In February they are offered places; a group that too few want goes up in
another; the meetings run past Easter and the night in which the clocks change, and one of them is called off.
"""

from __future__ import annotations

import re
from datetime import date, time

from sqlalchemy.orm import Session

from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, group_changes, leaving, replies
from booking.course.attendance import AttendanceState
from booking.people import families
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.places import offers, placements
from booking.places.placements import Placement
from booking.records.audit import SYSTEM
from tests.cast import Cast, at, group, registration
from tests.db import rounds
from tests.db.a_term import Term

NUMBERS = {"amina": "+46700000001", "leyla": "+46700000002", "sara": "+46700000003", "emil": "+46700000004"}
WORKDAYS = range(5)


class Story:
    """The families, and what they and staff do in the course of the term."""

    def __init__(self, term: Term, cast: Cast) -> None:
        self.term, self.cast = term, cast
        self.registrations: dict[str, int] = {}
        self.addresses: dict[str, list[str]] = {}
        with term.database.transaction() as db:
            self._groups(db)
            self._families(db)

    def _groups(self, db: Session) -> None:
        cast, abc = self.cast, db.merge(self.cast.abc)
        for early in (cast.abc_farsta, cast.abc_skarpnack):
            db.get_one(Group, early.id).state = GroupState.HIDDEN
        farsta, skarpnack = db.merge(cast.farsta), db.merge(cast.skarpnack)
        carla, deniz = db.merge(cast.carla), db.merge(cast.deniz)
        self.farsta = group(db, abc, farsta, leader=carla, first_day=date(2027, 3, 16), hour=time(17, 30)).id
        self.skarpnack = group(db, abc, skarpnack, leader=deniz, first_day=date(2027, 3, 18), hour=time(18)).id

    def _families(self, db: Session) -> None:
        abc, farsta, skarpnack = db.merge(self.cast.abc), db.merge(self.cast.farsta), db.merge(self.cast.skarpnack)
        made = {
            "amina": db.get_one(Registration, self.cast.amina.id),
            "ben": db.get_one(Registration, self.cast.ben.id),
            "leyla": registration(db, "Leyla Demo", farsta, abc, [farsta], at(2026, 12, 1), adults=2),
            "sara": registration(db, "Sara Demo", farsta, abc, [farsta, skarpnack], at(2026, 12, 15)),
            "emil": registration(db, "Emil Demo", farsta, abc, [farsta], at(2027, 1, 5)),
        }
        for name, number in NUMBERS.items():
            carer = made[name].carers[0]
            families.set_mobile(carer, number)
            carer.mobile_confirmed_at = at(2026, 9, 1)
        for name in ("leyla", "emil"):
            made[name].carers[0].email_confirmed_at = None
        made["ben"].carers[0].language, made["leyla"].carers[0].language = "en", "so"
        made["sara"].family.discreet = True
        omar = Carer(name="Omar Demo", family=made["leyla"].family, state=CarerState.JOINED, language="ar")
        families.set_email(omar, "omar@example.org")
        omar.email_confirmed_at = at(2026, 9, 1)
        made["leyla"].carers = [*made["leyla"].carers, omar]
        db.flush()
        for name, each in made.items():
            self._know(name, each)
        self.addresses["omar"] = ["omar@example.org"]

    def _know(self, name: str, row: Registration) -> None:
        self.registrations[name] = row.id
        self.addresses[name] = [each for each in (row.carers[0].mobile, row.carers[0].email) if each]

    def got(self, name: str) -> list[str]:
        return self.term.got(*self.addresses[name])

    def play(self) -> None:
        """The whole term."""
        self.wait()
        self.offer()
        self.merge()
        self.begin()
        self.call_off_one_and_offer_again()
        self.end()

    def wait(self) -> None:
        """Weeks go by in the queue."""
        self.term.every_day("2027-01-12", "2027-02-19", 10, weekdays=WORKDAYS)

    def offer(self) -> None:
        """A proposal is published late in the evening; some answer at once, one at night, one never."""
        self.term.at("2027-02-22 21.30")
        rounds.play(self.term.database, self.term.now)
        self.term.at("2027-02-22 21.40", "2027-02-23 02.00", "2027-02-23 08.00", "2027-02-23 10.00")
        self.accept("amina", "2027-02-23 12.00")
        with self.term.doing("2027-02-23 18.00") as db:
            number = NUMBERS["emil"]
            code = re.findall(r"JA (\w+)", self.term.letters("offer", number)[0].text)[0]
            replies.receive(db, replies.Incoming("46elks", "s1", number, f"ja {code.lower()}"), now=self.term.now)
        self.term.at("2027-02-24 08.00", "2027-02-24 10.00", "2027-02-24 20.00")
        self.accept("leyla", "2027-02-24 21.00")
        self.term.at("2027-02-25 08.00")
        self.accept("ben", "2027-02-25 09.00")
        self.term.at("2027-02-25 10.00", "2027-02-26 08.00", "2027-02-26 20.00", "2027-02-27 08.00")

    def accept(self, name: str, text: str) -> None:
        """The family takes the place it is offered."""
        with self.term.doing(text) as db:
            found = offers.find_open(db, self.registrations[name])
            assert found is not None
            offers.accept(db, found, now=self.term.now, by=found.registration.carers[-1].actor)

    def merge(self) -> None:
        """Too few come in Skarpnäck: the group goes up in Farsta's."""
        with self.term.doing("2027-03-02 10.00") as db:
            into, small = db.get_one(Group, self.farsta), db.get_one(Group, self.skarpnack)
            who = self.cast.greta.actor
            group_changes.merge(db, small, into, now=self.term.now, by=who, reason="För få", may_pass=True)

    def begin(self) -> None:
        """The first meeting, to which Ben does not come; Emil leaves two days later. Nora asks for a place."""
        self.term.every_day("2027-03-08", "2027-03-09", 8, 10, 12)
        with self.term.database.transaction() as db:
            skarpnack, abc = db.merge(self.cast.skarpnack), db.merge(self.cast.abc)
            group(db, abc, skarpnack, leader=db.merge(self.cast.deniz), first_day=date(2027, 4, 22), hour=time(18))
            self._know("nora", registration(db, "Nora Demo", skarpnack, abc, [skarpnack], at(2027, 3, 9)))
        self.term.every_day("2027-03-14", "2027-03-16", 8, 12)
        self.tick(1, "2027-03-16 20.15", absent="ben")
        self.term.at("2027-03-16 21.00", "2027-03-17 09.00")
        with self.term.doing("2027-03-18 10.00") as db:
            leaving.withdraw(db, db.get_one(Registration, self.registrations["emil"]), now=self.term.now, by=SYSTEM)

    def call_off_one_and_offer_again(self) -> None:
        """The second meeting is called off. On the eve of Good Friday places are offered in a group that is new."""
        self.term.at("2027-03-21 12.00", "2027-03-22 08.00", "2027-03-22 12.00")
        with self.term.doing("2027-03-22 15.00") as db:
            group_changes.cancel_session(
                db, self.meeting(db, 2), now=self.term.now, by=SYSTEM, reason="Ledaren är sjuk"
            )
        self.term.at("2027-03-23 08.00", "2027-03-23 12.00", "2027-03-25 21.30")
        rounds.play(self.term.database, self.term.now)
        self.term.every_day("2027-03-26", "2027-03-28", 2, 3, 8, 12)

    def end(self) -> None:
        """Two meetings more. Nora says no; Omar cannot come to the last one, and Amina's phone is out of order."""
        self.term.every_day("2027-03-29", "2027-03-30", 8, 12, 20)
        self.tick(3, "2027-03-30 20.15")
        self.term.at("2027-03-30 21.00", "2027-03-31 08.00")
        with self.term.doing("2027-03-31 12.00") as db:
            found = offers.find_open(db, self.registrations["nora"])
            assert found is not None
            offers.decline(db, found, now=self.term.now, by=SYSTEM)
        with self.term.doing("2027-04-04 19.00") as db:
            place = self.place(db, "leyla")
            attendance.say_away(db, self.meeting(db, 4), place, seats=[2], now=self.term.now, by=SYSTEM)
        self.term.at("2027-04-05 08.00")
        self.term.post.refused.add(NUMBERS["amina"])
        self.term.at("2027-04-05 12.00")
        self.term.post.refused.clear()
        self.term.at("2027-04-05 12.01", "2027-04-06 08.00", "2027-04-06 10.00", "2027-04-06 12.00")
        self.tick(4, "2027-04-06 20.15")
        self.term.at("2027-04-06 21.00")
        self.term.every_day("2027-04-07", "2027-04-09", 8, 10, 12)

    def tick(self, number: int, text: str, absent: str = "") -> None:
        """Carla notes who was there."""
        with self.term.doing(text) as db:
            away = self.place(db, absent).id if absent else None
            for place in placements.list_taken(db, self.farsta):
                for seat in range(1, attendance.persons(place) + 1):
                    was = AttendanceState.ABSENT if place.id == away else AttendanceState.PRESENT
                    meeting, by = self.meeting(db, number), self.cast.carla.actor
                    attendance.tick(db, meeting, place, seat, was, now=self.term.now, by=by)

    def meeting(self, db: Session, number: int) -> GroupSession:
        return sessions.list_of(db, self.farsta)[number - 1]

    def place(self, db: Session, name: str) -> Placement:
        found = placements.find_live(db, self.registrations[name])
        assert found is not None
        return found
