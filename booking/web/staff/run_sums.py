"""What a run comes to, in figures of the whole city: by district, programme and group; who waits, how long and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, func, or_, select

from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places.runs import AllocationRun, DecisionState, RunDecision
from booking.web import access

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class InGroup:
    """A group in the run: how many families and places it would get, and how many of these have been made an offer.

    `closed`: enough would come, yet it stays shut.
    """

    group: Group
    families: int
    seats: int
    offered: int
    reached: bool
    short: bool
    closed: bool
    capacity: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Those of one programme who stay in the queue: how many, and how many days they have waited."""

    programme_id: int
    families: int
    median: int
    longest: int


def offered(run: AllocationRun) -> int:
    """How many families get an offer, those whose group was decided by hand included."""
    return int(run.figures.get("placed", 0)) + int(run.figures.get("pinned", 0))


def waiting(run: AllocationRun) -> int:
    """How many families stay in the queue, those whom nobody weighed included."""
    return int(run.figures.get("waiting", 0)) + int(run.figures.get("left_out", 0))


def matrix(run: AllocationRun) -> dict[tuple[int, int], Cell]:
    """(district id, programme id) to (families with an offer, families in all); of an old run those it weighed."""
    return _decided(run) or _kept(run)


def _kept(run: AllocationRun) -> dict[tuple[int, int], Cell]:
    """The same from the run's own figures, which stay when what it decided is no longer kept."""
    return {
        (access.atlas().current(int(district)).id, int(programme)): (share["placed"], share["families"])
        for district, shares in run.figures.get("offers", {}).items()
        for programme, share in shares.items()
    }


def _decided(run: AllocationRun) -> dict[tuple[int, int], Cell]:
    query = (
        select(Family.home_district_id, Registration.programme_id, func.count(RunDecision.group_id), func.count())
        .select_from(RunDecision)
        .join(Registration, Registration.id == RunDecision.registration_id)
        .join(Family, Family.id == Registration.family_id)
        .where(RunDecision.run_id == run.id)
        .group_by(Family.home_district_id, Registration.programme_id)
    )
    found: dict[tuple[int, int], Cell] = {}
    for home_id, programme_id, placed, total in access.db().execute(query):
        key = (access.atlas().current(home_id).id, programme_id)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + placed, before[1] + total)
    return found


def districts_in(figures: Iterable[tuple[int, int]]) -> list[District]:
    """The districts of a matrix, by name."""
    ids = {district_id for district_id, _programme in figures}
    return sorted((access.atlas().districts[each] for each in ids), key=lambda each: each.name)


def to_be_offered(run: AllocationRun) -> dict[int, int]:
    """How many offers publishing would try to make, by group id, in the whole city."""
    query = (
        select(RunDecision.group_id, func.count())
        .where(RunDecision.run_id == run.id, RunDecision.group_id.is_not(None))
        .where(RunDecision.state == DecisionState.PROPOSED)
        .group_by(RunDecision.group_id)
    )
    return {group_id: families for group_id, families in access.db().execute(query) if group_id is not None}


def groups(run: AllocationRun) -> list[InGroup]:
    """The groups that get families, and those that stay below their minimum; soonest first."""
    got, sent = _families_by_group(run), _offered_by_group(run)
    reached, short = set(run.figures.get("groups_reached", [])), set(run.figures.get("groups_short", []))
    closed = set(run.figures.get("kept_closed", []))
    wanted = select(Group).where(Group.id.in_({*got, *short})).order_by(Group.first_day, Group.id)
    return [
        _in_group(
            run,
            each,
            got.get(each.id, {}),
            offered=sent.get(each.id, 0),
            reached=each.id in reached,
            short=each.id in short,
            closed=each.id in closed,
        )
        for each in access.db().scalars(wanted)
    ]


def _families_by_group(run: AllocationRun) -> dict[int, dict[int, int]]:
    """By group id: how many come, by how many adults they are."""
    query = (
        select(RunDecision.group_id, Registration.adults, func.count())
        .join(Registration, Registration.id == RunDecision.registration_id)
        .where(RunDecision.run_id == run.id, RunDecision.group_id.is_not(None))
        .group_by(RunDecision.group_id, Registration.adults)
    )
    got: dict[int, dict[int, int]] = {}
    for group_id, adults, families in access.db().execute(query):
        got.setdefault(group_id or 0, {})[adults] = families
    return got


def _offered_by_group(run: AllocationRun) -> dict[int, int]:
    """By group id: how many families have been made an offer."""
    query = select(RunDecision.group_id, func.count()).where(RunDecision.state == DecisionState.OFFERED)
    rows = access.db().execute(query.where(RunDecision.run_id == run.id).group_by(RunDecision.group_id))
    return {group_id: families for group_id, families in rows if group_id is not None}


def _in_group(
    run: AllocationRun, group: Group, families: dict[int, int], *, offered: int,
    reached: bool, short: bool, closed: bool,
) -> InGroup:  # fmt: skip
    tried = (run.trial or {}).get("groups", {}).get(str(group.id), {})
    return InGroup(
        group=group,
        families=sum(families.values()),
        seats=sum(number * group.programme.seats(adults) for adults, number in families.items()),
        offered=offered,
        reached=reached,
        short=short,
        closed=closed,
        capacity=tried.get("capacity", group.capacity),
        minimum=tried.get("minimum", group.minimum),
    )


def reasons(run: AllocationRun) -> list[tuple[str, int]]:
    """Why families stay without, as codes, each with how many; the commonest first."""
    query = (
        select(RunDecision.reason_code, func.count())
        .where(RunDecision.run_id == run.id, RunDecision.group_id.is_(None))
        .group_by(RunDecision.reason_code)
    )
    found = [(code, families) for code, families in access.db().execute(query)]
    found = found or list({**run.figures.get("without", {}), **run.figures.get("aside", {})}.items())
    return sorted(found, key=lambda each: (-each[1], each[0]))


def waits(run: AllocationRun, now: datetime) -> list[Waiting]:
    """How long those who stay without have waited, programme by programme."""
    line = _queue(run)
    middle = (line.c.families + 1) // 2
    query = select(line).where(or_(line.c.place == 1, line.c.place == middle))
    found: dict[int, dict[str, int]] = {}
    for programme_id, since, place, families in access.db().execute(query.order_by(line.c.place)):
        days = (now - since).days
        known = found.setdefault(programme_id, {"families": families, "longest": days if place == 1 else 0})
        known["median"] = days
    return [Waiting(key, each["families"], each["median"], each["longest"]) for key, each in sorted(found.items())]


def _queue(run: AllocationRun) -> Subquery:
    """Those who stay without, numbered within their programme, the longest wait first."""
    programme = Registration.programme_id
    order = (Registration.waiting_since, Registration.id)
    return (
        select(
            programme,
            Registration.waiting_since,
            func.row_number().over(partition_by=programme, order_by=order).label("place"),
            func.count().over(partition_by=programme).label("families"),
        )
        .join(RunDecision, RunDecision.registration_id == Registration.id)
        .where(RunDecision.run_id == run.id, RunDecision.group_id.is_(None))
        .subquery()
    )
