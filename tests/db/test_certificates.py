"""Who may lead what: certificates are given, end, and are never two at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import certificates
from booking.catalogue.certificates import Certificate
from booking.records.audit import SYSTEM, AuditEntry, AuditValue
from tests.cast import NOW, Cast, at


def give(database: Database, cast: Cast, first: date, last: date | None = None) -> str:
    with database.transaction() as db:
        return certificates.give(db, cast.carla.id, cast.abc.id, first, last, now=NOW, by=SYSTEM).code


def may_lead(database: Database, cast: Cast, first: date, last: date) -> bool:
    with database.reading() as db:
        return certificates.lacking(db, [cast.carla.id], cast.abc.id, first, last) == []


def test_a_certificate_holds_on_every_day_from_its_first_to_its_last(database: Database, cast: Cast) -> None:
    give(database, cast, date(2027, 1, 10), date(2027, 3, 1))
    assert may_lead(database, cast, date(2027, 1, 10), date(2027, 3, 1))
    assert not may_lead(database, cast, date(2027, 1, 9), date(2027, 3, 1))
    assert not may_lead(database, cast, date(2027, 1, 10), date(2027, 3, 2))


def test_without_a_last_day_it_holds_until_it_is_ended(database: Database, cast: Cast) -> None:
    code = give(database, cast, date(2026, 1, 1))
    assert may_lead(database, cast, date(2027, 5, 1), date(2029, 5, 1))
    with database.transaction() as db:
        certificates.end(db, certificates.get_by_code(db, code), now=NOW, by=SYSTEM, reason="Slutar")
    assert may_lead(database, cast, date(2026, 12, 1), date(2027, 1, 3))
    assert not may_lead(database, cast, date(2027, 1, 4), date(2027, 1, 4))


def test_ending_it_twice_is_refused_and_why_is_written_down(database: Database, cast: Cast) -> None:
    code = give(database, cast, date(2026, 1, 1))
    with database.transaction() as db:
        found = certificates.get_by_code(db, code)
        certificates.end(db, found, now=NOW, by=SYSTEM, reason="Slutar")
        with pytest.raises(certificates.Refused):
            certificates.end(db, found, now=NOW, by=SYSTEM, reason="En gång till")
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "certificate ended")).one()
        values = {
            each.field: each.after for each in db.scalars(select(AuditValue).where(AuditValue.entry_id == entry.id))
        }
        assert values == {"reason": "Slutar", "valid_until": "2027-01-03"}


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2027, 1, 1), None), (date(2026, 1, 1), date(2026, 6, 1)), (date(2026, 12, 31), date(2027, 2, 1))],
    ids=["for good", "from before", "from its last day"],
)
def test_two_at_once_are_refused(database: Database, cast: Cast, first: date, last: date | None) -> None:
    give(database, cast, date(2026, 3, 1), date(2027, 1, 1))
    with pytest.raises(certificates.Refused):
        give(database, cast, first, last)


def test_one_after_the_other_is_fine(database: Database, cast: Cast) -> None:
    give(database, cast, date(2026, 3, 1), date(2027, 1, 1))
    give(database, cast, date(2027, 1, 2))
    with database.reading() as db:
        assert len(certificates.list_current(db, day=date(2027, 1, 1))) == 2
        assert len(certificates.list_current(db, day=at(2027, 1, 2).date())) == 1


def test_days_that_run_backwards_are_refused(database: Database, cast: Cast) -> None:
    with pytest.raises(certificates.Refused):
        give(database, cast, date(2027, 3, 1), date(2027, 2, 1))
    with database.reading() as db:
        assert db.scalars(select(Certificate)).all() == []
