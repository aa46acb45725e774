"""Delivery reports: POSTed until they are answered with 200 to 204, sometimes twice or in the wrong order."""

from __future__ import annotations

import heapq
import http.client
import itertools
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from tests.gateway.faults import Faults

TIMEOUT = 10.0
THREADS = 4


def form(name: str, status: str) -> dict[str, str]:
    """What a report says: the message's id, its state, and when it arrived if it has."""
    said = {"id": name, "status": status}
    if status == "delivered":
        said["delivered"] = datetime.now(UTC).replace(tzinfo=None).isoformat()
    return said


def post(url: str, said: dict[str, str], *, tries: int, pause: float = 0.05) -> tuple[int, str]:
    """POST the form as often as it takes; the last answer's status (0 for none at all) and its body."""
    status, body = 0, ""
    for attempt in range(tries):
        time.sleep(pause if attempt else 0)
        try:
            status, body = _post(url, said)
        except (OSError, http.client.HTTPException):
            continue
        if 200 <= status <= 204:
            break
    return status, body


def _post(url: str, said: dict[str, str]) -> tuple[int, str]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, urlencode(said), headers)
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


class Reports:
    """Sends reports by itself, a little after the message was taken, several at once."""

    def __init__(self, faults: Faults, *, after: float = 0.2) -> None:
        self._faults, self._after = faults, after
        self._due: list[tuple[float, int, str, dict[str, str], int]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._stopped = False

    def all_is_well(self, name: str, url: str | None) -> None:
        """Report that the message was sent and that it arrived, with the faults of the plan."""
        if url is None:
            return
        statuses = ["sent", "delivered"]
        if self._faults.happens(self._faults.swapped):
            statuses.reverse()
        for place, status in enumerate(statuses):
            for _ in range(2 if self._faults.happens(self._faults.doubled) else 1):
                self._put(self._after * (place + 1), url, form(name, status), 5)

    def stop(self) -> None:
        """Send no more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(TIMEOUT)

    @property
    def waiting(self) -> int:
        """How many are to be sent yet."""
        with self._changed:
            return len(self._due)

    def _put(self, after: float, url: str, said: dict[str, str], tries: int) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + after, next(self._numbers), url, said, tries))
            self._changed.notify()
            if len(self._threads) < THREADS:
                self._threads.append(threading.Thread(target=self._run, daemon=True))
                self._threads[-1].start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and (not self._due or self._due[0][0] > time.monotonic()):
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._stopped:
                    return
                _at, _number, url, said, tries = heapq.heappop(self._due)
            status, _body = post(url, said, tries=1)
            if not 200 <= status <= 204 and tries > 1:
                self._put(self._after * 2 ** (6 - tries), url, said, tries - 1)
