"""What a leader's calendar shows: the meetings of the groups they lead. Nobody who comes to them is named."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.base import texts
from booking.base.texts import _
from booking.catalogue import groups, sessions
from booking.catalogue.groups import GroupState
from booking.course.calendars.entries import Entry, entry, uid, whereabouts
from booking.people.writing import Sender
from booking.records.accounts import Account

BACK = timedelta(days=90)


def list_led(db: Session, account: Account, sender: Sender, *, now: datetime) -> list[Entry]:
    """The meetings of the account's own groups by time, BACK days into the past; nothing once it is closed.

    Called-off meetings are shown as such until their day has been. Groups that are being set up are left out.
    """
    if not account.active or not account.is_leader:
        return []
    led = {each.id: each for each in groups.list_led(db, account.id) if each.state is not GroupState.HIDDEN}
    with texts.speaking(account.language):
        title, about = _("Träff, %(city)s", city=sender.city), f"{sender.address}/ledare/"
        found = [
            entry(
                each,
                uid("leader", account.id, each.id),
                title=title,
                place=whereabouts(led[each.group_id]),
                about=about,
            )
            for each in sessions.list_of_all(db, list(led))
        ]
    return [each for each in found if each.ends_at > now - BACK and (each.ends_at > now or not each.cancelled)]
