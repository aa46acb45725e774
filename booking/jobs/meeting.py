"""What the schedulers do about groups, their meetings, and those who wait for one."""

from __future__ import annotations

from booking.catalogue.groups import Group
from booking.course import ending, follow_ups, group_changes, missed, reminders, waiting_news
from booking.jobs.taking import Stopping, never, on, see_to
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
    return see_to(services, follow_ups.list_changed, on(Group, follow_ups.watch), stopping)


def tell_waiting(services: Services, stopping: Stopping = never) -> int:
    """Tell families every fourth week that they are still in the queue."""
    return see_to(services, waiting_news.list_untold, waiting_news.tell, stopping)


def ask_still_wanted(services: Services, stopping: Stopping = never) -> int:
    """Ask families once a year whether they still want what they wait for; who does not answer is phoned."""
    return see_to(services, waiting_news.list_due, waiting_news.follow, stopping)


def end_groups(services: Services, stopping: Stopping = never) -> int:
    """Close the groups whose last meeting has been."""
    return see_to(services, ending.list_over, on(Group, ending.end), stopping)


def watch_groups(services: Services, stopping: Stopping = never) -> int:
    """Tell those who answer for a group that it has come to be at risk, and settle what no longer is."""
    return see_to(services, group_changes.list_changed, on(Group, group_changes.watch), stopping)
