"""What the schedulers do, in small steps: `step(services) -> int`, how many things it did.

A step takes its work by guard, each thing in a transaction of its own, so any number of schedulers on any number of
machines may run them side by side. What fails is logged without saying whom it was about, and stops nothing else.
`stopping` tells a step that the process wants to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from booking import logs
from booking.base.clock import today
from booking.base.errors import NotFound, Refused
from booking.catalogue.groups import Group
from booking.course import ending, follow_ups, group_changes, missed, reminders, waiting_news
from booking.insight import calibration, openings
from booking.outbox import delivery, queue
from booking.outbox.messages import Message
from booking.people import confirming, drafts, falling_back, growing
from booking.people.registrations import Registration
from booking.places import autopilot, invitations, offers, runs, waits
from booking.places.offers import Offer, OfferState
from booking.records import rate_counts
from booking.services import Services

Stopping = Callable[[], bool]
BATCH = 100

log = structlog.get_logger()


def _never() -> bool:
    return False


def deliver(services: Services, stopping: Stopping = _never) -> int:
    """Hand over the messages that are due."""
    done = delivery.deliver(
        services.database, services.senders, services.composers, services.clock, limit=BATCH, stop=stopping
    )
    return done.total


def compute(services: Services, stopping: Stopping = _never) -> int:
    """Compute the allocation runs that somebody has asked for."""
    # Loaded by whoever computes, and by nobody else: it brings the engine.
    from booking.places import run_engine

    return run_engine.compute_waiting(services.database, services.clock, stopping)


def publish_by_itself(services: Services, stopping: Stopping = _never) -> int:
    """Let each autopilot that is on publish what it may; what goes wrong in one programme stops no other."""
    now = services.clock()
    with services.database.reading() as db:
        flying = autopilot.list_running(db)

    def fly(db: Session, id: int) -> int:
        done = autopilot.publish_due(db, id, now=now)
        return done.offered if done else 0

    return _each(services, flying, fly, stopping)


def expire_offers(services: Services, stopping: Stopping = _never) -> int:
    """Let the offers lapse whose time is out, if their families have been told of them."""
    now = services.clock()
    with services.database.reading() as db:
        due = [offer.id for offer in offers.list_due(db, now=now, limit=BATCH)]

    def run_out(db: Session, id: int) -> int:
        offer = offers.run_out(db, db.get_one(Offer, id), now=now)
        db.refresh(offer)
        return int(offer.state is not OfferState.OPEN)

    return _each(services, due, run_out, stopping)


def remind_of_offers(services: Services, stopping: Stopping = _never) -> int:
    """Remind families of the offers that they have had half the time for."""
    now = services.clock()
    with services.database.reading() as db:
        due = [offer.id for offer in offers.list_to_remind(db, now=now, limit=BATCH)]
    return _each(services, due, lambda db, id: offers.remind(db, db.get_one(Offer, id), now=now), stopping)


def invite(services: Services, stopping: Stopping = _never) -> int:
    """Invite to the last places of groups that begin soon, and close the invitations to those that have begun."""
    now = services.clock()
    with services.database.reading() as db:
        due = invitations.list_due(db, now=now)
    with services.database.transaction() as db:
        ended = invitations.end_over(db, now=now)

    def tell(db: Session, id: int) -> int:
        return len(invitations.invite(db, db.get_one(Group, id), now=now))

    return ended + _each(services, due, tell, stopping)


def end_groups(services: Services, stopping: Stopping = _never) -> int:
    """Close the groups whose last meeting has been."""
    now = services.clock()
    with services.database.reading() as db:
        over = ending.list_over(db, now=now)
    return _each(services, over, lambda db, id: ending.end(db, db.get_one(Group, id), now=now), stopping)


def watch_groups(services: Services, stopping: Stopping = _never) -> int:
    """Tell those who answer for a group that it has come to be at risk, and settle what no longer is."""
    now = services.clock()
    with services.database.reading() as db:
        changed = group_changes.list_changed(db, now=now)
    return _each(services, changed, lambda db, id: group_changes.watch(db, db.get_one(Group, id), now=now), stopping)


def fall_back(services: Services, stopping: Stopping = _never) -> int:
    """Let what did not reach a carer one way go another."""
    now = services.clock()
    with services.database.reading() as db:
        due = falling_back.list_due(db, now=now, limit=BATCH)
    return _each(
        services, due, lambda db, id: falling_back.fall_back(db, db.get_one(Message, id), now=now) is not None, stopping
    )


def mark_unknown(services: Services, stopping: Stopping = _never) -> int:
    """Say of messages that a crashed worker left behind that nobody can tell."""
    with services.database.transaction() as db:
        return queue.mark_unknown(db, now=services.clock())


def request_run(services: Services, stopping: Stopping = _never) -> int:
    """Ask for the allocation that is due, if one is."""
    with services.database.transaction() as db:
        return int(runs.request_due(db, now=services.clock()) is not None)


def remind(services: Services, stopping: Stopping = _never) -> int:
    """Write down the reminders that are due."""
    with services.database.transaction() as db:
        return reminders.queue_due(db, now=services.clock())


def tell_missed(services: Services, stopping: Stopping = _never) -> int:
    """Write to those who stayed away from a meeting without a word."""
    with services.database.transaction() as db:
        return missed.queue_due(db, now=services.clock())


def watch_absences(services: Services, stopping: Stopping = _never) -> int:
    """Tell coordinators of families who stayed away twice in a row, and settle what is seen to."""
    now = services.clock()
    with services.database.reading() as db:
        changed = follow_ups.list_changed(db, now=now)
    return _each(services, changed, lambda db, id: follow_ups.watch(db, db.get_one(Group, id), now=now), stopping)


def tell_waiting(services: Services, stopping: Stopping = _never) -> int:
    """Tell families every fourth week that they are still in the queue."""
    now = services.clock()
    with services.database.reading() as db:
        untold = waiting_news.list_untold(db, now=now)
    return _each(services, untold, lambda db, id: waiting_news.tell(db, id, now=now), stopping)


def ask_still_wanted(services: Services, stopping: Stopping = _never) -> int:
    """Ask families once a year whether they still want what they wait for; who does not answer is phoned."""
    now = services.clock()
    with services.database.reading() as db:
        due = waiting_news.list_due(db, now=now)
    return _each(services, due, lambda db, id: waiting_news.follow(db, id, now=now), stopping)


def close_unconfirmed(services: Services, stopping: Stopping = _never) -> int:
    """Close the registrations that nobody confirmed in time."""
    with services.database.transaction() as db:
        return confirming.close_unconfirmed(db, now=services.clock())


def grow(services: Services, stopping: Stopping = _never) -> int:
    """Move on families whose children have become too old for the programme they wait for."""
    now = services.clock()
    with services.database.reading() as db:
        outgrown = growing.list_outgrown(db, now=now)
    return _each(
        services, outgrown, lambda db, id: growing.move_on(db, db.get_one(Registration, id), now=now), stopping
    )


def find_openings(services: Services, stopping: Stopping = _never) -> int:
    """Look for where the next group would do most good: when somebody asks, after a publishing, and once a day."""
    # Loaded by whoever computes, and by nobody else: it brings the engine.
    from booking.insight.openings import work

    now = services.clock()
    with services.database.reading() as db:
        due = openings.is_due(db, now=now)
    if due:
        with services.database.transaction() as db:
            openings.request_due(db, now=now)
    return work.compute_waiting(services.database, services.clock)


def learn_waits(services: Services, stopping: Stopping = _never) -> int:
    """Learn from the ledger how long families wait, once a day, and look back whether what was said came true."""
    now = services.clock()
    with services.database.reading() as db:
        if not waits.is_due(db, now=now):
            return 0
        stories = waits.read(db, now=now)
    curves, tallies = waits.curves(stories, today(now)), calibration.look_back(stories, today(now))
    with services.database.transaction() as db:
        calibration.keep(db, tallies)
        return waits.keep(db, curves, now=now)


def tidy(services: Services, stopping: Stopping = _never) -> int:
    """Remove what was only ever meant to be kept for a while."""
    now = services.clock()
    for forget in (rate_counts.forget, drafts.forget, runs.forget_discarded):
        with services.database.transaction() as db:
            forget(db, now=now)
    return 0


def _each(services: Services, ids: Iterable[int], work: Callable[[Session, int], object], stopping: Stopping) -> int:
    """Do the work for each id in a transaction of its own; how many were done, or what the work says of itself."""
    done = 0
    for id in ids:
        if stopping():
            break
        try:
            with services.database.transaction() as db:
                got = work(db, id)
        except (Refused, NotFound):
            continue  # Somebody was first.
        except Exception as error:
            log.error("left out", id=id, **logs.failure(error))
            continue
        done += got if isinstance(got, int) else 1
    return done


@dataclass(frozen=True, slots=True)
class Step:
    """A step and how often it is taken, in seconds."""

    work: Callable[[Services, Stopping], int]
    seconds: float

    @property
    def name(self) -> str:
        """What it is called in the log."""
        return self.work.__name__


def steps(*, demo: bool) -> tuple[Step, ...]:
    """Every step. In the demo people watch, so messages go out sooner."""
    return (
        Step(deliver, 2 if demo else 5),
        Step(compute, 2),
        Step(publish_by_itself, 30),
        Step(expire_offers, 15),
        Step(remind_of_offers, 60),
        Step(invite, 60),
        Step(request_run, 15),
        Step(remind, 60),
        Step(tell_missed, 60),
        Step(watch_absences, 300),
        Step(tell_waiting, 600),
        Step(ask_still_wanted, 600),
        Step(mark_unknown, 60),
        Step(fall_back, 60),
        Step(end_groups, 300),
        Step(watch_groups, 300),
        Step(close_unconfirmed, 600),
        Step(grow, 3600),
        Step(find_openings, 5),
        Step(learn_waits, 600),
        Step(tidy, 3600),
    )
