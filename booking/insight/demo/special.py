"""The few who are unlike the others: families who left, or must be kept apart or protected; a cancelled group."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from booking.course import group_changes, leaving
from booking.insight.demo import entering, inventing
from booking.insight.demo.town import Town
from booking.people.registrations import Apart, Registration, RegistrationState
from booking.places import placements
from booking.records import audit

WITHDREW, WAITED_AT_LEAST = 6, timedelta(weeks=3)
PROTECTED_SINCE_DAYS = 33
CANCELLED = "alskade-skarholmen-1"


def build(db: Session, town: Town) -> None:
    """Add them."""
    _protected(db, town)
    _apart(db, town)
    _withdrawn(db, town)
    _cancelled(db, town)


def _protected(db: Session, town: Town) -> None:
    """Registered by phone: no name, no address, no number."""
    home, programme = town.districts["sodermalm"], town.programmes["abc"]
    made = inventing.registration(town, home, programme, town.ago(days=PROTECTED_SINCE_DAYS), adults=1)
    made.family.protected, made.channel, made.weekdays = True, "phone", [4]
    for carer in made.family.carers:
        carer.name = carer.mobile = carer.mobile_hash = carer.mobile_confirmed_at = None
        carer.email = carer.email_hash = carer.email_confirmed_at = None
    entering.enter(db, town, [made])


def _apart(db: Session, town: Town) -> None:
    """Two families in the same queue who must never be in one group."""
    one, other = _waiting(db, town, "farsta")[:2]
    db.add(Apart(one_id=min(one.id, other.id), other_id=max(one.id, other.id)))
    audit.note(db, "kept apart", one, now=town.ago(days=1), by=town.accounts["greta"].actor, reason="Enligt samtal.")


def _withdrawn(db: Session, town: Town) -> None:
    """Families who no longer wanted to wait."""
    long = [each for each in _waiting(db, town) if town.now - each.waiting_since > WAITED_AT_LEAST]
    for each in town.dice.sample(long, k=min(WITHDREW, len(long))):
        left_at = each.waiting_since + (town.now - each.waiting_since) * town.dice.uniform(0.3, 0.9)
        leaving.withdraw(db, each, now=left_at, by=each.family.first_carer.actor)


def _cancelled(db: Session, town: Town) -> None:
    """Too few had asked for this group; its families go first to the next one."""
    by = town.accounts["greta"].actor
    group_changes.cancel(db, town.groups[CANCELLED], now=town.ago(days=4), by=by, reason="För få anmälda.")


def _waiting(db: Session, town: Town, home: str | None = None) -> list[Registration]:
    """Who waits for ABC without an offer, of one district or of all."""
    return [
        each
        for each in town.registrations
        if each.state is RegistrationState.WAITING
        and each.programme_id == town.programmes["abc"].id
        and home in (None, town.atlas.current(each.home_id).code)
        and placements.find_live(db, each.id) is None
        and not each.paused_at
    ]
