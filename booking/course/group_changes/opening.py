"""Setting a group up: from a plan to a group with its meetings, hidden or open; and changing its sizes afterwards."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue import groups, sessions
from booking.catalogue.groups import Group, GroupDistrict, GroupLeader, GroupState
from booking.catalogue.programmes import Programme
from booking.course.group_changes.refused import Refused, stale
from booking.records import audit, ledger, policies
from booking.records.audit import Actor

MOST_PLACES = 60


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many places, how many it takes to start, and how many are kept for the group's own districts until a day."""

    capacity: int
    minimum: int
    resident_places: int = 0
    hold_until: date | None = None


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group to be. `starts_at` is the local hour; the weekday is that of the first day; languages are codes."""

    programme_id: int
    district_ids: tuple[int, ...]
    first_day: date
    starts_at: time
    sizes: Sizes
    venue_id: int | None = None
    organiser_id: int | None = None
    languages: tuple[str, ...] = ("sv",)
    interpreters: tuple[str, ...] = ()
    leader_ids: tuple[int, ...] = ()
    online: bool = False
    childcare: bool = False
    whole_city: bool = False
    hidden: bool = False


def open_group(db: Session, plan: GroupPlan, *, now: datetime, by: Actor) -> Group:
    """Make the group and lay out its meetings past red days and holidays. Refused with the field's name as code."""
    programme = db.get_one(Programme, plan.programme_id)
    _check_plan(plan, programme, now)
    _check_sizes(plan.sizes, plan.first_day)
    group = _group(plan, programme, now)
    db.add(group)
    db.flush()
    sessions.lay_out(db, group)
    group.weekday = group.first_day.weekday()
    group.decide_on = group.first_day - timedelta(days=policies.current(db).decision_days_before)
    db.flush()
    _record(db, "group made", group, now=now, by=by)
    return group if plan.hidden else publish(db, group, now=now, by=by)


def _check_plan(plan: GroupPlan, programme: Programme, now: datetime) -> None:
    most = programme.most_languages
    faults = {
        "first_day": (plan.first_day <= today(now), _("Första dagen måste ligga framåt i tiden.")),
        "districts": (not plan.district_ids and not plan.whole_city, _("Välj minst en stadsdel, eller hela staden.")),
        "venue": (not plan.online and plan.venue_id is None, _("Välj en lokal, eller träffar på nätet.")),
        "languages": (
            not 1 <= len(plan.languages) <= most,
            _("Välj minst ett och högst %(most)s språk.", most=most),
        ),
        "interpreters": (len(plan.interpreters) > most, _("Välj tolk till högst %(most)s språk.", most=most)),
    }
    _refuse_first(faults)


def _check_sizes(sizes: Sizes, first_day: date, taken: int = 0) -> None:
    faults = {
        "capacity": (
            not max(1, taken) <= sizes.capacity <= MOST_PLACES,
            _("Antalet platser måste vara mellan %(least)s och %(most)s.", least=max(1, taken), most=MOST_PLACES),
        ),
        "minimum": (
            not 1 <= sizes.minimum <= sizes.capacity,
            _("Minsta antalet måste vara minst 1 och högst så många som platserna."),
        ),
        "resident_places": (
            not 0 <= sizes.resident_places <= sizes.capacity,
            _("Fler platser än gruppen har kan inte sparas."),
        ),
        "hold_until": (
            sizes.resident_places > 0 and (sizes.hold_until is None or sizes.hold_until >= first_day),
            _("Skriv till vilken dag platserna sparas. Den ska ligga före första träffen."),
        ),
    }
    _refuse_first(faults)


def _refuse_first(faults: dict[str, tuple[bool, str]]) -> None:
    for code, (broken, sentence) in faults.items():
        if broken:
            raise Refused(sentence, code=code)


def _group(plan: GroupPlan, programme: Programme, now: datetime) -> Group:
    group = Group(programme=programme, venue_id=plan.venue_id, organiser_id=plan.organiser_id, created_at=now)
    group.first_day, group.weekday, group.starts_at = plan.first_day, plan.first_day.weekday(), plan.starts_at
    group.minutes, group.online, group.childcare = programme.session_minutes, plan.online, plan.childcare
    group.languages, group.interpreters = list(plan.languages), list(plan.interpreters)
    group.whole_city, group.state = plan.whole_city, GroupState.HIDDEN
    group.districts = [GroupDistrict(district_id=each) for each in plan.district_ids]
    group.leaders = [GroupLeader(account_id=each) for each in plan.leader_ids]
    _set_sizes(group, plan.sizes)
    return group


def _set_sizes(group: Group, sizes: Sizes) -> None:
    group.capacity, group.minimum = sizes.capacity, sizes.minimum
    group.resident_places = sizes.resident_places
    group.hold_until = sizes.hold_until if sizes.resident_places else None


def publish(db: Session, group: Group, *, now: datetime, by: Actor) -> Group:
    """Show a hidden group and let it take families. The next allocation looks at it."""
    if group.first_day <= today(now):
        raise Refused(_("Gruppens första dag har redan varit."), code="begun")
    hidden = update(Group).where(Group.id == group.id, Group.state == GroupState.HIDDEN)
    shown = hidden.values(state=GroupState.OPEN, touched_at=now, version=Group.version + 1)
    guarded(db, shown, Refused(_("Gruppen är redan öppnad eller inställd."), code="changed"))
    db.refresh(group)
    _record(db, "group opened", group, now=now, by=by)
    return group


def change(
    db: Session,
    group: Group,
    sizes: Sizes,
    leader_ids: tuple[int, ...],
    *,
    version: int,
    now: datetime,
    by: Actor,
    reason: str,
) -> Group:
    """Change sizes and leaders of a group that is hidden or open; `version` is the one that was looked at."""
    group = groups.lock(db, [group.id])[group.id]
    if group.version != version:
        raise stale()
    if group.state not in (GroupState.HIDDEN, GroupState.OPEN):
        raise Refused(_("Gruppen är inställd eller slut och kan inte ändras."), code="changed")
    _check_sizes(sizes, group.first_day, group.places_taken)
    before = _facts(group)
    _set_sizes(group, sizes)
    kept = {leader.account_id: leader for leader in group.leaders}
    group.leaders = [kept.get(each) or GroupLeader(account_id=each) for each in leader_ids]
    # More room, or a lower minimum, may be somebody's place: the next allocation looks at the group.
    group.touched_at = now
    db.flush()
    after = _facts(group)
    changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    audit.note(db, "group changed", group, now=now, by=by, reason=reason, changes=changes)
    return group


def _facts(group: Group) -> dict[str, object]:
    sizes = Sizes(group.capacity, group.minimum, group.resident_places, group.hold_until)
    return {**asdict(sizes), "leaders": sorted(leader.account_id for leader in group.leaders)}


def _record(db: Session, event: str, group: Group, *, now: datetime, by: Actor) -> None:
    audit.note(db, event, group, now=now, by=by)
    ledger.write(
        db, event, now=now, programme_id=group.programme_id, group_id=group.id,
        capacity=group.capacity, minimum=group.minimum,
    )  # fmt: skip
