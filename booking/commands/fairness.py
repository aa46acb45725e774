"""The fairness audit, for anyone who wants to see for themselves."""

from __future__ import annotations

import sys
from datetime import datetime, time

import click

from booking.base.clock import at
from booking.commands.plainly import Command, ready

BREACHES = 1


@click.command("audit-fairness", cls=Command)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was asked for or made from that day on.")
def audit_fairness(since: datetime | None) -> None:
    """Check every stored run and every offer again, by the rule as it stood. Ends with 1 when anything is wrong."""
    # It loads what computes with plans: web processes load this module too.
    from booking.insight import fairness

    report = fairness.audit(ready().database, since=at(since.date(), time()) if since else None)
    for finding in (*report.breaches, *report.unchecked):
        click.echo(str(finding))
    click.echo(
        f"{len(report.breaches)} breaches in {report.runs} runs and {report.offers} offers; "
        f"{len(report.unchecked)} runs could not be checked. Beside the runs {report.beside} places were offered by "
        f"hand or taken by invitation; {report.overrides} places were given past others, each with a reason."
    )
    if not report.is_clean:
        sys.exit(BREACHES)
