"""Offers: a held place that waits for the family's answer. No is free; silence only pauses further offers.

An offer is born, answered, lapses or is withdrawn by a guarded update, so that of two clicks, or a click and the
clock, exactly one wins. The family's place in the queue is not touched by any of it.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, select, text, update
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, guarded, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState, tell
from booking.places import placements
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records import audit, ledger
from booking.records.audit import SYSTEM, Actor


class OfferState(enum.Enum):
    """The life of an offer."""

    OPEN = "open"  # Waits for an answer.
    ACCEPTED = "accepted"  # The family took the place.
    DECLINED = "declined"  # The family said no.
    EXPIRED = "expired"  # Nobody answered in time.
    WITHDRAWN = "withdrawn"  # Taken back, by staff or because the family left or the group was cancelled.


class Refused(_Refused):
    """The offer could not be made or answered."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a family is offered this: a code of the allocation's reasons, with its values (JSON)."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


class Offer(Base):
    """A place in one group, kept for one registration until `reply_by`."""

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "uq_offers_open",
            "family_id",
            "programme_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_offers_due", "state", "reply_by"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    placement_id: Mapped[int] = plain(ForeignKey("placements.id"), unique=True)
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    family_id: Mapped[int] = plain(ForeignKey("families.id"))
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"))
    group_id: Mapped[int] = plain(ForeignKey("groups.id"), index=True)
    run_id: Mapped[int | None] = plain(ForeignKey("allocation_runs.id"))
    state: Mapped[OfferState] = plain(states(OfferState), default=OfferState.OPEN)
    made_at: Mapped[datetime] = plain()
    reply_by: Mapped[datetime] = plain()
    answered_at: Mapped[datetime | None] = plain()
    reason_code: Mapped[str] = plain(String(40))
    reason_values: Mapped[dict[str, Any]] = personal(default=dict)
    placement: Mapped[Placement] = relationship()
    registration: Mapped[Registration] = relationship()
    group: Mapped[Group] = relationship()

    def is_open(self, now: datetime) -> bool:
        """True while it can be answered."""
        return self.state is OfferState.OPEN and now < self.reply_by


def make(
    db: Session,
    registration: Registration,
    group: Group,
    *,
    reason: Reason,
    reply_by: datetime,
    now: datetime,
    by: Actor,
    override: str | None = None,
    run_id: int | None = None,
    judged: frozenset[int] = frozenset(),
) -> Offer:
    """Hold a place and offer it. Raises placements.Refused when no place may be held."""
    way = Way(Source.OFFER, PlacementState.HELD, override=override, judged=judged)
    placement = placements.take(db, registration, group, way, now=now, by=by)
    offer = Offer(placement_id=placement.id, registration_id=registration.id, family_id=registration.family_id)
    offer.programme_id, offer.group_id, offer.run_id = registration.programme_id, group.id, run_id
    offer.made_at, offer.reply_by = now, reply_by
    offer.reason_code, offer.reason_values = reason.code, reason.values
    db.add(offer)
    db.flush()
    audit.note(db, "offer made", offer, now=now, by=by, reason=override, override=override is not None)
    _line(db, "offer made", offer, now=now, reason=reason.code)
    _tell(db, "offer", offer, now=now)
    return offer


def accept(db: Session, offer: Offer, *, now: datetime, by: Actor) -> Placement:
    """Take the offered place. The offer, the place and the registration change together or not at all."""
    _answer(db, offer, OfferState.ACCEPTED, now=now, by=by)
    placement = placements.keep(db, db.get_one(Placement, offer.placement_id), now=now, by=by)
    settle(db, offer.registration_id)
    _tell(db, "placed", offer, now=now)
    return placement


def settle(db: Session, registration_id: int) -> None:
    """A waiting registration has got its place."""
    statement = update(Registration).where(
        Registration.id == registration_id, Registration.state == RegistrationState.WAITING
    )
    refusal = Refused(_("Anmälan står inte längre i kön."), code="not_waiting")
    guarded(db, statement.values(state=RegistrationState.PLACED, paused_at=None), refusal)


