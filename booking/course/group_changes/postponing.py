"""More time: a later day of decision, or a later start with every meeting laid out anew.

Who has a place keeps it when the start moves, and is told once with the new dates; who cannot come then gives it back
on their page and keeps their queue date, as always.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import at, today
from booking.base.texts import _
from booking.catalogue import groups, sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.group_changes import closing
from booking.course.group_changes.refused import Refused, stale
from booking.course.group_changes.risks import decision_day
from booking.outbox import messages
from booking.people.registrations import Registration, note_untold
from booking.places import placements
from booking.places.placements import COUNTING, Placement
from booking.records import audit, ledger, policies
from booking.records.audit import Actor

LONGEST = timedelta(days=183)
Times = list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Postponed:
    """What a later start comes to: its meetings' days, families with a place or an offer, and the day of decision.

    `cannot` is how many of the families have not said that the new weekday works, have no child of the right age
    then, or are somewhere else of ours at the time.
    """

    days: tuple[date, ...]
    decide_on: date
    placed: int
    offered: int
    cannot: int
    messages: int

    @property
    def first_day(self) -> date:
        """The day of the first meeting; later than the day asked for where that is red or closed."""
        return self.days[0]


def decide_later(db: Session, group: Group, day: date, *, version: int, now: datetime, by: Actor, reason: str) -> Group:
    """Put the decision off to a later day before the first meeting; `version` is the one that was looked at."""
    group = groups.lock(db, [group.id])[group.id]
    if group.version != version:
        raise stale()
    check_decision(db, group, day, now=now)
    before = decision_day(group, policies.current(db))
    group.decide_on = day
    db.flush()
    audit.note(db, "decision put off", group, now=now, by=by, reason=reason, changes={"decide_on": (before, day)})
    ledger.write(db, "decision put off", now=now, programme_id=group.programme_id, group_id=group.id)
    return group


def check_decision(db: Session, group: Group, day: date, *, now: datetime) -> None:
    """Refuse (code "day") a day that is not later than the one there is, not ahead, or not before the first meeting."""
    _check(group, now)
    before = decision_day(group, policies.current(db))
    if not max(before, today(now) - timedelta(days=1)) < day < group.first_day:
        raise Refused(_("Välj en senare dag än den som gäller nu, men före första träffen."), code="day")


def what_if_postponed(db: Session, group: Group, first_day: date, *, now: datetime) -> Postponed:
    """What a later start would come to. Changes nothing. Refused (code "day") for a day that is not later."""
    _check(group, now)
    if not group.first_day < first_day <= group.first_day + LONGEST:
        raise Refused(_("Välj en senare dag än den som gäller nu, högst ett halvår fram."), code="day")
    meetings = sessions.list_of(db, group.id)
    days = sessions.timetable(first_day, len(meetings), group.programme.days_between, sessions.list_closed(db))
    concerned = _concerned(db, group)
    return Postponed(
        days=tuple(days),
        decide_on=decision_day(group, policies.current(db)) + (days[0] - group.first_day),
        placed=len(placements.list_taken(db, group.id)),
        offered=len(closing.list_open_offers(db, group.id)),
        cannot=sum(_cannot(group, days, concerned, _busy(db, group, concerned))),
        messages=closing.count_messages(closing.list_told(db, group.id, now)),
    )


def postpone(
    db: Session, group: Group, first_day: date, *, version: int, now: datetime, by: Actor, reason: str
) -> Postponed:
    """Let the group start later; `version` is the one that was looked at. Everyone with a place or an offer is told."""
    group = placements.lock_everyone(db, group.id)
    if group.version != version:
        raise stale()
    done, before = what_if_postponed(db, group, first_day, now=now), group.first_day
    told = closing.list_told(db, group.id, now)
    _lay_out_anew(db, group, done.days, now, by)
    group.first_day, group.weekday, group.decide_on = done.first_day, done.first_day.weekday(), done.decide_on
    group.touched_at = now
    db.flush()
    _tell(db, group, told, now)
    changes = {"first_day": (before, group.first_day)}
    audit.note(db, "start postponed", group, now=now, by=by, reason=reason, changes=changes)
    ledger.write(
        db, "start postponed", now=now, programme_id=group.programme_id, group_id=group.id,
        days=(group.first_day - before).days, placed=done.placed, offered=done.offered,
    )  # fmt: skip
    return done


def _check(group: Group, now: datetime) -> None:
    if group.state is not GroupState.OPEN or group.first_day <= today(now):
        raise Refused(_("Gruppen har börjat, är inställd eller är slut."), code="changed")


def _concerned(db: Session, group: Group) -> list[Registration]:
    inside = select(Placement).where(Placement.group_id == group.id, Placement.state.in_(COUNTING))
    return [placement.registration for placement in db.scalars(inside.order_by(Placement.id))]


def _busy(db: Session, group: Group, families: Collection[Registration]) -> dict[int, Times]:
    """When these families are in other groups of ours, by family id."""
    query = (
        select(Placement.family_id, GroupSession.starts_at, GroupSession.ends_at)
        .join(GroupSession, GroupSession.group_id == Placement.group_id)
        .where(Placement.family_id.in_([each.family_id for each in families]), Placement.state.in_(COUNTING))
        .where(Placement.group_id != group.id, GroupSession.state == SessionState.PLANNED)
    )
    found: dict[int, Times] = defaultdict(list)
    for family_id, starts, ends in db.execute(query):
        found[family_id].append((starts, ends))
    return found


def _cannot(
    group: Group, days: Collection[date], families: Collection[Registration], busy: dict[int, Times]
) -> list[bool]:
    first, programme = min(days), group.programme
    times = [(starts := at(day, group.starts_at), starts + timedelta(minutes=group.minutes)) for day in days]

    def cannot(each: Registration) -> bool:
        grown = not any(programme.suits(child.birth_year, first) for child in each.children)
        elsewhere = any(starts < end and start < ends for start, end in busy[each.family_id] for starts, ends in times)
        return grown or elsewhere or (first.weekday() != group.weekday and first.weekday() not in each.weekdays)

    return [cannot(each) for each in families]


def _lay_out_anew(db: Session, group: Group, days: Collection[date], now: datetime, by: Actor) -> None:
    """Every meeting on its new day, also one that had been called off. Who had said no to the old day comes again."""
    taken = placements.list_taken(db, group.id)
    for session, day in zip(sessions.list_of(db, group.id), days, strict=True):
        if session.state is SessionState.PLANNED:
            for placement in taken:
                attendance.take_back_away(db, session, placement, now=now, by=by)
        session.starts_at = at(day, group.starts_at)
        session.ends_at = session.starts_at + timedelta(minutes=group.minutes)
        session.state = SessionState.PLANNED


def _tell(db: Session, group: Group, told: Collection[Registration], now: datetime) -> None:
    # The new first day is the version: moved once more, it is told once more.
    version = int(f"{group.first_day:%Y%m%d}")
    for carer in {carer.id: carer for each in told for carer in each.carers}.values():
        for channel in carer.channels:
            messages.queue(db, "group_moved", group.id, carer.id, channel, now=now, version=version)
    for each in told:
        note_untold(db, each, "group_moved", now=now)
