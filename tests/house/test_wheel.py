"""The wheel is enough: built, installed in an empty environment far from the repository, and started."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.house.sources import ROOT

TOOLS = Path(sys.executable).parent
KEY = "bGlrYXBsYXRzOiBhIGtleSBmb3IgdGVzdHMgb25seSE="
START_SECONDS = 120

pytestmark = pytest.mark.xdist_group("wheel")  # One worker builds and installs it, once.


def words(*parts: object) -> list[str]:
    return [str(part) for part in parts]


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = words(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, source)
    return subprocess.run(command, capture_output=True, text=True)


def settings(folder: Path, *, port: int) -> dict[str, str]:
    return {
        "LIKAPLATS_DATABASE_URL": f"sqlite:///{folder}/city.db",
        "LIKAPLATS_SECRET_KEY": "a secret key that is used in tests only",
        "LIKAPLATS_LOOKUP_KEY": "a lookup key that is used in tests only",
        "LIKAPLATS_DATA_KEYS": KEY,
        "LIKAPLATS_BASE_URL": f"http://127.0.0.1:{port}",
    }


def bare(extra: dict[str, str]) -> dict[str, str]:
    """The environment without anything that points at this repository or an installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIKAPLATS_", "PYTHON"))}
    return {**kept, **extra}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    answer = build(ROOT, folder)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return next(folder.glob("likaplats-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the locked packages and the wheel, nothing else."""
    home = tmp_path_factory.mktemp("installed")
    subprocess.run(words(sys.executable, "-m", "venv", "--without-pip", home / "env"), check=True)
    locked = words("--require-hashes", "-r", ROOT / "requirements.txt")
    for what in (locked, words("--no-deps", wheel)):
        install = words(TOOLS / "uv", "pip", "install", "--quiet", *what)
        subprocess.run(install, check=True, env=bare({"VIRTUAL_ENV": str(home / "env"), "UV_SYSTEM_CERTS": "1"}))
    return home


@pytest.fixture(scope="module")
def address(installed: Path) -> Iterator[str]:
    """The host and port of the site, served from the wheel on a new database."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = bare(settings(installed, port=port))
    where = installed / "env" / "bin"
    upgrade = words(where / "flask", "--app", "booking", "upgrade")
    subprocess.run(upgrade, check=True, cwd=installed, env=environment)
    serve = words(where / "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket", "booking.wsgi:app")
    process = subprocess.Popen(serve, cwd=installed, env=environment)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def status(address: str, path: str) -> int:
    with closing(http.client.HTTPConnection(address, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def test_the_wheel_carries_pages_styles_migrations_and_translations_but_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for part in (
        "config.py",
        "booking/templates/base.html",
        "booking/static/likaplats.css",
        "booking/static/vendor/designsystemet/theme.css",
        "booking/migrations/env.py",
        "booking/translations/en/LC_MESSAGES/messages.mo",
        "booking/translations/ar/LC_MESSAGES/letters.mo",
        "booking/translations/so/LC_MESSAGES/letters.mo",
    ):
        assert part in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"booking", "config.py", "likaplats"}


@pytest.mark.parametrize("command", [["--help"], ["allocate", "--help"]])
def test_help_and_the_allocator_need_no_settings(installed: Path, command: list[str]) -> None:
    flask = words(installed / "env" / "bin" / "flask", "--app", "booking", *command)
    answer = subprocess.run(flask, cwd=installed, env=bare({}), capture_output=True, text=True)
    assert (answer.returncode, "Usage: flask" in answer.stdout) == (0, True), answer.stderr


def test_the_site_answers_from_the_wheel_alone(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            assert status(address, "/healthz") == http.HTTPStatus.OK
            break
        except OSError:
            time.sleep(0.1)
    assert status(address, "/static/vendor/designsystemet/theme.css") == http.HTTPStatus.OK
    assert status(address, "/sv/") == http.HTTPStatus.OK


def test_a_build_without_style_sheets_is_refused(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns(".*", "node_modules", "vendor", "var", "tests")
    shutil.copytree(ROOT, tmp_path / "copy", ignore=ignored)
    answer = build(tmp_path / "copy", tmp_path)
    assert "run  python3 dev.py setup  first" in answer.stdout + answer.stderr
    assert answer.returncode != 0
