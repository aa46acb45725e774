"""Certificates: who is trained to lead which programme, from when until when. Both days count.

The city's unit for the programmes trains and certifies leaders. A certificate is never removed: it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, or_, select, update
from sqlalchemy.orm import Mapped, Session

from booking.base.clock import today
from booking.base.db import Base, guarded, identity, plain
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.base.texts import _
from booking.records import audit
from booking.records.audit import Actor


class Certificate(Base):
    """One leader's right to lead one programme; `valid_until` is None while nobody has set an end."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="order"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    account_id: Mapped[int] = plain(ForeignKey("accounts.id"), index=True)
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"), index=True)
    valid_from: Mapped[date] = plain()
    valid_until: Mapped[date | None] = plain()
    made_at: Mapped[datetime] = plain()

    def holds(self, first: date, last: date) -> bool:
        """True when it is valid on every day from the first to the last."""
        return self.valid_from <= first and (self.valid_until is None or last <= self.valid_until)


class Refused(_Refused):
    """The certificate could not be given or ended."""


def get_by_code(db: Session, code: str) -> Certificate:
    """The certificate with this code. Raises NotFound."""
    found = db.scalars(select(Certificate).where(Certificate.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_current(db: Session, *, day: date) -> list[Certificate]:
    """The certificates that are valid on that day or later."""
    valid = or_(Certificate.valid_until.is_(None), Certificate.valid_until >= day)
    return list(db.scalars(select(Certificate).where(valid).order_by(Certificate.valid_from, Certificate.id)))


def certified(db: Session, programme_id: int, first: date, last: date) -> set[int]:
    """Ids of the accounts that may lead the programme on every day from the first to the last."""
    query = select(Certificate).where(Certificate.programme_id == programme_id)
    return {each.account_id for each in db.scalars(query) if each.holds(first, last)}


def lacking(db: Session, account_ids: Iterable[int], programme_id: int, first: date, last: date) -> list[int]:
    """Those among the accounts that may not lead the programme on all those days."""
    may = certified(db, programme_id, first, last)
    return [each for each in account_ids if each not in may]


def give(
    db: Session, account_id: int, programme_id: int, first: date, last: date | None, *, now: datetime, by: Actor
) -> Certificate:
    """Certify a leader for a programme. Refused when the days run backwards or the leader is certified already."""
    if last is not None and last < first:
        raise Refused(_("Sista dagen kan inte ligga före den första."), code="last")
    query = select(Certificate).where(Certificate.account_id == account_id, Certificate.programme_id == programme_id)
    for other in db.scalars(query):
        if (last is None or other.valid_from <= last) and (other.valid_until is None or first <= other.valid_until):
            raise Refused(_("Ledaren har redan ett intyg för programmet under den tiden."), code="first")
    made = Certificate(account_id=account_id, programme_id=programme_id, valid_from=first, valid_until=last)
    made.made_at = now
    db.add(made)
    db.flush()
    audit.note(db, "certificate given", made, now=now, by=by)
    return made


def end(db: Session, certificate: Certificate, *, now: datetime, by: Actor, reason: str) -> Certificate:
    """Let a certificate end with yesterday, or, if it was given later than that, with its first day."""
    last = max(today(now) - timedelta(days=1), certificate.valid_from)
    longer = or_(Certificate.valid_until.is_(None), Certificate.valid_until > last)
    statement = update(Certificate).where(Certificate.id == certificate.id, longer)
    guarded(db, statement.values(valid_until=last), Refused(_("Intyget har redan gått ut."), code="over"))
    changes = {"valid_until": (certificate.valid_until, last)}
    db.refresh(certificate)
    audit.note(db, "certificate ended", certificate, now=now, by=by, reason=reason, changes=changes)
    return certificate
