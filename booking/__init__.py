"""Likaplats: booking and waitlists for a city's parent groups. `create_app` is the one place where all is put together.

catalogue/   what the city runs: districts, venues, programmes, groups and their meetings
people/      who asks, and for what: families, registrations, the waitlist
places/      who gets a place: placements, offers, allocation runs
allocation/  the rule as pure computing: a problem in, a plan with reasons out
course/      from the first reminder to the last meeting
insight/     looking across: the demo city, checks, reports
records/     accounts, links, settings, audit log, ledger
outbox/      messages: written down first, sent afterwards
base/        database, clock, errors, texts, secrecy
web/         the doors for parents, leaders and staff
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from booking.base.clock import Clock
from config import Settings, SettingsError, read

if TYPE_CHECKING:
    from flask import Flask

    from booking.outbox.routes import Senders


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, senders: Senders | None = None
) -> Flask:
    """The web application with its commands.

    Without `settings` they are read from the environment. When that fails the application still has its commands, so
    that `--help` and `allocate` need no settings; every other command says which setting is missing.
    """
    from booking import commands, logs, services
    from booking.web import site

    if settings is None:
        try:
            settings = read(os.environ)
        except SettingsError as problem:
            return commands.only(str(problem))
    logs.install(settings)
    app = site.build(services.build(settings, clock=clock, senders=senders))
    commands.register(app)
    return app
