"""Commands that do by hand, once, what the scheduler does all the time."""

from __future__ import annotations

import click

from booking.commands.plainly import Command, ready

ROUND = 1000


@click.command(cls=Command)
@click.option("--limit", type=click.IntRange(min=1), default=ROUND, show_default=True, help="Messages at most.")
def deliver(limit: int) -> None:
    """Hand over the messages that are due."""
    from booking.outbox import delivery

    found = ready()
    done = delivery.deliver(found.database, found.senders, found.composers, found.clock, limit=limit)
    click.echo(
        f"{done.sent} sent, {done.dropped} dropped, {done.again} to be tried again,"
        f" {done.failed} failed, {done.unknown} unknown."
    )


@click.command(cls=Command)
def remind() -> None:
    """Write down the reminders that are due; `deliver` sends them."""
    from booking import jobs

    click.echo(f"{jobs.remind(ready())} reminders written down.")


@click.command("expire-offers", cls=Command)
def expire_offers() -> None:
    """Let the offers lapse whose time is out."""
    from booking import jobs

    found, lapsed = ready(), 0
    while done := jobs.expire_offers(found):
        lapsed += done
    click.echo(f"{lapsed} offers lapsed.")


@click.command(cls=Command)
def scheduler() -> None:
    """Do what is due, all the time, until told to end. Any number may run side by side, on any machines."""
    from booking.commands.scheduling import Runner

    Runner(ready()).run()
