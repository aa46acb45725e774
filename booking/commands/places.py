"""Commands about places: the allocation on files, and the city's own runs."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.commands.plainly import Command, Group, Stop, ready
from booking.places import publishing, runs
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import SYSTEM
from booking.services import Services


@click.command(cls=Command)
@click.argument("problem", type=click.Path(path_type=Path))
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--time-limit", type=float, metavar="SECONDS", help="After this begin no further search.")
@click.option("--fast", is_flag=True, help="Only the first valid plan, without search.")
def allocate(problem: Path, result: Path, time_limit: float | None, fast: bool) -> None:
    """Allocate the places of the file PROBLEM and write the file RESULT. Needs no settings and no database."""
    # The engine is loaded by whoever computes: web processes load this module too.
    from booking.allocation import files
    from booking.allocation.verify import BrokenPlan

    try:
        plan = files.run(problem, result, time_limit, fast)
    except (files.ProblemError, BrokenPlan) as error:
        raise Stop(" ".join(str(error).split())) from None
    how = "the best there is" if plan.proven else f"no plan has more than {plan.bound}"
    stopped = ", stopped early" if plan.stopped_early else ""
    click.echo(f"{len(plan.placements)} of {len(plan.reasons)} families placed, {plan.seats} seats ({how}{stopped}).")


@click.group(cls=Group)
def allocation() -> None:
    """Allocate the city's free places, and publish a proposal."""


@allocation.command("run")
def run_now() -> None:
    """Compute a proposal now. Families see nothing of it until it is published."""
    found = ready()
    with found.database.transaction() as db:
        wanted = runs.request(db, now=found.clock(), by=SYSTEM)
        number, code = wanted.id, wanted.code
    state, failure = _computed(found, number)
    if state is RunState.FAILED:
        raise Stop(f"Run {code} failed: {failure}")
    offered = "It is a proposal: publish it to make the offers." if state is RunState.PROPOSED else ""
    click.echo(f"Run {code}: {state.value}. {offered}".strip())


def _computed(found: Services, number: int) -> tuple[RunState, str | None]:
    from booking.places import run_engine

    # A scheduler may have taken it first; then it is that one's to finish.
    run_engine.compute(found.database, number, clock=found.clock)
    with found.database.reading() as db:
        run = db.get_one(AllocationRun, number)
        return run.state, run.failure


@allocation.command()
@click.argument("code", required=False)
def publish(code: str | None) -> None:
    """Make the offers of a proposal: the newest, or the one with this CODE."""
    found = ready()
    with found.database.transaction() as db:
        run = runs.get_by_code(db, code) if code else _newest(db)
        made = publishing.publish(db, run, now=found.clock(), by=SYSTEM)
        click.echo(f"Run {run.code}: {made.offered} offers made, {made.stale} left out since something had changed.")


def _newest(db: Session) -> AllocationRun:
    query = select(AllocationRun).where(AllocationRun.state == RunState.PROPOSED).order_by(AllocationRun.id.desc())
    found = db.scalars(query).first()
    if found is None:
        raise Stop("There is no proposal. Make one first:  flask --app booking allocation run")
    return found
