"""Letters to those who run groups: neutral outside, and never a word about a family.

The thing of `group_at_risk` is the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue.groups import Group, GroupState
from booking.course.group_changes import risks
from booking.course.letters.writing import Sender
from booking.outbox import wording
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.places import explaining
from booking.records.accounts import Account


@dataclass(frozen=True, slots=True)
class _To:
    """Somebody who signs in, as the wording knows an addressee."""

    language: str
    email: str
    mobile: None = None


def group_at_risk(sender: Sender, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """A group cannot reach its minimum: how far it comes, when it is decided, and where that is done."""
    account, group = db.get_one(Account, message.account_id), db.get_one(Group, message.thing_id)
    found = risks.outlook(db, group)
    if not account.active:
        return Dropped("the account is closed")
    if group.state is not GroupState.OPEN or group.first_day <= today(now) or not found.is_at_risk(today(now)):
        return Dropped("the group is no longer at risk")
    door = "samordnare" if account.is_staff else "ledare"
    return wording.letter(
        "staff/group_at_risk",
        message.channel,
        _To(account.language, account.email),
        message.key,
        label=explaining.label,
        found=found,
        decides=account.is_staff,
        link=f"{sender.address}/{door}/grupp/{group.code}",
        city=sender.city,
        phone=sender.phone,
    )
