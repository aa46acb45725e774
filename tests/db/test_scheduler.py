"""The scheduler's own process: it starts, works, says so, and ends at once and cleanly when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox.messages import DemoMessage, Message, MessageState
from booking.records import demo_clock
from config import Settings
from tests.cast import Cast
from tests.conftest import KEY
from tests.db.post_office import write

ROOT = Path(__file__).resolve().parent.parent.parent
FLASK = [sys.executable, "-m", "flask", "--app", "booking"]
PATIENCE = 60


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Settings:
    """Settings for what is the same on every database."""
    return Settings(
        sqlite_url, "a secret key that is used in tests only", (KEY,), "a lookup key for tests, 32 characters"
    )


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process gets them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIKAPLATS_")}
    return kept | {
        "LIKAPLATS_DEMO": "1",
        "LIKAPLATS_DATABASE_URL": settings.database_url,
        "LIKAPLATS_SECRET_KEY": settings.secret_key,
        "LIKAPLATS_LOOKUP_KEY": settings.lookup_key,
        "LIKAPLATS_DATA_KEYS": settings.data_keys[0],
    }


@contextmanager
def running(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler of its own, which does not outlive the test."""
    with log.open("wb") as file:
        process = subprocess.Popen([*FLASK, "scheduler"], cwd=ROOT, env=environment(settings), stderr=file)
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(how)
    return process.wait(15)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "Ctrl-C"])
def test_it_starts_and_ends_cleanly(on_sqlite: Settings, tmp_path: Path, how: signal.Signals) -> None:
    log = tmp_path / "log"
    with running(on_sqlite, log) as process:
        wait_for(lambda: "scheduler started" in log.read_text())
        assert stop(process, how) == 0
    assert "scheduler stopped" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_without_a_schema_it_does_not_start_and_says_what_to_do(on_sqlite: Settings, tmp_path: Path) -> None:
    env = environment(on_sqlite) | {"LIKAPLATS_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}
    ended = subprocess.run([*FLASK, "scheduler"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "upgrade" in ended.stderr


def in_the_box(database: Database) -> int:
    with database.reading() as db:
        return len(db.scalars(select(DemoMessage.id)).all())


def test_two_side_by_side_send_each_message_once(
    settings: Settings, database: Database, cast: Cast, tmp_path: Path
) -> None:
    for registration in (cast.amina, cast.ben):
        write(database, registration, *range(20), kind="link")
    with database.transaction() as db:
        demo_clock.move(db, timedelta(days=3650))  # The processes read the true clock; the messages are of 2027.
    logs = [tmp_path / "one", tmp_path / "two"]
    with running(settings, logs[0]) as one, running(settings, logs[1]) as two:
        wait_for(lambda: in_the_box(database) >= 40)
        time.sleep(3)
        assert (stop(one), stop(two)) == (0, 0)
    assert in_the_box(database) == 40
    with database.reading() as db:
        assert set(db.scalars(select(Message.state))) == {MessageState.SENT}
    assert "Demo" not in "".join(log.read_text() for log in logs)
