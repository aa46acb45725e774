"""The gateway itself: takes messages over HTTP, reports on them, and passes on what comes in."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.gateway import contract, reports
from tests.gateway.faults import Answer, Fault, Faults

PATH = "/a1/sms"
STALL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the gateway has taken, in the order in which it took them; `at` is in seconds since 1970."""

    id: str
    at: float
    sender: str
    to: str
    message: str
    parts: int
    cost: int
    whendelivered: str | None
    dontlog: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came of somebody's SMS to us: the site's status, and the text that would go back as an SMS."""

    id: str
    status: int
    reply: str


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nobody needs to read that a client has gone."""


@dataclass
class Gateway:
    """One account at one gateway. `credits` is in 1/10000 of a krona; None is enough for everything."""

    user: str = "u5a1"
    password: str = "secret/5a1"  # noqa: S105
    credits: int | None = None
    faults: Faults = field(default_factory=Faults)
    port: int = 0
    idle_seconds: float = 30.0
    log: Path | None = None
    tls: ssl.SSLContext | None = None
    reporting: bool = False
    taken: list[Taken] = field(default_factory=list)
    requests: int = 0
    connections: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._open: set[socket.socket] = set()
        self.reports = reports.Reports(self.faults)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def setting(self) -> str:
        """The same as a value of LIKAPLATS_SMS_URL."""
        scheme = "46elks" if self.tls else "46elks+http"
        return f"{scheme}://{self.user}:{self.password.replace('/', '%2F')}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen."""
        handler = type("Handler", (_Handler,), {"gateway": self, "timeout": self.idle_seconds})
        self._server = _Server(("127.0.0.1", self.port), handler)
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening, and hang up on whoever is there."""
        self.reports.stop()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close every connection, as a gateway does that is started anew."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def next(self, *faults: Fault | Answer | None) -> None:
        """What goes wrong with the next messages, one each."""
        self.faults.queued.extend(faults)

    def take(self, form: dict[str, str]) -> Taken | None:
        """Take a message and write it down; None when the money does not last."""
        number = contract.parts(form["message"])
        cost = number * contract.COST
        with self._lock:
            if self.credits is not None:
                if self.credits < cost:
                    return None
                self.credits -= cost
            name = "s" + secrets.token_hex(16)
            url, quiet = form.get("whendelivered"), form.get("dontlog") == "message"
            taken = Taken(name, time.time(), form["from"], form["to"], form["message"], number, cost, url, quiet)
            self.taken.append(taken)
            if self.log is not None:
                with self.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(taken)) + "\n")
        if self.reporting:
            self.reports.all_is_well(taken.id, url)
        return taken

    def report(self, taken: Taken, status: str, *, tries: int = 5) -> int:
        """Report on a message now, as often as it takes; returns how the site answered at last."""
        assert taken.whendelivered is not None
        return reports.post(taken.whendelivered, reports.form(taken.id, status), tries=tries)[0]

    def incoming(self, url: str, sender: str, message: str, *, to: str = "+46766860000", name: str = "") -> Incoming:
        """Somebody's SMS to us. The same `name` twice is the same SMS, repeated."""
        name = name or "s" + secrets.token_hex(16)
        created = datetime.now(UTC).replace(tzinfo=None).isoformat()
        form = {"direction": "incoming", "id": name, "from": sender, "to": to, "created": created, "message": message}
        return Incoming(name, *reports.post(url, form, tries=1))


@contextmanager
def running(**options: Any) -> Iterator[Gateway]:
    """A gateway while it runs."""
    gateway = Gateway(**options)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


class _Handler(BaseHTTPRequestHandler):
    """One connection. It is kept open for the next message."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    gateway: Gateway

    def setup(self) -> None:
        super().setup()
        with self.gateway._lock:
            self.gateway.connections += 1
            self.gateway._open.add(self.connection)

    def finish(self) -> None:
        with self.gateway._lock:
            self.gateway._open.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  The library's own name.
        """Say nothing: a log holds no number."""

    def do_GET(self) -> None:  # noqa: N802  The name is the server's.
        """What was taken, for whoever looks from another process."""
        with self.gateway._lock:
            taken = [asdict(each) for each in self.gateway.taken]
        self._answer(200, json.dumps(taken)) if self.path == "/taken" else self._answer(404, "Not found")

    def do_POST(self) -> None:  # noqa: N802
        """One message."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        with self.gateway._lock:
            self.gateway.requests += 1
        seconds, fault = self.gateway.faults.draw()
        time.sleep(seconds)
        if isinstance(fault, Answer):
            self._answer(fault.status, fault.body)
        elif (refused := self._refused(body, fault)) is not None:
            self._answer(*refused)
        elif fault is Fault.CUT_BEFORE:
            self._cut()
        else:
            self._take(dict(parse_qsl(body)), fault)

    def _refused(self, body: str, fault: Fault | None) -> tuple[int, str] | None:
        if self.path.lower() != PATH:
            return 404, "Not found"
        expected = base64.b64encode(f"{self.gateway.user}:{self.gateway.password}".encode()).decode()
        if not hmac.compare_digest(self.headers.get("Authorization", ""), f"Basic {expected}"):
            return 401, "API access requires Basic HTTP authentication"
        form = dict(parse_qsl(body))
        if (wrong := contract.wrong_with(form)) is not None:
            return 400, wrong
        answers = {
            Fault.BUSY: (429, "Too many requests"),
            Fault.BROKEN: (500, "Internal error"),
            Fault.PAGE: (502, f"<html><h1>Bad gateway</h1>{form['to']}</html>"),
            Fault.CREDITS: (403, "Not enough credits"),
        }
        return answers.get(fault) if fault else None

    def _take(self, form: dict[str, str], fault: Fault | None) -> None:
        taken = self.gateway.take(form)
        if taken is None:
            self._answer(403, "Not enough credits")
        elif fault is Fault.STALL:
            self.connection.settimeout(STALL_SECONDS)
            with suppress(OSError):
                self.rfile.read(1)  # Until the client gives up.
            self.close_connection = True
        elif fault is Fault.CUT_AFTER:
            self._cut()
        elif fault is Fault.GARBLED:
            self._answer(200, "OK, but not as you know it")
        else:
            self._answer(200, json.dumps(_told(taken)), cut=fault is Fault.CUT_MIDWAY)

    def _answer(self, status: int, body: str, *, cut: bool = False) -> None:
        data = body.encode()
        kind = "application/json" if body.startswith(("{", "[")) else "text/plain"
        head = f"HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode()
        self.wfile.write((head + data)[: -len(data) // 2] if cut else head + data)
        if cut:
            self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _told(taken: Taken) -> dict[str, Any]:
    told: dict[str, Any] = {"status": "created", "direction": "outgoing", "from": taken.sender, "to": taken.to}
    told |= {"id": taken.id, "parts": taken.parts, "cost": taken.cost}
    told["created"] = datetime.fromtimestamp(taken.at, UTC).replace(tzinfo=None).isoformat()
    return told | ({"dontlog": "message"} if taken.dontlog else {"message": taken.message})
