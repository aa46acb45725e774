"""Fixtures that every test may use: a fresh, migrated database of either kind, and the cast in it."""

from __future__ import annotations

import base64
import itertools
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from booking.base import migrating, secrecy
from booking.base.db import Database
from booking.catalogue.districts import District
from booking.records import accounts
from config import Settings
from tests import testpg
from tests.cast import Cast, build

KEY = base64.urlsafe_b64encode(b"a key for tests only, 32 bytes!!").decode()
_numbers = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """Keys that open nothing but test data, and password hashes that cost little."""
    accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    secrecy.install(secrecy.KeyRing((KEY,), "a lookup key that is used in tests only"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{file}")
    migrating.upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A running PostgreSQL with a migrated database called `template`."""
    with testpg.server() as base:
        database = Database(testpg.create(base, "template"))
        migrating.upgrade(database)
        database.close()
        yield base


@pytest.fixture(scope="session")
def sqlite_with_cast(sqlite_template: Path) -> tuple[Path, bytes]:
    """The template with the cast in it, and the cast as bytes: building them anew for each test takes most of it."""
    file = sqlite_template.with_name("cast.db")
    shutil.copy(sqlite_template, file)
    return file, _built(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def postgres_with_cast(postgres: Path) -> tuple[str, bytes]:
    """The same in PostgreSQL: the name of the database, and the cast."""
    return "template_cast", _built(testpg.clone(postgres, "template", "template_cast"))


def _built(url: str) -> bytes:
    database = Database(url)
    with database.transaction() as db:
        made = build(db)
    database.close()
    return pickle.dumps(made)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh SQLite database, with the cast in it when the test asks for the cast."""
    peopled = "cast" in request.fixturenames
    source = request.getfixturevalue("sqlite_with_cast" if peopled else "sqlite_template")
    file = tmp_path / "test.db"
    shutil.copy(source[0] if peopled else source, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, postgres: Path) -> Iterator[str]:
    """The address of a fresh PostgreSQL database, with the cast in it when the test asks for the cast."""
    peopled = "cast" in request.fixturenames
    source = request.getfixturevalue("postgres_with_cast")[0] if peopled else "template"
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield testpg.clone(postgres, source, name)
    testpg.drop(postgres, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database: the test runs once on each kind."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def cast(request: pytest.FixtureRequest, database: Database) -> Cast:
    """Amina, Ben, Carla, Deniz, Eva, Filip and Greta, with two districts and two groups of ABC."""
    with database.transaction() as db:
        if db.get(District, 1) is None:  # The test asked for the cast when it already had a database.
            return build(db)
    kind = "sqlite" if database.engine.dialect.name == "sqlite" else "postgres"
    made: Cast = pickle.loads(request.getfixturevalue(f"{kind}_with_cast")[1])  # noqa: S301 - we wrote it ourselves.
    return made


@pytest.fixture
def settings(database: Database) -> Settings:
    """Settings for a site on the test's own database."""
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(
        database_url=url,
        secret_key="a secret key that is used in tests only",
        data_keys=(KEY,),
        lookup_key="a lookup key that is used in tests only",
        base_url="http://localhost",
    )
