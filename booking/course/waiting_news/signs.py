"""Signs of life: whatever a family has done lately tells that it still wants what it waits for.

To answer an offer, to change an answer, to say that one cannot come: all of it counts, and so does having spoken with
staff. To open a link does not, for previews open links too; nor does choosing how to be written to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.records.audit import AuditEntry

# What a family does that says nothing of whether it wants to stay.
NO_SIGN = frozenset({"mail stopped", "mail started", "sms stopped", "sms started", "message choices changed"})
SPOKEN = frozenset({"spoken with", "still wanted"})


def last_sign(db: Session, family_id: int) -> datetime | None:
    """When the family last did something, or somebody last spoke with it; None when it never has."""
    carers = select(Carer.id).where(Carer.family_id == family_id)
    waits = select(Registration.id).where(Registration.family_id == family_id)
    own = and_(AuditEntry.actor == "carer", AuditEntry.actor_id.in_(carers), AuditEntry.action.not_in(NO_SIGN))
    spoken = and_(
        AuditEntry.thing == Registration.__tablename__,
        AuditEntry.thing_id.in_(waits),
        AuditEntry.action.in_(SPOKEN),
    )
    found: datetime | None = db.scalar(select(func.max(AuditEntry.at)).where(or_(own, spoken)))
    return found
