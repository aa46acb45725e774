"""The mapped class: one family told of one group's free places, and which groups' places go so."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.catalogue.groups import Group, GroupState
from booking.people.registrations import Registration
from booking.places.reply_time import is_last
from booking.records import policies
from booking.records.policies import Policy


class InvitationState(enum.Enum):
    """The life of an invitation."""

    OPEN = "open"  # Whoever answers first gets the place.
    ACCEPTED = "accepted"  # The family was first.
    DECLINED = "declined"  # The family said no.
    OVER = "over"  # The group has begun or is cancelled.


class Refused(_Refused):
    """The invitation could not be answered."""


class Invitation(Base):
    """One registration is invited to one group, once."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("group_id", "registration_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    group_id: Mapped[int] = plain(ForeignKey("groups.id"))
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    state: Mapped[InvitationState] = plain(states(InvitationState), default=InvitationState.OPEN)
    made_at: Mapped[datetime] = plain()
    answered_at: Mapped[datetime | None] = plain()
    group: Mapped[Group] = relationship()
    registration: Mapped[Registration] = relationship()

    def is_open(self, now: datetime, policy: Policy) -> bool:
        """True while it may be answered, whether or not there is room just now; not when the start has been put off.

        Then there is time again for the order of the queue.
        """
        stands = self.state is InvitationState.OPEN and self.group.state is GroupState.OPEN
        return stands and now < self.group.begins_at and is_last(now, self.group.begins_at, policy)


def goes_by_invitation(group: Group, policy: Policy, now: datetime) -> bool:
    """True for a group that starts and begins so soon that its free places go to the first who answers."""
    starts = group.state is GroupState.OPEN and group.places_taken >= group.minimum
    return starts and now < group.begins_at and is_last(now, group.begins_at, policy)


def get_by_code(db: Session, code: str) -> Invitation:
    """The invitation with this code. Raises NotFound."""
    found = db.scalars(select(Invitation).where(Invitation.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_open(db: Session, registration_id: int, *, now: datetime) -> list[Invitation]:
    """The invitations a registration may still answer, the group that begins first first."""
    query = select(Invitation).where(
        Invitation.registration_id == registration_id, Invitation.state == InvitationState.OPEN
    )
    policy = policies.current(db)
    found = [each for each in db.scalars(query) if each.is_open(now, policy)]
    return sorted(found, key=lambda each: (each.group.begins_at, each.id))
