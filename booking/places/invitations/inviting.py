"""Who is invited to the last places of a group, and telling them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.groups import Group, GroupState
from booking.people.registrations import Registration, RegistrationState, tell, write_line
from booking.places import placements, steering
from booking.places.invitations.invitation import Invitation, InvitationState, goes_by_invitation
from booking.places.placements import COUNTING, Facts, Hindrance, Placement
from booking.places.reply_time import is_awake
from booking.records import audit, policies
from booking.records.audit import SYSTEM

KIND = "invitation"


def list_due(db: Session, *, now: datetime) -> list[int]:
    """The ids of the groups whose free places go by invitation now; none while people sleep."""
    policy = policies.current(db)
    if not is_awake(now, policy):
        return []
    query = select(Group).where(
        Group.state == GroupState.OPEN,
        Group.places_taken < Group.capacity,
        Group.places_taken >= Group.minimum,
        Group.first_day >= today(now),
        Group.first_day <= today(now + timedelta(days=policy.reply_last_days)),
    )
    found = db.scalars(query.order_by(Group.first_day, Group.id))
    return [group.id for group in found if goes_by_invitation(group, policy, now)]


def invite(db: Session, group: Group, *, now: datetime) -> list[Invitation]:
    """Invite everyone who may have a place in the group and has not been invited to it before; all at once."""
    group = groups.lock(db, [group.id])[group.id]
    if not goes_by_invitation(group, policies.current(db), now):
        return []
    wanted = _candidates(db, group)
    facts = Facts(db, wanted, [group], judged=frozenset())
    made = [
        Invitation(group_id=group.id, registration_id=each.id, made_at=now)
        for each in wanted
        if not placements.hindrances_of(db, each, group, now=now, facts=facts, waived={Hindrance.LONGER_WAIT})
    ]
    db.add_all(made)
    db.flush()
    for invitation in made:
        registration = db.get_one(Registration, invitation.registration_id)
        write_line(db, "invited", registration, now=now, group_id=group.id)
        tell(db, registration, KIND, invitation.id, now=now, new=True)
    if made:
        audit.note(db, "invited", group, now=now, by=SYSTEM, changes={"families": (None, len(made))})
    return made


def _candidates(db: Session, group: Group) -> list[Registration]:
    """Those who can come at short notice, wait without an offer, do not rest, and have not had or refused the group."""
    invited = select(Invitation.registration_id).where(Invitation.group_id == group.id)
    placed = select(Placement.registration_id).where(
        Placement.programme_id == group.programme_id,
        or_(Placement.state.in_(COUNTING), (Placement.group_id == group.id) & Placement.taken_back_at.is_(None)),
    )
    query = select(Registration).where(
        Registration.programme_id == group.programme_id,
        Registration.state == RegistrationState.WAITING,
        Registration.short_notice,
        Registration.paused_at.is_(None),
        Registration.id.not_in(invited),
        Registration.id.not_in(placed),
        Registration.id.not_in(steering.left_out()),
    )
    return list(db.scalars(query.order_by(Registration.waiting_since, Registration.id)))


def end_over(db: Session, *, now: datetime) -> int:
    """Close the open invitations to groups that have begun or are not open any more; how many."""
    waited_for = select(Invitation.group_id).where(Invitation.state == InvitationState.OPEN)
    waiting = select(Group).where(Group.id.in_(waited_for))
    over = [group.id for group in db.scalars(waiting) if group.state is not GroupState.OPEN or group.begins_at <= now]
    statement = update(Invitation).where(Invitation.group_id.in_(over), Invitation.state == InvitationState.OPEN)
    ended = db.execute(statement.values(state=InvitationState.OVER, answered_at=now)) if over else None
    return ended.rowcount if isinstance(ended, CursorResult) else 0
