"""Doubles: the same person asks for the same programme again. The older registration stays, with its date.

The same person means the same name and the same contact, confirmed by both. A shared phone with different names is
two persons: they are never merged, and neither learns of the other.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.people.families import Carer, CarerState, confirmed_with
from booking.people.registrations import Registration, RegistrationState

LIVE = (RegistrationState.WAITING, RegistrationState.PLACED)


def lock(db: Session, carer: Carer, channel: str) -> None:
    """Lock everyone who gave this contact, in order of id, so that two confirmations do not miss each other."""
    same = Carer.mobile_hash == carer.mobile_hash if channel == "sms" else Carer.email_hash == carer.email_hash
    db.execute(select(Carer.id).where(same).order_by(Carer.id).with_for_update())


def same_person(db: Session, carer: Carer) -> list[Carer]:
    """The carer as registered in other families: the same name, and a contact that both have confirmed."""
    if not carer.name:
        return []
    found = confirmed_with(db, mobile=carer.mobile) if carer.mobile and carer.mobile_confirmed_at else []
    if carer.email and carer.email_confirmed_at:
        found += confirmed_with(db, email=carer.email)
    others = {each.id: each for each in found if each.family_id != carer.family_id}
    return [each for each in others.values() if each.state is not CarerState.LEFT and _name(each) == _name(carer)]


def _name(carer: Carer) -> str:
    return " ".join((carer.name or "").casefold().split())


def find(db: Session, registration: Registration, carer: Carer) -> Registration | None:
    """The registration that the same person already has for the programme, waiting or placed."""
    families = [each.family_id for each in same_person(db, carer)]
    query = select(Registration).where(
        Registration.family_id.in_(families),
        Registration.programme_id == registration.programme_id,
        Registration.state.in_(LIVE),
    )
    return db.scalars(query.order_by(Registration.waiting_since, Registration.id).limit(1)).first()


def earlier(db: Session, carer: Carer) -> list[tuple[Registration, Registration, Carer]]:
    """The carer's closed doubles, each with the registration that counts and the carer as they stand there."""
    mine = select(Registration).where(
        Registration.family_id == carer.family_id,
        Registration.state == RegistrationState.CLOSED,
        Registration.duplicate_of_id.is_not(None),
    )
    persons = {each.family_id: each for each in same_person(db, carer)}
    pairs = [(each, db.get_one(Registration, each.duplicate_of_id)) for each in db.scalars(mine.order_by("id"))]
    return [(each, older, persons[older.family_id]) for each, older in pairs if older.family_id in persons]
