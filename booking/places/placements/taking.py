"""Taking a place, keeping it, giving it back: the only code that changes `groups.places_taken`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.groups import Group
from booking.people import registrations
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places.placements import hindrances
from booking.places.placements.facts import Facts
from booking.places.placements.hindrances import Hindrance
from booking.places.placements.placement import COUNTING, Placement, PlacementState, Source
from booking.records import audit
from booking.records.audit import Actor


class Refused(_Refused):
    """No place was taken."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a place is taken.

    `override` is staff's reason for passing what may be passed; `judged` are the ids of registrations whose claims a
    verified allocation run has already weighed. `waived` is what the way itself lets pass for everyone.
    """

    source: Source
    state: PlacementState = PlacementState.TAKEN
    override: str | None = None
    judged: frozenset[int] = frozenset()
    waived: frozenset[Hindrance] = frozenset()


def take(db: Session, registration: Registration, group: Group, way: Way, *, now: datetime, by: Actor) -> Placement:
    """Take places for a registration in a group, or raise Refused with the reason and change nothing."""
    group = lock_for(db, group.id, registration.family_id)
    facts = Facts(db, [registration], [group], judged=way.judged)
    taken = take_several(db, group, [(registration, way)], facts, now=now, by=by)[0]
    if isinstance(taken, Refused):
        raise taken
    return taken


def take_several(
    db: Session,
    group: Group,
    wanted: Sequence[tuple[Registration, Way]],
    facts: Facts,
    *,
    now: datetime,
    by: Actor,
) -> list[Placement | Refused]:
    """Take places in one group for several families, in this order; for each its place, or why it got none.

    The group and the families must be locked; `facts` must hold all of them, and know afterwards what was taken.
    """
    answers: list[Placement | Refused] = []
    made: list[Placement] = []
    reasons: list[str | None] = []
    for registration, way in wanted:
        hindered = hindrances.find(db, registration, group, now=now, facts=facts, waived=way.waived)
        final = [each for each in hindered if not (way.override and each.may_be_overridden)]
        if final:
            answers.append(Refused(final[0].sentence(), code=final[0].value))
            continue
        placement = _placement(registration, group, way, facts, now)
        facts.note(placement)
        answers.append(placement)
        made.append(placement)
        reasons.append(way.override if hindered else None)
    if made:
        _insert(db, group, made)
        _record(db, made, reasons, now=now, by=by)
    return answers


def lock_for(db: Session, group_id: int, family_id: int) -> Group:
    """Lock a group's row and then a family's, always in that order, and return the group as it is now.

    Who touches several groups in one transaction locks them all first with `groups.lock`, and several families with
    `lock_families`.
    """
    group = groups.lock(db, [group_id])[group_id]
    db.execute(select(Family.id).where(Family.id == family_id).with_for_update())
    return group


def lock_families(db: Session, family_ids: Collection[int]) -> None:
    """Lock several families' rows, after the groups': in order of id, so that nobody waits in a circle."""
    db.execute(select(Family.id).where(Family.id.in_(family_ids)).order_by(Family.id).with_for_update())


def lock_everyone(db: Session, group_id: int) -> Group:
    """Lock a group and every family that has a place or an offer in it, and return the group as it is now."""
    group = groups.lock(db, [group_id])[group_id]
    inside = select(Placement.family_id).where(Placement.group_id == group_id, Placement.state.in_(COUNTING))
    lock_families(db, db.scalars(inside).all())
    return group


def _placement(registration: Registration, group: Group, way: Way, facts: Facts, now: datetime) -> Placement:
    placement = Placement(
        registration_id=registration.id, family_id=registration.family_id, programme_id=registration.programme_id
    )
    placement.group_id, placement.seats = group.id, registration.seats
    placement.resident = group.is_resident(registration.home_id, facts.atlas)
    placement.state, placement.source, placement.override = way.state, way.source, way.override
    placement.made_at = now
    return placement


def _insert(db: Session, group: Group, made: list[Placement]) -> None:
    db.add_all(made)
    db.flush()
    seats = sum(placement.seats for placement in made)
    statement = update(Group).where(Group.id == group.id, Group.places_taken + seats <= Group.capacity)
    guarded(db, statement.values(places_taken=Group.places_taken + seats), Refused(_("Gruppen är full."), code="full"))


def _record(db: Session, made: list[Placement], reasons: list[str | None], *, now: datetime, by: Actor) -> None:
    """Write down each place, and the reason for which something was passed, if something was."""
    act = f"place {made[0].state.value}"
    audit.note_all(db, act, [each for each, why in zip(made, reasons, strict=True) if why is None], now=now, by=by)
    for placement, reason in zip(made, reasons, strict=True):
        overridden = reason is not None
        if overridden:
            audit.note(db, act, placement, now=now, by=by, reason=reason, override=True)
        write_line(db, act, placement, now=now, source=placement.source.value, override=overridden)


def write_line(db: Session, event: str, placement: Placement, *, now: datetime, **values: object) -> None:
    """Put a placement's change of state in the ledger."""
    registration = db.get_one(Registration, placement.registration_id)
    place = {"group_id": placement.group_id, "seats": placement.seats, "resident": placement.resident}
    registrations.write_line(db, event, registration, now=now, **place, **values)


def keep(db: Session, placement: Placement, *, now: datetime, by: Actor) -> Placement:
    """Turn a held place into a taken one: the offer was accepted."""
    _turn(db, [placement], (PlacementState.HELD,), PlacementState.TAKEN, ended_at=None)
    audit.note(db, "place taken", placement, now=now, by=by)
    write_line(db, "place taken", placement, now=now, source=placement.source.value)
    return placement


def release(
    db: Session, placement: Placement, into: PlacementState, *, now: datetime, by: Actor, reason: str | None = None
) -> Placement:
    """Give the places back; `into` says why. The group is marked, so that the next run looks at it first."""
    lock_for(db, placement.group_id, placement.family_id)
    release_several(db, [placement], into, now=now, by=by, reason=reason)
    return placement


def release_several(
    db: Session, several: Sequence[Placement], into: PlacementState, *, now: datetime, by: Actor, reason: str | None
) -> None:
    """The same for several, all or none of them; their groups and families must be locked."""
    _turn(db, several, COUNTING, into, ended_at=now)
    seats = Counter[int]()
    for placement in several:
        seats[placement.group_id] += placement.seats
    for group_id, freed in sorted(seats.items()):
        statement = update(Group).where(Group.id == group_id, Group.places_taken >= freed)
        counted = statement.values(places_taken=Group.places_taken - freed, touched_at=now)
        guarded(db, counted, Refused(_("Platserna stämmer inte. Ring oss."), code="count"))
    audit.note_all(db, f"place {into.value}", several, now=now, by=by, reason=reason)
    for placement in several:
        write_line(db, f"place {into.value}", placement, now=now)


def _turn(
    db: Session,
    several: Sequence[Placement],
    before: tuple[PlacementState, ...],
    after: PlacementState,
    *,
    ended_at: datetime | None,
) -> None:
    ids = [placement.id for placement in several]
    statement = update(Placement).where(Placement.id.in_(ids), Placement.state.in_(before))
    refusal = Refused(_("Platsen har redan ändrats."), code="changed")
    guarded(db, statement.values(state=after, ended_at=ended_at), refusal, rows=len(ids))
