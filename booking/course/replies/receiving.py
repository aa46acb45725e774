"""Receiving an SMS: known by its number, read, acted upon once, and answered.

A number can be forged, and shared. So yes and no count only with the code that was sent to that very number, an answer
does nothing but answer that, and what is said in return goes to the number that the carer has confirmed. Whatever is
not sure gets a link instead, and a person calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from booking import logs
from booking.base.secrecy import lookup
from booking.course import message_choices
from booking.course.replies import answering, telling, unsure
from booking.course.replies.reading import Reading, read
from booking.course.replies.reply import GUESS, Reply, ReplyState, lately
from booking.course.replies.words import Word
from booking.outbox import messages
from booking.people import families, stopping
from booking.people.families import Carer, CarerState
from booking.records import answer_codes

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
NAME = re.compile(r"[\x21-\x7e]{1,120}")
MOST_GUESSES = 5  # Whoever forges a number does not get to try every code.
MOST_A_DAY = 20  # Beyond that it is a machine that answers ours. STOPP is always heard.
LONGEST_TEXT = 2000
TAKING_PART = (CarerState.FIRST, CarerState.JOINED)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Incoming:
    """An SMS as a gateway hands it on. `provider_id` is its own name for it; `number` is the sender's, in E.164."""

    provider: str
    provider_id: str
    number: str
    text: str


def receive(db: Session, incoming: Incoming, *, now: datetime) -> Reply | None:
    """Do what an SMS asks. None when nobody here has confirmed the number, or a copy of it has been seen to."""
    if not NUMBER.fullmatch(incoming.number) or not NAME.fullmatch(incoming.provider_id):
        return None
    carers = families.confirmed_with(db, mobile=incoming.number)
    if not carers or (reply := _keep(db, incoming, now)) is None:
        return None
    reading, part = read(incoming.text), [each for each in carers if each.state in TAKING_PART]
    if reading.word is Word.STOP:
        _stop(db, reply, carers, now)
    elif lately(db, reply.number_hash, now=now).came > MOST_A_DAY or not part or reading.word is Word.THANKS:
        reply.state = ReplyState.IGNORED
    else:
        _act_or_ask(db, reply, reading, part, now)
    db.flush()
    return reply


def _keep(db: Session, incoming: Incoming, now: datetime) -> Reply | None:
    """The row of a new SMS; None for a second copy, whichever of two that come at once is second."""
    copy = select(Reply.id).where(Reply.provider == incoming.provider, Reply.provider_id == incoming.provider_id)
    if db.scalars(copy).first() is not None:
        return None
    reply = Reply(provider=incoming.provider, provider_id=incoming.provider_id, came_at=now)
    reply.number, reply.number_hash = incoming.number, lookup(incoming.number)
    reply.text = incoming.text[:LONGEST_TEXT].encode(errors="replace").decode()
    try:
        with db.begin_nested():
            db.add(reply)
    except IntegrityError:
        return None
    return reply


def _act_or_ask(db: Session, reply: Reply, reading: Reading, carers: list[Carer], now: datetime) -> None:
    """Act upon it; a fault of ours does not lose what somebody has said: then a person looks."""
    try:
        with db.begin_nested():
            _act(db, reply, reading, carers, now)
    except OperationalError:
        raise  # The database could not just now. The gateway sends it once more.
    except Exception as error:
        log.error("an SMS was not acted upon", **logs.failure(error))
        unsure.see_to(db, reply, carers, now=now)


def _act(db: Session, reply: Reply, reading: Reading, carers: list[Carer], now: datetime) -> None:
    match reading.word:
        case Word.START:
            _start(db, reply, carers, now)
        case Word.HELP:
            reply.state = ReplyState.HELPED
            telling.tell(db, reply, "answer_help", carers[0], now=now)
        case _:
            _answer(db, reply, reading, carers, now)


def _answer(db: Session, reply: Reply, reading: Reading, carers: list[Carer], now: datetime) -> None:
    """Yes or no, with a code that was sent to this number and to somebody who still has it; else it is unsure."""
    code = answer_codes.find(db, reply.number_hash, reading.code) if reading.code else None
    who = next((each for each in carers if code is not None and each.id == code.carer_id), None)
    reply.kind = GUESS if reading.code and who is None else None
    guessed = lately(db, reply.number_hash, now=now).guesses
    if code is None or who is None or reading.word is None or guessed > MOST_GUESSES:
        unsure.see_to(db, reply, carers, now=now)
        return
    reply.carer_id, reply.kind, reply.thing_id = who.id, code.kind, code.thing_id
    answering.answer(db, reply, who, yes=reading.word is Word.YES, now=now)


def _stop(db: Session, reply: Reply, carers: list[Carer], now: datetime) -> None:
    message_choices.lock(db, *carers)
    stopped = [carer for carer in carers if stopping.stop_sms(db, carer, now=now, by=carer.actor)]
    reply.state = ReplyState.STOPPED if stopped else ReplyState.IGNORED
    if stopped:
        # The last one, to the number and not to each: whoever asked knows that it was heard.
        messages.queue(db, "answer_stopped", reply.id, stopped[0].id, "sms", now=now, urgent=True)
        reply.answered = True
    for carer in stopped:
        message_choices.see_to(db, carer, now=now)


def _start(db: Session, reply: Reply, carers: list[Carer], now: datetime) -> None:
    message_choices.lock(db, *carers)
    started = [carer for carer in carers if stopping.start_sms(db, carer, now=now, by=carer.actor)]
    reply.state = ReplyState.STARTED if started else ReplyState.IGNORED
    for carer in started:
        message_choices.see_to(db, carer, now=now)
    if started:
        telling.tell(db, reply, "answer_started", started[0], now=now)
