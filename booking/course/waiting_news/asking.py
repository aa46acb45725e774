"""Asking once a year whether a family still wants what it waits for, and what silence leads to: a phone call.

A family is asked when it has waited a year without a sign of life. Three weeks of silence, and it is asked again, in
another way where there is one; three more, and staff phone it. Silence ends nothing, and the queue date never changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.course import calls
from booking.course.calls import CallWhy
from booking.course.waiting_news.hours import is_civil
from booking.course.waiting_news.question import Question, QuestionState, list_open, unanswered
from booking.course.waiting_news.signs import last_sign
from booking.course.waiting_news.status import STILL_WANTED, busy, carers
from booking.outbox import messages
from booking.outbox.messages import Message
from booking.people.families import Carer, Family
from booking.people.registrations import Registration, RegistrationState, write_line
from booking.records import policies
from booking.records.policies import Policy

FIRST, SECOND = 1, 2
OF_USE = timedelta(days=7)


def list_due(db: Session, *, now: datetime) -> list[int]:
    """Ids of the families to ask, to ask again, or to put on the call list; and of those with a question open."""
    policy = policies.current(db)
    pending = select(Registration.family_id).join(Question, Question.registration_id == Registration.id)
    found = set(db.scalars(pending.where(Question.ended_at.is_(None))))
    if policy.reconfirm_weeks >= 1 and is_civil(now):
        waits = Registration.state == RegistrationState.WAITING, Registration.waiting_since <= _year_ago(policy, now)
        found |= set(db.scalars(select(Registration.family_id).where(*waits)))
    return sorted(found)


def follow(db: Session, family_id: int, *, now: datetime) -> int:
    """Do for one family what is due; how many questions changed."""
    # One at a time for each family: two schedulers ask once.
    db.execute(select(Family.id).where(Family.id == family_id).with_for_update())
    ended = sum(_end(db, each, now) for each in list_open(db, family_id))
    if not is_civil(now) or busy(db, family_id, now=now):
        return ended
    policy = policies.current(db)
    since = now - timedelta(weeks=policy.reconfirm_again_weeks)
    late = [each for each in list_open(db, family_id) if each.tried_at <= since]
    phoned = _phone(db, [each for each in late if each.state is QuestionState.AGAIN], now)
    again = _ask_again(db, [each for each in late if each.state is QuestionState.ASKED], now)
    return ended + phoned + again + _ask(db, family_id, policy, now)


def _end(db: Session, question: Question, now: datetime) -> bool:
    """End a question that is answered, or whose family does not wait any more; its call is settled with it."""
    registration = question.registration
    db.refresh(registration)
    waits = registration.state is RegistrationState.WAITING
    if waits and question in unanswered(db, registration.family_id):
        return False
    question.state = QuestionState.ANSWERED if waits else QuestionState.OVER
    question.ended_at = now
    calls.settle(db, registration, CallWhy.RECONFIRM, now=now)
    write_line(db, "still wanted asked", registration, now=now, state=question.state.value)
    db.flush()
    return True


def _phone(db: Session, questions: list[Question], now: datetime) -> int:
    for question in questions:
        _turn(db, question, QuestionState.CALLING, now)
        calls.put(
            db, question.registration, CallWhy.RECONFIRM, thing_kind=Question.__tablename__, thing_id=question.id,
            now=now,
        )  # fmt: skip
    return len(questions)


def _ask_again(db: Session, questions: list[Question], now: datetime) -> int:
    for question in questions:
        _turn(db, question, QuestionState.AGAIN, now)
    if questions:
        _write(db, questions, SECOND, now)
    return len(questions)


def _ask(db: Session, family_id: int, policy: Policy, now: datetime) -> int:
    """Ask about everything that the family has waited a year for since it last did anything."""
    asked = {each.registration_id for each in list_open(db, family_id)}
    query = select(Registration).where(
        Registration.family_id == family_id, Registration.state == RegistrationState.WAITING,
        Registration.waiting_since <= _year_ago(policy, now), Registration.id.not_in(asked),
    )  # fmt: skip
    waiting = list(db.scalars(query.order_by(Registration.waiting_since, Registration.id)))
    sign = last_sign(db, family_id) if waiting else None
    if not waiting or (sign is not None and sign > _year_ago(policy, now)) or policy.reconfirm_weeks < 1:
        return 0
    made = [Question(registration_id=each.id, registration=each, asked_at=now, tried_at=now) for each in waiting]
    db.add_all(made)
    db.flush()
    for question in made:
        write_line(db, "still wanted asked", question.registration, now=now, state=question.state.value)
    if not _write(db, made, FIRST, now):
        _phone(db, made, now)  # Nobody of the family can be written to.
    return len(made)


def _turn(db: Session, question: Question, state: QuestionState, now: datetime) -> None:
    question.state, question.tried_at = state, now
    write_line(db, "still wanted asked", question.registration, now=now, state=state.value)
    db.flush()


def _write(db: Session, questions: list[Question], version: int, now: datetime) -> int:
    """Write to everyone whom the questions concern, about all of them at once; how many messages."""
    made = [
        messages.queue(
            db, STILL_WANTED, questions[0].id, carer.id, channel, version=version, now=now, not_after=now + OF_USE
        )
        for carer in carers([each.registration for each in questions])
        for channel in _way(db, carer, version)
    ]
    return len(made)


def _way(db: Session, carer: Carer, version: int) -> list[str]:
    """The one channel for this try: at the second the one that was not used at the first, where there are two."""
    if version == FIRST:
        return carer.channels[:1]
    used = select(Message.channel).where(Message.kind == STILL_WANTED, Message.carer_id == carer.id)
    last = db.scalars(used.where(Message.version == FIRST).order_by(Message.id.desc()).limit(1)).first()
    others = [channel for channel in carer.channels if channel != last]
    return (others or carer.channels)[:1]


def _year_ago(policy: Policy, now: datetime) -> datetime:
    return now - timedelta(weeks=policy.reconfirm_weeks)
