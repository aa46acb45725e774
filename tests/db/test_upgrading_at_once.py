"""Two machines bring one database up to date at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from booking.base import migrating
from booking.base.db import Database
from tests import testpg


def test_two_machines_may_upgrade_at_once(postgres: Path) -> None:
    url = testpg.create(postgres, "upgraded_twice")
    machines = [Database(url), Database(url)]
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(migrating.upgrade, machines))
        assert migrating.is_current(machines[0])
    finally:
        for machine in machines:
            machine.close()
        testpg.drop(postgres, "upgraded_twice")
