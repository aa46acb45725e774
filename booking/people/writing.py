"""The one way a letter to a carer is written: by whom, with which link, in which words.

A composer first looks whether its reason still holds, then calls `write`. A carer is only written to in a way that
they have confirmed and not stopped. Families who chose *discreet* get one and the same text for all that says more
than a code or a link does, no file beside it (a calendar tells place and hour), and no code to answer with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.base import texts
from booking.outbox import wording
from booking.outbox.letters import Attachment, Dropped, Letter
from booking.outbox.messages import Message
from booking.outbox.wording import edited
from booking.people.families import Carer, CarerState
from booking.people.unsubscribing import unsubscribe_address
from booking.records import answer_codes, links, policies
from config import DEFAULT_SENDER

DISCREET = "discreet"
ASKED_FOR = "link"
NOT_THIS_WAY = "this carer is not written to in this way any more"
# Kinds whose own text is as neutral as the discreet one, or turns so: it gets `discreet` among its values.
NEUTRAL = frozenset(
    {"confirm", "link", "registered", "grown"}
    | {"answer_same", "answer_closed", "answer_unclear", "answer_help", "answer_started"}
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the site's address without a slash at the end, the city's name, its phone, and its mail's sender.

    `answerable` says that an SMS comes from a number, so that it can be answered.
    """

    address: str
    city: str
    phone: str
    mail_from: str = DEFAULT_SENDER
    answerable: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What an answer by SMS answers: a kind of `answer_codes` and its thing, while it is open."""

    kind: str
    thing_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter says. `path` is the short link's: "e" the open offer, "i" an invitation, "m" my page.

    With `answers` the text gets the code to answer with as `answer`, or None where it cannot be answered.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    path: str = "m"
    attachments: Sequence[Attachment] = ()
    answers: Answers | None = None


def unreachable(message: Message, carer: Carer) -> Dropped | None:
    """Why this carer is not written to through the message's channel any more; None when they are.

    A link that somebody asks for goes also where all else is stopped: else nobody could start it again.
    """
    ways = carer.confirmed if message.kind == ASKED_FOR else carer.channels
    if carer.state is CarerState.LEFT or message.channel not in ways:
        return Dropped(NOT_THIS_WAY)
    return None


def write(
    db: Session,
    sender: Sender,
    name: str,
    message: Message,
    carer: Carer,
    now: datetime,
    *,
    path: str = "m",
    attachments: Sequence[Attachment] = (),
    **values: Any,
) -> Letter | Dropped:
    """The letter of the kind `name` to a carer, with a new link of their own; or why it is no longer to be sent."""
    if (gone := unreachable(message, carer)) is not None:
        return gone
    discreet = carer.family.discreet
    token = links.make(db, carer.id, now=now, days=policies.current(db).link_days)
    if discreet and name not in NEUTRAL:
        name, attachments = DISCREET, ()
    made = letter(
        db, sender, name, message, carer, link=f"{sender.address}/{path}/{token}", discreet=discreet, **values
    )
    if message.channel != "email":
        return made
    stop = unsubscribe_address(carer, sender.address) if sender.address.startswith("https://") else None
    return replace(made, attachments=tuple(attachments), unsubscribe=stop)


def write_matter(
    db: Session, sender: Sender, name: str, message: Message, carer: Carer, now: datetime, matter: Matter
) -> Letter | Dropped:
    """As `write`, from what a composer found."""
    how: dict[str, Any] = {"path": matter.path, "attachments": matter.attachments}
    if matter.answers is not None:
        how["answer"] = _answer_code(db, sender, message, carer, matter.answers, now)
    return write(db, sender, name, message, carer, now, **how, **matter.values)


def _answer_code(
    db: Session, sender: Sender, message: Message, carer: Carer, answers: Answers, now: datetime
) -> str | None:
    """The code with which this message can be answered, kept on it; None when it cannot."""
    if message.channel != "sms" or not sender.answerable or carer.family.discreet or not carer.mobile_hash:
        return None
    thing = carer.id, answers.kind, answers.thing_id
    message.answer_code = answer_codes.make(db, *thing, number_hash=carer.mobile_hash, now=now, until=answers.until)
    return message.answer_code


def letter(db: Session, sender: Sender, name: str, message: Message, carer: Carer, **values: Any) -> Letter:
    """The letter without any question whether the channel is confirmed: for the code that confirms it.

    What staff have written stands instead of the default, but never to a discreet family, whose texts are looked
    over as strictly as an SMS: theirs are the discreet ones and the defaults.
    """
    words = None
    if name == DISCREET or not carer.family.discreet:
        words = edited.words_for(db, name, message.channel, texts.written(carer.language))
    values |= {"city": sender.city, "phone": sender.phone}
    made = wording.letter(name, message.channel, carer, message.key, words=words, **values)
    if message.channel == "sms":
        message.parts = wording.parts(made.text).parts
    return made
