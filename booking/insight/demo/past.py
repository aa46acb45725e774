"""What has happened in the groups: who came, who stayed away, who has said so beforehand; and the groups that ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, ending
from booking.course.attendance import AttendanceState
from booking.insight.demo.groups import has_begun
from booking.insight.demo.town import Town
from booking.places import placements
from booking.places.placements import Placement

CAME = {
    AttendanceState.PRESENT: 84,
    AttendanceState.LATE: 5,
    AttendanceState.ABSENT_TOLD: 6,
    AttendanceState.ABSENT: 5,
}
# The leader of this group has not filled in everyone at the last meeting.
UNFINISHED, LEFT_OPEN = "abc-farsta-1", 2
SAY_AWAY, SAID_BEFORE = 2, timedelta(hours=20)


def build(db: Session, town: Town) -> None:
    """Tick the meetings that have been, say who stays away from the next, and end what is over."""
    for key, group in town.groups.items():
        if has_begun(group, town):
            places = placements.list_taken(db, group.id)
            meetings = sessions.list_of(db, group.id)
            been = [each for each in meetings if each.ends_at <= town.now]
            for meeting in been:
                left_open = LEFT_OPEN if key == UNFINISHED and meeting is been[-1] else 0
                _tick(db, town, group, meeting, places[: len(places) - left_open])
            if len(been) < len(meetings):
                _say_away(db, town, meetings[len(been)], places)
            else:
                ending.end(db, group, now=been[-1].ends_at + timedelta(hours=1))


def _tick(db: Session, town: Town, group: Group, meeting: GroupSession, places: list[Placement]) -> None:
    by = next(each for each in town.accounts.values() if group.led_by(each.id)).actor
    for placement in places:
        for seat in range(1, attendance.persons(placement) + 1):
            state = town.dice.choices(list(CAME), list(CAME.values()))[0]
            attendance.tick(db, meeting, placement, seat, state, now=meeting.ends_at, by=by)


def _say_away(db: Session, town: Town, meeting: GroupSession, places: list[Placement]) -> None:
    """A few families have said that they cannot come to the next meeting, unless it has begun already."""
    said_at = min(town.now, meeting.starts_at) - SAID_BEFORE
    for placement in town.dice.sample(places, k=min(SAY_AWAY, len(places))):
        by = placement.registration.family.first_carer.actor
        attendance.say_away(db, meeting, placement, now=said_at, by=by)
