"""A site on the test's own database, where it is Monday 4 January 2027, 10.00 in Stockholm."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from booking import create_app
from booking.base import texts
from booking.records.accounts import Account
from booking.web.site import Site
from config import Settings
from tests import testpg
from tests.cast import NOW, PASSWORD
from tests.web.town import Town, build

SignIn = Callable[[Account], TestResponse]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all the sites of a run, not once for each."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def site(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Site]:
    """The whole application, with nobody who sends. Forms need no token; a test that is about tokens turns them on."""
    made = cast(Site, create_app(settings, clock=lambda: NOW, senders={}))
    made.config["WTF_CSRF_ENABLED"] = False
    made.jinja_env.bytecode_cache = compiled_templates
    yield made
    made.services.database.close()
    texts.speak(texts.DEFAULT)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A visitor."""
    return site.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> SignIn:
    """Sign somebody of the cast in with their password."""
    return lambda account: client.post("/logga-in", data={"email": account.email, "password": PASSWORD})


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A city whose site forgets every request, shared by a whole module; on SQLite."""
    file = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copy(sqlite_template, file)
    yield from _opened(f"sqlite:///{file}")


@pytest.fixture(scope="module")
def postgres_town(postgres: Path) -> Iterator[Town]:
    """The same on PostgreSQL."""
    name = f"town_{os.getpid()}_{next(_numbers)}"
    yield from _opened(testpg.clone(postgres, "template", name))
    testpg.drop(postgres, name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either_town(request: pytest.FixtureRequest) -> Town:
    """The same on each of the two in turn."""
    return cast(Town, request.getfixturevalue("town" if request.param == "sqlite" else "postgres_town"))


def _opened(url: str) -> Iterator[Town]:
    built = build(url)
    yield built
    built.site.services.database.close()
    texts.speak(texts.DEFAULT)
