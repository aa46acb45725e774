"""Every mapped class, imported once, so that the metadata is whole: for migrations, checks and the demo."""

from booking.base.db import Base
from booking.catalogue import certificates, districts, groups, programmes, sessions, venues
from booking.course import attendance, calls, follow_ups, interest, reminders, replies, waiting_news
from booking.insight import calibration, openings
from booking.outbox import health, holding, messages, pace, receipts
from booking.outbox.wording import edited
from booking.people import families, registrations
from booking.places import autopilot, invitations, offers, placements, runs, steering, waits
from booking.records import (
    accounts,
    alarms,
    answer_codes,
    audit,
    demo_clock,
    feeds,
    ledger,
    links,
    policies,
    rate_counts,
)

NOUNS = (
    accounts, alarms, answer_codes, attendance, audit, autopilot, calibration, calls, certificates, demo_clock,
    districts, edited, families, feeds, follow_ups, groups, health, holding, interest, invitations, ledger, links,
    messages, offers, openings, pace, placements, policies, programmes, rate_counts, receipts, registrations,
    reminders, replies, runs, sessions, steering, venues, waiting_news, waits,
)  # fmt: skip
metadata = Base.metadata
