"""dev.py does what it says, and says what is wrong in a sentence."""

import os
import signal
import socket
import stat
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import dev
from tests import programs


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dev, "VAR", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path)
    for name in [name for name in os.environ if name.startswith("LIKAPLATS_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(SystemExit, match="something runs there already"),
    ):
        dev.free_port(listener.getsockname()[1])


def test_the_demos_keys_are_kept_and_only_their_owner_reads_them(var: Path) -> None:
    assert dev.demo_keys() == dev.demo_keys()
    assert stat.S_IMODE((var / "keys.json").stat().st_mode) == 0o600


def test_a_demo_whose_keys_are_gone_says_how_to_go_on(var: Path) -> None:
    (var / "demo.db").touch()
    with pytest.raises(SystemExit, match="--fresh"):
        dev.demo_keys()


def test_starting_over_throws_away_the_database_and_keeps_the_keys(var: Path) -> None:
    for name in ("demo.db", "demo.db-wal", "keys.json"):
        (var / name).touch()
    dev.throw_demo_away()
    assert [path.name for path in var.iterdir()] == ["keys.json"]


def test_starting_over_never_touches_a_database_that_the_environment_names(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (var / "demo.db").touch()
    monkeypatch.setenv("LIKAPLATS_DATABASE_URL", "postgresql:///real")
    with pytest.raises(SystemExit, match="LIKAPLATS_DATABASE_URL is set"):
        dev.throw_demo_away()
    assert (var / "demo.db").exists()


def test_what_the_environment_says_wins_over_the_demos_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIKAPLATS_BASE_URL", "https://likaplats.example")
    assert dev.demo_settings(8000)["LIKAPLATS_BASE_URL"] == "https://likaplats.example"


def test_a_step_of_the_set_up_is_done_again_only_when_its_files_change(tmp_path: Path) -> None:
    source, done = tmp_path / "lock", []
    for content in ("one", "one", "two"):
        source.write_text(content)
        dev.once("step", [source], lambda: done.append(source.read_text()))
    assert done == ["one", "two"]


def test_a_python_that_cannot_make_environments_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(dev, "BIN", Path("/nowhere"))
    monkeypatch.setattr(venv, "create", fail)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        dev.make_venv()


def test_a_process_that_ends_shows_the_end_of_its_log(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # Stopping ignores Ctrl-C; the tests shall not.
    with dev.child("web", [sys.executable, "-c", "print('No such table: offers')"], {}) as process:
        process.wait(20)
        with pytest.raises(SystemExit, match="No such table: offers\nThe web process ended"):
            dev.stop_if_one_ended({"web": process})


def test_a_missing_browser_is_said_and_never_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_CHROMIUM", raising=False)
    monkeypatch.setattr(programs, "DEBIAN_BROWSER", dict.fromkeys(programs.DEBIAN_BROWSER, "/nowhere"))
    monkeypatch.setattr(programs, "chromium", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="apt-get install --no-install-recommends chromium chromium-l10n"):
        programs.see_to_them()
