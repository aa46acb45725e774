"""The audit: run by run, each read in a short transaction of its own, so that it may take its time beside the work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from booking.base.db import Database
from booking.insight.fairness import cases, offering, plans, records
from booking.insight.fairness.cases import Case, Finding


@dataclass(slots=True)
class Report:
    """What the audit came to. `unchecked` are runs that nobody can judge any more, each with why.

    `overrides` are places that staff gave past what stood in the way, `beside` those from no run: offered by hand, or
    taken by invitation.
    """

    runs: int = 0
    offers: int = 0
    overrides: int = 0
    beside: int = 0
    breaches: list[Finding] = field(default_factory=list)
    unchecked: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """True when everything could be checked and nothing is wrong."""
        return not self.breaches and not self.unchecked


def audit(database: Database, *, since: datetime | None = None) -> Report:
    """Check every stored run and every offer, or those from `since` on. Reads only."""
    report = Report()
    with database.reading() as db:
        run_ids = cases.list_runs(db, since=since)
    for run_id in run_ids:
        with database.reading() as db:
            case = cases.read(db, run_id)
        _check(report, case)
    with database.reading() as db:
        report.breaches += records.check(db, since=since)
        report.overrides = records.count_overrides(db, since=since)
        report.beside = records.count_beside(db, since=since)
    return report


def _check(report: Report, case: Case) -> None:
    report.runs += 1
    report.offers += len(case.offers)
    try:
        rebuilt = plans.rebuild(case)
    except plans.Unknown as why:
        report.unchecked.append(Finding(case.code, "cannot be checked", str(why)))
        return
    report.breaches += plans.check(case, rebuilt)
    report.breaches += offering.check(case, rebuilt)
