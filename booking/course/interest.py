"""Interest: families who wait for another programme may be asked, once, whether a group at risk is something for them.

Whoever is asked has a child of the right age, waits in peace for something else and could come to this group; nobody
is asked twice about a programme. A yes becomes a registration for the programme, dated when they say so, and their
other registration stays as it is. No, or no answer, changes nothing.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, lazyload, relationship

from booking.base.clock import today
from booking.base.db import Base, guarded, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.base.texts import _
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.programmes import Programme
from booking.course import group_changes
from booking.people import confirming, doubles
from booking.people.families import Carer, Family
from booking.people.fit import Need, unmet
from booking.people.registrations import Registration, RegistrationDistrict, RegistrationState, tell
from booking.places import placements
from booking.places.placements import COUNTING, Placement
from booking.records import audit, ledger
from booking.records.audit import Actor

COPIED = (
    "adults", "weekdays", "languages", "interpreter", "step_free", "childcare", "online", "flexible", "short_notice",
    "heard_from",
)  # fmt: skip
BESIDE = {Need.PROGRAMME, Need.AGE}  # Another programme is the point, and the age is looked at for every child.


class AskState(enum.Enum):
    """What became of a question."""

    ASKED = "asked"  # Waits for an answer, for as long as the group takes families.
    YES = "yes"  # The family registered for the programme.
    NO = "no"  # The family said no, thank you.


class Refused(_Refused):
    """Nobody was asked, or the answer could not be taken."""


class InterestAsk(Base):
    """One family asked about one programme, for the sake of one group. `registration` is what it waits for."""

    __tablename__ = "interest_asks"
    __table_args__ = (UniqueConstraint("family_id", "programme_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    family_id: Mapped[int] = plain(ForeignKey("families.id"))
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"))
    group_id: Mapped[int] = plain(ForeignKey("groups.id"), index=True)
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    state: Mapped[AskState] = plain(states(AskState), default=AskState.ASKED)
    asked_at: Mapped[datetime] = plain()
    answered_at: Mapped[datetime | None] = plain()
    group: Mapped[Group] = relationship()
    registration: Mapped[Registration] = relationship()

    def is_open(self, now: datetime) -> bool:
        """True while it can be answered: the group has not begun and takes families."""
        coming = self.group.state is GroupState.OPEN and self.group.first_day > today(now)
        return self.state is AskState.ASKED and coming and self.registration.state in doubles.LIVE


@dataclass(frozen=True, slots=True)
class Reach:
    """How many families would be, or were, asked, and how many messages that takes. Counts only: nobody is named."""

    families: int
    messages: int


def list_open(db: Session, carer: Carer, *, now: datetime) -> list[InterestAsk]:
    """The questions that the carer's family can still answer, the newest first."""
    asked = db.scalars(_of(carer).where(InterestAsk.state == AskState.ASKED))
    return [ask for ask in asked if can_answer(db, ask, now=now)]


def can_answer(db: Session, ask: InterestAsk, *, now: datetime) -> bool:
    """True while the question stands and the family has not registered for the programme by itself."""
    return ask.is_open(now) and db.scalars(_registered(ask)).first() is None


def _registered(ask: InterestAsk) -> Select[int]:
    there = (*doubles.LIVE, RegistrationState.UNCONFIRMED)
    query = select(Registration.id).where(Registration.family_id == ask.family_id, Registration.state.in_(there))
    return query.where(Registration.programme_id == ask.programme_id)


def get(db: Session, carer: Carer, code: str) -> InterestAsk:
    """The question with this code, put to a family that the carer takes part in. Raises NotFound."""
    found = db.scalars(_of(carer).where(InterestAsk.code == code)).first()
    if found is None:
        raise NotFound
    return found


def _of(carer: Carer) -> Select[InterestAsk]:
    query = select(InterestAsk).join(Registration, Registration.id == InterestAsk.registration_id)
    return query.where(Registration.carers.contains(carer)).order_by(InterestAsk.id.desc())


def answers(db: Session, group_id: int) -> Counter[AskState]:
    """How many families have been asked for the group's sake, by what they answered."""
    query = select(InterestAsk.state, func.count()).where(InterestAsk.group_id == group_id)
    return Counter(dict(db.execute(query.group_by(InterestAsk.state)).all()))


def what_if_asked(db: Session, group: Group, *, now: datetime) -> Reach:
    """How many families would be asked now. Changes nothing. Refused when the group is not at risk."""
    return _reach(_candidates(db, group, now))


def ask(db: Session, group: Group, *, now: datetime, by: Actor, reason: str) -> Reach:
    """Ask every family that the group could be something for, each once. Refused when the group is not at risk."""
    # One at a time for each programme: two who ask for two groups do not ask the same family both.
    # Only they wait for each other: whoever makes a placement in the programme refers to its row, and goes on.
    db.execute(select(Programme.id).where(Programme.id == group.programme_id).with_for_update(key_share=True))
    wanted = _candidates(db, group, now)
    for registration in wanted:
        made = InterestAsk(family_id=registration.family_id, programme_id=group.programme_id, group_id=group.id)
        made.registration_id, made.asked_at = registration.id, now
        db.add(made)
        db.flush()
        audit.note(db, "interest asked", registration, now=now, by=by)
        tell(db, registration, "interest", made.id, now=now)
    audit.note(db, "interest asked for", group, now=now, by=by, reason=reason, changes={"asked": (None, len(wanted))})
    ledger.write(
        db, "interest asked", now=now, programme_id=group.programme_id, group_id=group.id, families=len(wanted)
    )
    return _reach(wanted)


