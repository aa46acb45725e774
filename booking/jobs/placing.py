"""What the schedulers do about places: runs, offers, invitations, and whom somebody must phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.catalogue.groups import Group
from booking.course import calls
from booking.jobs.taking import BATCH, Stopping, each, never, see_to
from booking.places import autopilot, invitations, offers, runs
from booking.places.offers import Offer, OfferState
from booking.services import Services


def request_run(services: Services, stopping: Stopping = never) -> int:
    """Ask for the allocation that is due, if one is."""
    with services.database.transaction() as db:
        return int(runs.request_due(db, now=services.clock()) is not None)


def compute(services: Services, stopping: Stopping = never) -> int:
    """Compute the allocation runs that somebody has asked for."""
    # Loaded by whoever computes, and by nobody else: it brings the engine.
    from booking.places import run_engine

    return run_engine.compute_waiting(services.database, services.clock, stopping)


def publish_by_itself(services: Services, stopping: Stopping = never) -> int:
    """Let each autopilot that is on publish what it may; what goes wrong in one programme stops no other."""

    def fly(db: Session, id: int, *, now: datetime) -> int:
        done = autopilot.publish_due(db, id, now=now)
        return done.offered if done else 0

    return see_to(services, lambda db, now: autopilot.list_running(db), fly, stopping)


def expire_offers(services: Services, stopping: Stopping = never) -> int:
    """Let the offers lapse whose time is out, if their families have been told of them."""
    now = services.clock()
    with services.database.reading() as db:
        due = [offer.id for offer in offers.list_due(db, now=now, limit=BATCH)]

    def run_out(db: Session, id: int) -> int:
        offer = offers.run_out(db, db.get_one(Offer, id), now=now)
        db.refresh(offer)
        return int(offer.state is not OfferState.OPEN)

    return each(services, due, run_out, stopping)


def remind_of_offers(services: Services, stopping: Stopping = never) -> int:
    """Remind families of the offers that they have had half the time for."""
    now = services.clock()
    with services.database.reading() as db:
        due = [offer.id for offer in offers.list_to_remind(db, now=now, limit=BATCH)]
    return each(services, due, lambda db, id: offers.remind(db, db.get_one(Offer, id), now=now), stopping)


def list_calls(services: Services, stopping: Stopping = never) -> int:
    """Put families whom nothing reaches on the call list, and take off it who need not be phoned any more."""
    now = services.clock()
    with services.database.transaction() as db:
        settled = calls.settle_over(db, now=now)
    with services.database.reading() as db:
        unreached, resting = calls.list_unreached(db, now=now), calls.list_resting(db)
        untold = calls.list_untold(db, now=now)
    put = each(services, unreached, lambda db, id: calls.see_to(db, db.get_one(Offer, id), now=now), stopping)
    put += each(services, resting, lambda db, id: calls.ask_resting(db, id, now=now), stopping)
    return settled + put + each(services, untold, lambda db, id: calls.tell_by_phone(db, id, now=now), stopping)


def invite(services: Services, stopping: Stopping = never) -> int:
    """Invite to the last places of groups that begin soon, and close the invitations to those that have begun."""
    now = services.clock()
    with services.database.reading() as db:
        due = invitations.list_due(db, now=now)
    with services.database.transaction() as db:
        ended = invitations.end_over(db, now=now)

    def tell(db: Session, id: int) -> int:
        return len(invitations.invite(db, db.get_one(Group, id), now=now))

    return ended + each(services, due, tell, stopping)
