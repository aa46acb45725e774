"""SMS over 46elks: one POST per message, on connections that are kept open.

The status code is looked at first; what stands in the answer is read only for the message's id, parts and cost, and to
tell an empty account from a refused key. Answers may be plain text or a proxy's page and may repeat the number, so
nothing of them is kept. The gateway knows no key by which it would see a double: once a whole message has been handed
over and no answer came, nobody can tell (`Unclear`), and it is never sent again by itself.

The text is not to be kept by the gateway (`dontlog`), since it holds a way in.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from booking.outbox.connections import Connections, Kept
from booking.outbox.letters import Handed, Letter
from booking.outbox.senders import SendError, Unclear

PATH = "/a1/sms"
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
ANSWER_SECONDS = 20.0
IDLE_SECONDS, MOST_LETTERS = 15.0, 1000
MOST_BYTES = 64 * 1024
# A refusal with one of these is about this message (its number, its text): trying again is useless.
LASTING = frozenset((400, 413, 422))
# These would meet every message: no money, a refused key, a wrong address, too many at once. Like a fault of theirs
# (500 and up) they pass once somebody has mended them. Any other answer passes too, and is about this message only.
OURS_TO_MEND = frozenset((401, 402, 403, 404, 405, 407, 408, 429))
# Something in between waited for the gateway in vain, so the gateway may have taken it.
WAITED_IN_VAIN = 504
MONEY, SENDER = re.compile(r"credit|balance", re.IGNORECASE), re.compile(r"\W*(error\W+)?invalid\W+(from|sender)", re.I)


def fault(status: int, body: str) -> SendError | Unclear:
    """What an answer other than 200 means for the message."""
    if status == WAITED_IN_VAIN:
        return Unclear(f"elks {status}")
    if status == 402 or (status == 403 and MONEY.search(body[:200])):
        return SendError("elks credits", permanent=False, provider_down=True)
    if status == 400 and SENDER.match(body):
        return SendError("elks sender", permanent=False, provider_down=True)
    down = status in OURS_TO_MEND or status < 400 or status >= 500
    return SendError(f"elks {status}", permanent=status in LASTING, provider_down=down)


def receipt(body: bytes) -> Handed:
    """What the gateway says of a message that it has taken; it is taken all the same when nobody understands it."""
    try:
        told: Any = json.loads(body)
    except ValueError:
        return Handed()
    if not isinstance(told, dict):
        return Handed()
    if told.get("status") == "failed":
        raise SendError("elks failed", permanent=True)
    name = told.get("id")
    name = name if isinstance(name, str) and 0 < len(name) <= 120 else None
    return Handed(name, _number(told.get("parts")), _number(told.get("cost")))


def _number(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 2**31 else None


@dataclass(frozen=True, slots=True)
class Account:
    """Whose money it is and where: `secure` is False only towards this machine."""

    secure: bool
    host: str
    port: int | None
    key: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Account:
        """From an address such as 46elks://user:password@host; user and password percent-encoded."""
        # The library takes no scheme that begins with a digit, so it is taken off first.
        scheme, _, rest = url.partition("://")
        parts = urlsplit(f"//{rest}")
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        key = base64.b64encode(pair.encode()).decode()
        return cls(not scheme.endswith("+http"), parts.hostname or "", parts.port, key)


class Elks:
    """Hands SMS to one account. `sender` is a name or a number; receipts come to `receipts` and the reference."""

    def __init__(
        self,
        url: str,
        *,
        sender: str,
        receipts: str | None = None,
        name: str = "46elks",
        per_minute: int | None = None,
        tls: ssl.SSLContext | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.name, self.per_minute = name, per_minute
        self._account, self._sender, self._receipts = Account.parse(url), sender, receipts
        self._tls = (tls or ssl.create_default_context()) if self._account.secure else None
        self._seconds = answer_seconds
        self._connections = Connections(self._connect, idle_seconds=IDLE_SECONDS, most_letters=MOST_LETTERS)

    def send(self, letter: Letter) -> Handed:
        """Hand it over; returns its id, parts and cost. Raises SendError or Unclear."""
        if not NUMBER.fullmatch(letter.address):
            raise SendError("not a number", permanent=True)
        kept = self._asked(self._form(letter))
        try:
            status, body = _answer(kept.client)
        except BaseException:
            self._connections.drop(kept)
            raise
        self._connections.lay_aside(kept)
        if not 200 <= status < 300:
            raise fault(status, body.decode(errors="replace"))
        return receipt(body)

    def close(self) -> None:
        """Hang up."""
        self._connections.close()

    def _form(self, letter: Letter) -> bytes:
        form = {"from": self._sender, "to": letter.address, "message": letter.text, "dontlog": "message"}
        if self._receipts is not None:
            form["whendelivered"] = f"{self._receipts}/{letter.reference}"
        return urlencode(form).encode()

    def _connect(self) -> http.client.HTTPConnection:
        account = self._account
        client: http.client.HTTPConnection
        if self._tls is None:
            client = http.client.HTTPConnection(account.host, account.port, timeout=self._seconds)
        else:
            client = http.client.HTTPSConnection(account.host, account.port, timeout=self._seconds, context=self._tls)
        client.auto_open = 0
        try:
            client.connect()
        except (OSError, http.client.HTTPException) as error:
            client.close()
            raise SendError(f"elks {type(error).__name__}", permanent=False, provider_down=True) from None
        return client

    def _asked(self, form: bytes) -> Kept[http.client.HTTPConnection]:
        """A connection on which the whole message has been sent."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {self._account.key}"}
        for fresh in (False, True):
            kept = self._connections.take(fresh=fresh)
            try:
                kept.client.request("POST", PATH, form, headers)
                return kept
            except (OSError, http.client.HTTPException) as error:
                # The last of it never left this machine, so the gateway cannot have taken the message.
                self._connections.drop(kept)
                why = type(error).__name__
            if not kept.letters:
                break
        raise SendError(f"elks {why}", permanent=False, provider_down=True)


def _answer(client: http.client.HTTPConnection) -> tuple[int, bytes]:
    """The status and what stands in the answer, if anything does."""
    try:
        answer = client.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise Unclear(f"elks no answer: {type(error).__name__}") from None
    with answer:
        try:
            body = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException):
            body = b""  # The status has been said: that settles it.
        if not answer.isclosed():
            client.close()  # Broken off, or more than anybody asked for.
    return answer.status, body
