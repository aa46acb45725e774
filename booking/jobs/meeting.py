"""What the schedulers do about groups, their meetings, and those who wait for one."""

from __future__ import annotations

from booking.catalogue.groups import Group
from booking.course import ending, follow_ups, group_changes, missed, reminders, waiting_news
from booking.jobs.taking import Stopping, each, never
from booking.services import Services


def remind(services: Services, stopping: Stopping = never) -> int:
    """Write down the reminders that are due."""
    with services.database.transaction() as db:
        return reminders.queue_due(db, now=services.clock())


def tell_missed(services: Services, stopping: Stopping = never) -> int:
    """Write to those who stayed away from a meeting without a word."""
    with services.database.transaction() as db:
        return missed.queue_due(db, now=services.clock())


def watch_absences(services: Services, stopping: Stopping = never) -> int:
    """Tell coordinators of families who stayed away twice in a row, and settle what is seen to."""
    now = services.clock()
    with services.database.reading() as db:
        changed = follow_ups.list_changed(db, now=now)
    return each(services, changed, lambda db, id: follow_ups.watch(db, db.get_one(Group, id), now=now), stopping)


def tell_waiting(services: Services, stopping: Stopping = never) -> int:
    """Tell families every fourth week that they are still in the queue."""
    now = services.clock()
    with services.database.reading() as db:
        untold = waiting_news.list_untold(db, now=now)
    return each(services, untold, lambda db, id: waiting_news.tell(db, id, now=now), stopping)


def ask_still_wanted(services: Services, stopping: Stopping = never) -> int:
    """Ask families once a year whether they still want what they wait for; who does not answer is phoned."""
    now = services.clock()
    with services.database.reading() as db:
        due = waiting_news.list_due(db, now=now)
    return each(services, due, lambda db, id: waiting_news.follow(db, id, now=now), stopping)


def end_groups(services: Services, stopping: Stopping = never) -> int:
    """Close the groups whose last meeting has been."""
    now = services.clock()
    with services.database.reading() as db:
        over = ending.list_over(db, now=now)
    return each(services, over, lambda db, id: ending.end(db, db.get_one(Group, id), now=now), stopping)


def watch_groups(services: Services, stopping: Stopping = never) -> int:
    """Tell those who answer for a group that it has come to be at risk, and settle what no longer is."""
    now = services.clock()
    with services.database.reading() as db:
        changed = group_changes.list_changed(db, now=now)
    return each(services, changed, lambda db, id: group_changes.watch(db, db.get_one(Group, id), now=now), stopping)
