"""The log says what happened and where, and never what an error said."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from booking import logs
from booking.base import clock
from booking.outbox.console import Console
from booking.outbox.letters import Letter
from config import Settings

SETTINGS = Settings("sqlite:///x", "s" * 32, ("k",), "l" * 32)
DEMO = Settings("sqlite:///x", "s" * 32, ("k",), "l" * 32, demo=True)
LOUD = Settings("sqlite:///x", "s" * 32, ("k",), "l" * 32, log_level="ERROR")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_production_writes_json_with_the_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install(SETTINGS)
    structlog.get_logger().info("step", step="deliver", done=3)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["done"], line["timestamp"][-1]) == ("step", "info", 3, "Z")


def test_the_demo_writes_lines_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install(DEMO)
    structlog.get_logger().info("step", done=3)
    assert "done=3" in capsys.readouterr().err


def test_what_is_below_the_chosen_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install(LOUD)
    structlog.get_logger().warning("nothing much")
    assert capsys.readouterr().err == ""


def failing(wrong: object) -> BaseException:
    try:
        clock.local(wrong)  # type: ignore[arg-type]
    except AttributeError as error:
        return error
    raise AssertionError


def test_an_error_is_written_by_its_class_and_its_place_among_our_files() -> None:
    written = logs.failure(failing("Amina Demo"))
    assert written["error"] == "AttributeError"
    assert written["at"].startswith("booking/base/clock.py:")
    assert "Amina" not in str(written)


def test_an_error_from_elsewhere_says_so() -> None:
    assert logs.failure(ValueError("Amina")) == {"error": "ValueError", "at": "elsewhere"}


def test_a_channel_without_a_provider_says_neither_text_nor_address(capsys: pytest.CaptureFixture[str]) -> None:
    logs.install(SETTINGS)
    Console().send(Letter("sms", "+46700000001", "Hej Amina, koden är 4821", key="confirm/1/1/2/sms/1"))
    written = capsys.readouterr().err
    assert "confirm/1/1/2/sms/1" in written
    assert not any(secret in written for secret in ("4821", "+467", "Amina"))


@pytest.mark.parametrize("server", ["werkzeug", "gunicorn.access"])
@pytest.mark.parametrize(
    "path",
    ["/m/7Kq2mX9pLw4TzzzZ", "/sv/min/7Kq2mX9pLw4TzzzZ/sida", "/sms/svar/0123456789abcdef0123456789abcdef"],
)
def test_a_servers_line_about_a_request_holds_no_token(
    server: str, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.install(SETTINGS)
    monkeypatch.setattr(logging.getLogger(server), "propagate", True)
    with caplog.at_level("INFO", server):
        logging.getLogger(server).info('%s - "%s" %s', "127.0.0.1", f"POST {path} HTTP/1.1", 204)
        logging.getLogger(server).info('%(h)s "%(r)s"', {"h": "127.0.0.1", "r": f"GET {path} HTTP/1.1"})
    assert [line.getMessage().count("…") for line in caplog.records] == [1, 1]
    assert "7Kq2mX9pLw4TzzzZ" not in caplog.text
    assert "0123456789abcdef" not in caplog.text
    assert "204" in caplog.text
