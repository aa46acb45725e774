"""The SMS in return. Each says what its answer led to, to the number that the carer has confirmed and to no other.

The thing of every message is the reply. An offer that was answered is confirmed by `placed` or `declined` instead.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from booking.catalogue.sessions import GroupSession
from booking.course.replies.reply import Reply
from booking.outbox.letters import Compose, Dropped, Letter
from booking.outbox.messages import Message
from booking.people import writing
from booking.people.families import Carer
from booking.people.writing import Sender
from booking.records import answer_codes
from booking.records.answer_codes import SESSION
from config import DEFAULT_SENDER

WITH_LINK = ("answer_same", "answer_closed", "answer_unclear", "answer_help", "answer_started")
ABOUT_MEETINGS = ("answer_away", "answer_coming")
GONE = "the answer is not kept any more"


def composers(
    address: str, city: str, phone: str, mail_from: str = DEFAULT_SENDER, *, answerable: bool = False
) -> dict[str, Compose]:
    """The composer of each kind. `address` is the site's, without a slash at the end."""
    sender = Sender(address, city, phone, mail_from, answerable)
    return {
        **{kind: partial(_with_link, sender) for kind in WITH_LINK},
        **{kind: partial(_about_meeting, sender) for kind in ABOUT_MEETINGS},
        "answer_stopped": partial(_stopped, sender),
    }


def _with_link(sender: Sender, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    return writing.write(db, sender, message.kind, message, db.get_one(Carer, message.carer_id), now)


def _about_meeting(sender: Sender, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    reply, carer = db.get(Reply, message.thing_id), db.get_one(Carer, message.carer_id)
    session = None if reply is None else db.get(GroupSession, reply.thing_id)
    if session is None:
        return Dropped(GONE)
    code = answer_codes.find_for(db, carer.id, SESSION, session.id)
    return writing.write(db, sender, message.kind, message, carer, now, session=session, group=session.group, code=code)


def _stopped(sender: Sender, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """The last SMS, which goes although SMS are stopped: to the number that asked for it."""
    carer = db.get_one(Carer, message.carer_id)
    if carer.sms_stopped_at is None or "sms" not in carer.confirmed:
        return Dropped("SMS go to this carer again")
    return writing.letter(db, sender, message.kind, message, carer, mail="email" in carer.channels)