def decline(db: Session, offer: Offer, *, now: datetime, by: Actor) -> Offer:
    """Say no. The family keeps its place in the queue, and the seats go on to the next."""
    _answer(db, offer, OfferState.DECLINED, now=now, by=by)
    placements.release(db, db.get_one(Placement, offer.placement_id), PlacementState.DECLINED, now=now, by=by)
    _tell(db, "declined", offer, now=now)
    return offer


def withdraw(db: Session, offer: Offer, *, now: datetime, by: Actor, reason: str, tell: bool = True) -> Offer:
    """Take an unanswered offer back. The family keeps its place in the queue."""
    _end(db, offer, OfferState.WITHDRAWN, now=now, by=by, reason=reason)
    if tell:
        _tell(db, "withdrawn", offer, now=now)
    return offer


def expire(db: Session, offer: Offer, *, now: datetime) -> Offer:
    """Let an offer lapse whose time is out. Further offers rest until the family answers or someone has spoken."""
    if now < offer.reply_by:
        raise Refused(_("Svarstiden har inte gått ut."), code="not_due")
    _end(db, offer, OfferState.EXPIRED, now=now, by=SYSTEM)
    db.execute(update(Registration).where(Registration.id == offer.registration_id).values(paused_at=now))
    _tell(db, "expired", offer, now=now)
    return offer


def _answer(db: Session, offer: Offer, state: OfferState, *, now: datetime, by: Actor) -> None:
    # The group is locked before the offer is touched, in the same order as everywhere else.
    placements.lock_for(db, offer.group_id, offer.family_id)
    statement = update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.reply_by > now)
    refusal = Refused(_("Erbjudandet går inte att svara på längre."), code="closed")
    guarded(db, statement.values(state=state, answered_at=now), refusal)
    db.execute(update(Registration).where(Registration.id == offer.registration_id).values(paused_at=None))
    audit.note(db, f"offer {state.value}", offer, now=now, by=by)
    _line(db, f"offer {state.value}", offer, now=now)


def _end(db: Session, offer: Offer, state: OfferState, *, now: datetime, by: Actor, reason: str | None = None) -> None:
    placements.lock_for(db, offer.group_id, offer.family_id)
    statement = update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN)
    refusal = Refused(_("Erbjudandet är redan besvarat."), code="closed")
    guarded(db, statement.values(state=state, answered_at=now), refusal)
    placements.release(db, db.get_one(Placement, offer.placement_id), PlacementState.LAPSED, now=now, by=by)
    audit.note(db, f"offer {state.value}", offer, now=now, by=by, reason=reason)
    _line(db, f"offer {state.value}", offer, now=now)


def _line(db: Session, event: str, offer: Offer, *, now: datetime, **values: object) -> None:
    registration = db.get_one(Registration, offer.registration_id)
    ledger.write(
        db,
        event,
        now=now,
        subject=registration.subject,
        programme_id=offer.programme_id,
        district_id=registration.home_id,
        group_id=offer.group_id,
        **values,
    )


def _tell(db: Session, kind: str, offer: Offer, *, now: datetime) -> None:
    tell(db, db.get_one(Registration, offer.registration_id), kind, offer.id, now=now)


def find_open(db: Session, registration_id: int) -> Offer | None:
    """The registration's open offer, its time out or not."""
    query = select(Offer).where(Offer.registration_id == registration_id, Offer.state == OfferState.OPEN)
    return db.scalars(query).first()


def get_by_code(db: Session, code: str) -> Offer:
    """The offer with this code. Raises NotFound."""
    found = db.scalars(select(Offer).where(Offer.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_due(db: Session, *, now: datetime, limit: int = 100) -> list[Offer]:
    """Open offers whose time is out, oldest first."""
    query = select(Offer).where(Offer.state == OfferState.OPEN, Offer.reply_by <= now)
    return list(db.scalars(query.order_by(Offer.reply_by).limit(limit)))


def sent_since(db: Session, since: datetime) -> Counter[int]:
    """How many offers each family has been made since then, by family id, whatever became of them."""
    query = select(Offer.family_id, func.count()).where(Offer.made_at > since).group_by(Offer.family_id)
    return Counter(dict(db.execute(query).all()))
