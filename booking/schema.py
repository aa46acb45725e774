"""Every mapped class, imported once, so that the metadata is whole: for migrations, checks and the demo."""

from booking.base.db import Base
from booking.catalogue import certificates, districts, groups, programmes, sessions, venues
from booking.course import attendance, interest, reminders
from booking.insight import calibration, openings
from booking.outbox import messages
from booking.people import families, registrations
from booking.places import autopilot, invitations, offers, placements, runs, steering, waits
from booking.records import accounts, alarms, audit, demo_clock, feeds, ledger, links, policies, rate_counts

NOUNS = (
    accounts, alarms, attendance, audit, autopilot, calibration, certificates, demo_clock, districts, families, feeds,
    groups, interest, invitations, ledger, links, messages, offers, openings, placements, policies, programmes,
    rate_counts, registrations, reminders, runs, sessions, steering, venues, waits,
)  # fmt: skip
metadata = Base.metadata
