"""The commands under `flask --app booking`. Each is idempotent, and says in one line what is wrong (exit code 2).

``city``        upgrade, demo, create-user
``places``      allocate, allocation run, allocation publish
``fairness``    audit-fairness
``work``        deliver, remind, expire-offers, scheduler
``gateway``     sms-addresses
``scheduling``  the scheduler's process
``plainly``     what all of them share
"""

from __future__ import annotations

from flask import Flask

from booking.commands import city, fairness, gateway, places, work
from booking.commands.plainly import PROBLEM

COMMANDS = (
    city.upgrade, city.demo, city.create_user,
    places.allocate, places.allocation, fairness.audit_fairness,
    work.deliver, work.remind, work.expire_offers, work.scheduler, gateway.sms_addresses,
)  # fmt: skip


def register(app: Flask) -> None:
    """Hang the commands on the application."""
    for command in COMMANDS:
        app.cli.add_command(command)


def only(problem: str) -> Flask:
    """An application that has just the commands, because the settings could not be read: `problem` says why.

    Those that need settings say it and end with 2; every page says it too.
    """
    app = Flask("booking", static_folder=None)
    app.config[PROBLEM] = problem
    app.before_request(lambda: (f"{problem}\n", 503, {"Content-Type": "text/plain; charset=utf-8"}))
    register(app)
    return app
