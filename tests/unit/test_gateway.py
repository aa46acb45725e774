"""The tests' own gateway keeps the contract that it stands in for."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from tests import gateway
from tests.gateway import Answer, Fault, Gateway
from tests.gateway.contract import parts

FORM = {"from": "Staden", "to": "+46700000001", "message": "Hej!", "whendelivered": "http://127.0.0.1:1/kvitto"}


@pytest.fixture
def elks() -> Iterator[Gateway]:
    with gateway.running() as running:
        yield running


def post(elks: Gateway, form: dict[str, str], *, password: str | None = None) -> tuple[int, str]:
    key = base64.b64encode(f"{elks.user}:{password or elks.password}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", elks.port, timeout=5)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {key}"}
    with closing(connection):
        connection.request("POST", "/a1/sms", urlencode(form), headers)
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()


def test_a_message_is_taken_and_its_id_parts_and_cost_are_told(elks: Gateway) -> None:
    status, body = post(elks, FORM)
    told = json.loads(body)
    assert (status, told["status"], told["parts"], told["cost"]) == (200, "created", 1, 5200)
    assert [(taken.id, taken.to, taken.message) for taken in elks.taken] == [(told["id"], "+46700000001", "Hej!")]


def test_what_is_not_to_be_logged_is_not_repeated(elks: Gateway) -> None:
    assert "Hej!" not in post(elks, FORM | {"dontlog": "message"})[1]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"to": "0700000001"}, "Invalid to number"),
        ({"from": "Stadsdelarna1"}, "Invalid from"),
        ({"from": "Städer"}, "Invalid from"),
        ({"message": ""}, "Missing key message"),
        ({"dontlogg": "message"}, "Unknown key"),
    ],
)
def test_a_form_that_is_not_right_is_refused_in_plain_text(
    elks: Gateway, change: dict[str, str], complaint: str
) -> None:
    status, body = post(elks, FORM | change)
    assert (status, body.startswith(complaint), elks.taken) == (400, True, [])


def test_the_wrong_key_opens_nothing(elks: Gateway) -> None:
    assert (post(elks, FORM, password="wrong")[0], elks.taken) == (401, [])


def test_money_lasts_so_long_and_no_longer(elks: Gateway) -> None:
    elks.credits = 2 * 5200
    assert [post(elks, FORM)[0] for _ in range(3)] == [200, 200, 403]


def test_what_goes_wrong_goes_wrong_once(elks: Gateway) -> None:
    elks.next(Fault.BUSY, Answer(403, "Sender not allowed"))
    assert [post(elks, FORM)[0] for _ in range(3)] == [429, 403, 200]


@pytest.mark.parametrize(("fault", "taken"), [(Fault.CUT_BEFORE, 0), (Fault.CUT_AFTER, 1), (Fault.CUT_MIDWAY, 1)])
def test_a_connection_is_cut_with_or_without_the_message(elks: Gateway, fault: Fault, taken: int) -> None:
    elks.next(fault)
    with pytest.raises((http.client.HTTPException, OSError)):
        post(elks, FORM)
    assert (len(elks.taken), fault.takes) == (taken, bool(taken))


@pytest.mark.parametrize(
    ("text", "number"),
    [("å" * 160, 1), ("å" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("س" * 70, 1), ("س" * 71, 2), ("😀" * 35, 1)],
)
def test_parts_are_counted_as_the_phone_counts_them(text: str, number: int) -> None:
    assert parts(text) == number


@pytest.fixture
def site() -> Iterator[tuple[str, list[dict[str, str]], list[tuple[int, str]]]]:
    """A site's address, what was posted to it, and what it answers first; afterwards 204."""
    got: list[dict[str, str]] = []
    answers: list[tuple[int, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802  The name is the server's.
            got.append(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))
            status, body = answers.pop(0) if answers else (204, "")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/kvitto", got, answers
    server.shutdown()
    server.server_close()


def test_a_report_is_repeated_until_it_is_taken(
    elks: Gateway, site: tuple[str, list[dict[str, str]], list[tuple[int, str]]]
) -> None:
    url, got, answers = site
    answers.extend([(500, ""), (302, "")])
    post(elks, FORM | {"whendelivered": url})
    assert elks.report(elks.taken[0], "delivered") == 204
    assert [(said["id"], said["status"], "delivered" in said) for said in got] == [
        (elks.taken[0].id, "delivered", True)
    ] * 3


def test_what_is_answered_to_an_sms_would_go_back_as_one(
    elks: Gateway, site: tuple[str, list[dict[str, str]], list[tuple[int, str]]]
) -> None:
    url, got, answers = site
    answers.append((200, "Tack!"))
    assert elks.incoming(url, "+46700000001", "JA").reply == "Tack!"
    assert (got[0]["direction"], got[0]["from"], got[0]["message"]) == ("incoming", "+46700000001", "JA")
