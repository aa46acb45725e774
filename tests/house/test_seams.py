"""One place commits, one place reads the clock, and web workers stay light."""

import subprocess
import sys

from tests.house.sources import ROOT, calls, name, python_files

READS_THE_CLOCK = (
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime",
    "time.gmtime", "func.now", "func.current_timestamp",
)  # fmt: skip
HEAVY = {
    "numpy",
    "scipy",
    "highspy",
    "openpyxl",
    "matplotlib",
    "booking.allocation.engine",
    "booking.places.run_engine",
}
LOAD_THE_WEB = """
import importlib, pkgutil, sys
import booking, booking.web
for module in pkgutil.walk_packages(booking.web.__path__, "booking.web."):
    importlib.import_module(module.name)
print(*sorted(sys.modules))
"""


def found(endings: tuple[str, ...], *, but: str) -> list[str]:
    """Calls in the application that end so, outside the one file that may."""
    return [
        f"{name(path)}:{line} {called}"
        for path in python_files("booking/**/*.py", "config.py")
        for line, called in calls(path)
        if name(path) != but and f".{called}".endswith(tuple(f".{ending}" for ending in endings))
    ]


def test_only_the_database_module_commits() -> None:
    assert found(("commit",), but="booking/base/db.py") == []


def test_only_the_clock_module_reads_the_clock() -> None:
    assert found(READS_THE_CLOCK, but="booking/base/clock.py") == []


def test_a_web_worker_never_loads_the_engine_or_what_counts_with_it() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_THE_WEB], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert HEAVY & set(loaded) == set()
