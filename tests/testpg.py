"""A real PostgreSQL for the tests: started on a unix socket from the installed binaries, gone afterwards.

Works as an ordinary user and as root, where it gives up its privileges since PostgreSQL refuses to run as root.
A migrated template database is cloned for each test in a few milliseconds.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests import programs

# Nothing here outlives the tests, so nothing needs to reach the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = ("max_connections=100", "listen_addresses=")
START_SECONDS = 30
ENOUGH_MEMORY = 2 * 2**30
FILE_COPY_SINCE = 150_000  # Before version 15 copying files was the only way, and had no name.


@contextmanager
def server(*, durable: bool = False) -> Iterator[Path]:
    """A running server; yields the folder of its unix socket, its superuser is `postgres`.

    A `durable` one writes to the disk as those in production do, for whoever measures.
    """
    folder = programs.postgres()
    if folder is None:
        raise RuntimeError(f"PostgreSQL is needed: {programs.HOW.format('apt-get install postgresql')}")
    base = Path(tempfile.mkdtemp(prefix="testpg-", dir=None if durable else _quick_folder()))
    how: dict[str, Any] = {"cwd": base, "env": {**os.environ, "HOME": str(base), "LC_ALL": "C"}, **_not_as_root(base)}
    process: subprocess.Popen[bytes] | None = None
    try:
        init: list[str | Path] = [folder / "initdb", "-D", base / "data", "-U", "postgres", "-A", "trust"]
        subprocess.run([*init, "-E", "UTF8", "--locale=C", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **how)
        options = [part for setting in (ALWAYS if durable else FAST + ALWAYS) for part in ("-c", setting)]
        with (base / "log").open("w") as log:
            start: list[str | Path] = [folder / "postgres", "-D", base / "data", "-k", base, *options]
            process = subprocess.Popen(start, stdout=log, stderr=log, **how)
        _wait(base, process)
        yield base
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # A fast shutdown: it does not wait for those still connected.
            process.wait(START_SECONDS)
        shutil.rmtree(base, ignore_errors=True)


def _quick_folder() -> str | None:
    # In memory a clone takes 13 ms; on a busy disk it took up to 600 ms. Containers may have too little there.
    memory = Path("/dev/shm")  # noqa: S108
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH_MEMORY else None


def _not_as_root(base: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(base, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(base: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _admin(base).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((base / "log").read_text()) from None
            time.sleep(0.02)


def _admin(base: Path) -> psycopg.Connection[Any]:
    return psycopg.connect(host=str(base), user="postgres", dbname="postgres", autocommit=True)


def address(base: Path, name: str) -> str:
    """The SQLAlchemy URL of a database on this server."""
    return f"postgresql+psycopg://postgres@/{name}?host={base}"


def create(base: Path, name: str) -> str:
    """Make an empty database; its URL."""
    return clone(base, "template0", name)


def clone(base: Path, template: str, name: str) -> str:
    """Make a database that is a copy of `template`, to which nobody may be connected; its URL."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with _admin(base) as connection:
        if connection.info.server_version >= FILE_COPY_SINCE:
            statement += sql.SQL(" STRATEGY FILE_COPY")
        connection.execute(statement)
    return address(base, name)


def drop(base: Path, name: str) -> None:
    """Delete a database, whoever is connected to it."""
    with _admin(base) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
