"""Places that are free right now: which ones a waiting family may take at once, and taking one.

A place may be taken at once when the group fits, nobody with a stronger claim waits for it, and the group reaches its
minimum with the family in it: the same rule as for an offer. The last places of a group that starts and begins soon go
to those who are invited, the first to answer, and to nobody else meanwhile: `booking.places.invitations`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group
from booking.people.fit import fits
from booking.people.registrations import Registration, tell
from booking.places import offers, placements
from booking.places.invitations import goes_by_invitation
from booking.places.placements import Placement, Source, Way, hindrances
from booking.records import policies
from booking.records.audit import Actor


class Refused(_Refused):
    """The place could not be taken at once."""


def is_ready(registration: Registration, group: Group, now: datetime) -> bool:
    """True when the group has not begun and reaches its minimum with this family."""
    return group.first_day > today(now) and group.places_taken + registration.seats >= group.minimum


def list_free(db: Session, registration: Registration, *, now: datetime) -> list[Group]:
    """The groups in which the registration may take a place right now, soonest first."""
    policy = policies.current(db)
    coming = groups.list_coming(db, today=today(now), programme_id=registration.programme_id)
    places = atlas(db)
    # Most groups fall away here, without a query: families look at this page often.
    likely = [
        group
        for group in coming
        if group.free >= registration.seats
        and is_ready(registration, group, now)
        and not goes_by_invitation(group, policy, now)
        and fits(registration, group, places)
    ]
    return [group for group in likely if not hindrances.find(db, registration, group, judged=frozenset(), now=now)]


def take(db: Session, registration: Registration, group: Group, *, now: datetime, by: Actor) -> Placement:
    """Take a free place at once. Raises Refused or placements.Refused with a sentence for the family."""
    locked = placements.lock_for(db, group.id, registration.family_id)
    if locked.first_day <= today(now):
        raise Refused(_("Gruppen har redan börjat."), code="begun")
    if goes_by_invitation(locked, policies.current(db), now):
        sentence = _("De sista platserna går till dem som kan komma med kort varsel. Säg till oss att ni kan det.")
        raise Refused(sentence, code="invitation")
    if not is_ready(registration, locked, now):
        raise Refused(_("Gruppen har inte tillräckligt många än. Ni står kvar i kön."), code="too_few")
    placement = placements.take(db, registration, locked, Way(Source.WEB), now=now, by=by)
    offers.settle(db, registration.id)
    tell(db, registration, "placed_now", placement.id, now=now)
    return placement
