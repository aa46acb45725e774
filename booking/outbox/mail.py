"""E-mail over SMTP, one connection per letter.

Which faults pass (try again) and which last is in `is_lasting`. Once the text has been handed over and no answer
came, nobody can tell: `Unclear`. Nothing that a server says is kept but its three-digit code, since its text may
repeat the address.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from booking.base.clock import Clock
from booking.outbox.letters import Handed, Letter
from booking.outbox.senders import SendError, Unclear

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
ANSWER_SECONDS, GOODBYE_SECONDS = 20.0, 2.0
# What the server may refuse, and whether a refusal with a 5xx code lasts. When it refuses us (the greeting, the
# password, our own sender address) the fault is ours to mend, and the letter waits; when it refuses the recipient
# or the text, trying again is useless. A 4xx code always passes.
LASTS = {"connect": False, "greeting": False, "sender": False, "recipient": True, "data": True, "text": True}


def is_lasting(stage: str, code: int) -> bool:
    """True when trying again is useless after this answer at this stage."""
    return LASTS[stage] and 500 <= code < 600


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over: `scheme` is smtp, smtp+starttls or smtps."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def parse(cls, url: str) -> Server:
        """From an address such as smtp+starttls://user:password@host:587; user and password percent-encoded."""
        parts = urlsplit(url)
        user = unquote(parts.username) if parts.username else None
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.scheme, parts.hostname or "", port, user, unquote(parts.password or ""))


class Mail:
    """Hands e-mail to one SMTP server."""

    name = "smtp"

    def __init__(
        self, url: str, *, sender: str, sender_name: str, clock: Clock, tls: ssl.SSLContext | None = None
    ) -> None:
        self._server = Server.parse(url)
        self._tls = tls or ssl.create_default_context()
        self._sender, self._sender_name, self._clock = sender, sender_name, clock

    def send(self, letter: Letter) -> Handed:
        """Hand it over; returns its Message-ID. Raises SendError or Unclear."""
        try:
            message = self._message(letter)
        except ValueError as error:
            raise SendError("the letter cannot be an e-mail", permanent=True) from error
        with self._connected() as client:
            wide = not letter.address.isascii()
            if wide and not client.has_extn("smtputf8"):
                raise SendError("the server takes no such address", permanent=True)
            with _stage("sender"):
                _expect("sender", client.mail(self._sender, ("SMTPUTF8", "BODY=8BITMIME") if wide else ()))
            with _stage("recipient"):
                _expect("recipient", client.rcpt(letter.address))
            _hand_over(client, message.as_bytes(policy=SMTPUTF8 if wide else SMTP))
        return Handed(str(message["Message-ID"]))

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = _address(self._sender, self._sender_name)
        message["To"] = _address(letter.address)
        message["Subject"] = letter.subject or ""
        message["Date"] = format_datetime(self._clock())
        # The same message always has the same id, so that mailboxes can tell a double; the key itself says too much.
        name = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{name}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="quoted-printable")
        if letter.html is not None:
            message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        with _stage("connect"):
            client = self._connect()
        try:
            with _stage("greeting"):
                self._greet(client)
            yield client
        finally:
            _leave(client)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.scheme == "smtps":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=ANSWER_SECONDS, context=self._tls)
        return smtplib.SMTP(server.host, server.port, timeout=ANSWER_SECONDS)

    def _greet(self, client: smtplib.SMTP) -> None:
        if self._server.scheme == "smtp+starttls":
            client.starttls(context=self._tls)
        if self._server.user is not None:
            client.login(self._server.user, self._server.password)
        client.ehlo_or_helo_if_needed()


def _address(address: str, name: str = "") -> Address:
    # Taken apart here, since the library's own reading refuses letters beyond ASCII before the @.
    local, _, domain = address.rpartition("@")
    if not local or not domain or " " in address:
        raise ValueError("not an address")
    return Address(name, local, domain)


@contextmanager
def _stage(stage: str) -> Iterator[None]:
    """Turn what smtplib raises before the text is handed over into a SendError."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise SendError(f"{stage}: {error.smtp_code}", permanent=is_lasting(stage, error.smtp_code)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise SendError(f"{stage}: {type(error).__name__}", permanent=False) from None


def _expect(stage: str, answer: tuple[int, bytes], wanted: int = 250) -> None:
    code = answer[0]
    if code != wanted and not (wanted == 250 and code == 251):
        raise SendError(f"{stage}: {code}", permanent=is_lasting(stage, code))


def _hand_over(client: smtplib.SMTP, message: bytes) -> None:
    """The text itself. From its first byte on, a broken connection leaves open whether the server took it."""
    with _stage("data"):
        _expect("data", client.docmd("DATA"), 354)
    quoted = re.sub(rb"(?m)^\.", b"..", message)
    try:
        client.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        answer = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Unclear(f"no answer to the text: {type(error).__name__}") from None
    _expect("text", answer)


def _leave(client: smtplib.SMTP) -> None:
    # The letter's fate is settled: a server that does not say goodbye changes nothing.
    with suppress(smtplib.SMTPException, OSError):
        if client.sock is not None:
            client.sock.settimeout(GOODBYE_SECONDS)
            client.quit()
    client.close()