def _reach(wanted: Iterable[Registration]) -> Reach:
    each = [sum(len(carer.channels) for carer in registration.carers) for registration in wanted]
    return Reach(families=len(each), messages=sum(each))


def _candidates(db: Session, group: Group, now: datetime) -> list[Registration]:
    """One waiting registration for each family to ask, the longest wait first."""
    if group.id not in {each.id for each in group_changes.list_at_risk(db, now=now)}:
        raise Refused(_("Gruppen är inte i riskzonen, så ingen behöver frågas."), code="not_at_risk")
    places, found = atlas(db), dict[int, Registration]()
    for registration in db.scalars(_waiting_for_something_else(group.programme_id)):
        works = _suits(registration, group) and set(unmet(registration, group, places)) <= BESIDE
        if works and registration.family_id not in found and any(carer.channels for carer in registration.carers):
            found[registration.family_id] = registration
    return list(found.values())


def _waiting_for_something_else(programme_id: int) -> Select[Registration]:
    # Whoever has ever asked for the programme, or been asked about it, is left in peace; so is one who rests or has an
    # offer or a place to think of, and one whose identity is protected.
    known = select(Registration.family_id).where(Registration.programme_id == programme_id)
    asked = select(InterestAsk.family_id).where(InterestAsk.programme_id == programme_id)
    held = select(Placement.registration_id).where(Placement.state.in_(COUNTING))
    # Names and contacts are read and decrypted of those alone who will be asked.
    unread = lazyload(Registration.carers), joinedload(Registration.family).lazyload(Family.carers)
    return (
        select(Registration)
        .options(*unread)
        .join(Family, Family.id == Registration.family_id)
        .where(Registration.state == RegistrationState.WAITING, Registration.paused_at.is_(None))
        .where(Registration.family_id.not_in(known), Registration.family_id.not_in(asked))
        .where(Registration.id.not_in(held), Family.protected.is_(False), Family.erased_at.is_(None))
        .order_by(Registration.waiting_since, Registration.id)
    )


def _suits(registration: Registration, group: Group) -> bool:
    return any(group.programme.suits(child.birth_year, group.first_day) for child in registration.family.children)


def say_yes(db: Session, ask: InterestAsk, *, now: datetime, by: Actor) -> Registration:
    """Register the family for the programme, from now on. Refused when it was answered or the group is gone."""
    _answer(db, ask, AskState.YES, now=now)
    if db.scalars(_registered(ask)).first() is not None:
        raise Refused(_("Ni har redan en anmälan till det programmet."), code="registered")
    made = _register(db, ask, now)
    confirming.record(db, "registered", made, now=now, by=by, why="interest")
    _close_double(db, made, now=now, by=by)
    # A place may be theirs already: the next allocation looks at the group.
    db.execute(update(Group).where(Group.id == ask.group_id).values(touched_at=now))
    return made


def say_no(db: Session, ask: InterestAsk, *, now: datetime, by: Actor) -> InterestAsk:
    """No, thank you. Nothing changes, and the family is not asked about the programme again."""
    _answer(db, ask, AskState.NO, now=now)
    audit.note(db, "interest declined", ask.registration, now=now, by=by)
    return ask


def _answer(db: Session, ask: InterestAsk, state: AskState, *, now: datetime) -> None:
    # The group, which a yes marks, is locked before the family, in the same order as everywhere else.
    placements.lock_for(db, ask.group_id, ask.family_id)
    db.refresh(ask.registration)
    closed = Refused(_("Frågan gäller inte längre."), code="closed")
    if not ask.is_open(now):
        raise closed
    waiting = update(InterestAsk).where(InterestAsk.id == ask.id, InterestAsk.state == AskState.ASKED)
    guarded(db, waiting.values(state=state, answered_at=now), closed)
    event = f"interest {state.value}"
    ledger.write(db, event, now=now, programme_id=ask.programme_id, group_id=ask.group_id)


def _register(db: Session, ask: InterestAsk, now: datetime) -> Registration:
    first = ask.registration
    made = Registration(family=first.family, programme=ask.group.programme, waiting_since=now)
    for name in COPIED:
        setattr(made, name, getattr(first, name))
    made.state = RegistrationState.WAITING
    rows = first.districts
    made.districts = [RegistrationDistrict(district_id=row.district_id, rank=row.rank) for row in rows]
    suits, day = ask.group.programme.suits, ask.group.first_day
    made.children = [child for child in first.family.children if suits(child.birth_year, day)]
    made.carers = list(first.carers)
    db.add(made)
    db.flush()
    return made


def _close_double(db: Session, made: Registration, *, now: datetime, by: Actor) -> None:
    """The same person may stand in the queue as another family: then the older registration stays."""
    for carer in made.carers:
        older = doubles.find(db, made, carer)
        if older is not None:
            confirming.close(db, made, now=now, by=by, why="double", duplicate_of=older)
            return
