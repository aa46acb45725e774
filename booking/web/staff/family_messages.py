"""Every message to a family: what, to whom, how, when, what became of it. The text is read with a click, and noted.

Only those who run the family come here. What a message says is as secret as the family's matter: showing it is an act
that stands in the audit log, so it takes a button.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import func, select

from booking.base.errors import NotFound
from booking.base.texts import _
from booking.outbox import kinds, waiting
from booking.outbox.messages import Message, MessageState
from booking.outbox.troubles import TROUBLED, still_of_use, tried_again
from booking.outbox.waiting import Waits
from booking.people.registrations import Registration
from booking.records import audit
from booking.web import access
from booking.web.staff import door, family_replies, message_words, messages_again, own

Matter = tuple[str, int, int, int | None]
CODE = re.compile(r"\b\d{4,8}\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the family's log shows it; `again` when it may be sent once more."""

    message: Message
    what: str
    to: str
    state: tuple[str, str]
    details: list[str]
    again: bool
    may_hurry: bool


@door.get("/anmalan/<code>/meddelanden")
@access.for_staff
def family_messages(code: str) -> str:
    """Every message to the registration's carers, newest first."""
    return page(own.registration(code))


@door.post("/anmalan/<code>/meddelanden/<reference>")
@access.for_staff
def family_message(code: str, reference: str) -> str:
    """The same page with the text of one message, as it was sent; who looked is noted."""
    found = own.registration(code)
    message = messages_again.get(reference)
    if message.carer_id not in {carer.id for carer in found.carers}:
        raise NotFound
    audit.note(access.db(), "message read", message, now=access.now(), by=access.account().actor)
    return page(found, opened=message)


@door.post("/anmalan/<code>/svar")
@access.for_staff
def replies_read(code: str) -> str:
    """The family's messages with what it has answered, word for word; who looked is noted."""
    found = own.registration(code)
    audit.note(access.db(), "replies read", found, now=access.now(), by=access.account().actor)
    return page(found, replies_open=True)


def text_of(message: Message) -> str:
    """The text as it was sent, without what opens anything: links lost that when it was kept, codes lose it here."""
    if message.body is None:
        return _("Texten skrivs när meddelandet skickas.") if message.state is MessageState.QUEUED else ""
    return CODE.sub("••••", message.body) if kinds.holds_code(message.kind) else message.body


def page(registration: Registration, *, opened: Message | None = None, replies_open: bool = False) -> str:
    """The log, with the text of one message or those of the family's answers shown, if somebody asked for them."""
    db, to = access.db(), Message.carer_id.in_([carer.id for carer in registration.carers])
    paging = own.paging(db.scalar(select(func.count()).select_from(Message).where(to)) or 0)
    query = select(Message).where(to).order_by(Message.id.desc()).limit(own.PAGE).offset(paging.offset)
    found = db.scalars(query).all()
    return render_template(
        "staff/family_messages.html",
        registration=registration,
        rows=_rows(registration, found),
        paging=paging,
        opened=opened,
        text=text_of(opened) if opened else "",
        replies=family_replies.list_from(registration),
        became=family_replies.BECAME,
        names=_names(registration),
        replies_open=replies_open,
    )


def _rows(registration: Registration, found: Sequence[Message]) -> list[Row]:
    db, now = access.db(), access.now()
    seen, names = waiting.look(db, now=now), _names(registration)
    ids, arrived = [message.id for message in found], _arrived(found)
    once_more = select(Message.id).where(Message.id.in_(ids), Message.state.in_(TROUBLED))
    again = set(db.scalars(once_more.where(~tried_again(), still_of_use(now))))
    return [
        Row(
            message=message,
            what=kinds.label(message.kind),
            to=names[message.carer_id or 0],
            state=message_words.state(message),
            details=[*message_words.details(message, seen), *_otherwise(message, arrived)],
            again=message.id in again,
            may_hurry=message.state is MessageState.QUEUED and seen.waits_for(message) is Waits.RESTS,
        )
        for message in found
    ]


def _arrived(found: Sequence[Message]) -> dict[Matter, str]:
    """By what they are about, the channel of those messages that got out."""
    return {_matter(each): each.channel for each in found if each.state in (MessageState.SENT, MessageState.DELIVERED)}


def _otherwise(message: Message, arrived: Mapping[Matter, str]) -> list[str]:
    """That the same went another way, when this one did not."""
    channel = arrived.get(_matter(message)) if message.state in TROUBLED else None
    if channel is None:
        return []
    ways = {"sms": _("Samma sak har gått som sms."), "email": _("Samma sak har gått som mejl.")}
    return [ways[channel]] if channel in ways else []


def _matter(message: Message) -> Matter:
    return message.kind, message.thing_id, message.version, message.carer_id


def _names(registration: Registration) -> dict[int, str]:
    """What each carer is called here; a protected identity is never named, so there they are numbered."""
    named = not registration.family.protected
    return {
        carer.id: (carer.name if named else None) or _("Förälder %(number)s", number=number)
        for number, carer in enumerate(registration.carers, 1)
    }
