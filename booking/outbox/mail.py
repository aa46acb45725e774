"""E-mail over SMTP, on connections that are kept open between letters.

Which faults pass (try again) and which last is in `is_lasting`, and which would meet every other letter in `is_down`.
Once the text has been handed over and no answer came, nobody can tell: `Unclear`. Nothing that a server says is kept
but its three-digit code, since its text may repeat the address.

A kept connection that turns out to be dead before the letter's recipient is named is opened anew, once. A letter that
is refused is followed by RSET, so that nothing of it is left for the next.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from booking.base.clock import Clock
from booking.outbox import mail_writing
from booking.outbox.connections import Connections, Kept
from booking.outbox.letters import Handed, Letter
from booking.outbox.senders import SendError, Unclear

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
GOODBYE_SECONDS = 2.0
ANSWER_SECONDS, TEXT_SECONDS = 20.0, 60.0  # A server may look through a text for long before it answers.
IDLE_SECONDS, MOST_LETTERS = 30.0, 100
# What the server may refuse, and whether a refusal with a 5xx code lasts. When it refuses us (the greeting, the
# password, our own sender address) the fault is ours to mend, and the letter waits; when it refuses the recipient
# or the text, trying again is useless. A 4xx code always passes.
LASTS = {"connect": False, "greeting": False, "sender": False, "recipient": True, "data": True, "text": True}
OURS_TO_MEND = ("connect", "greeting", "sender")
CLOSING = 421
"""At any stage: the server goes, or will have no more of us for now."""


def is_lasting(stage: str, code: int) -> bool:
    """True when trying again is useless after this answer at this stage."""
    return LASTS[stage] and 500 <= code < 600


def is_down(stage: str, code: int = 0) -> bool:
    """True when the same would meet every other letter."""
    return stage in OURS_TO_MEND or code == CLOSING


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over: `scheme` is smtp, smtp+starttls or smtps."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str = field(repr=False)

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
        self,
        url: str,
        *,
        sender: str,
        sender_name: str,
        clock: Clock,
        per_minute: int | None = None,
        tls: ssl.SSLContext | None = None,
        answer_seconds: float = ANSWER_SECONDS,
        text_seconds: float = TEXT_SECONDS,
    ) -> None:
        self.per_minute = per_minute
        self._server = Server.parse(url)
        self._tls = tls or ssl.create_default_context()
        self._sender, self._sender_name, self._clock = sender, sender_name, clock
        self._answer_seconds, self._text_seconds = answer_seconds, text_seconds
        self._connections = Connections(
            self._connect, goodbye=_goodbye, idle_seconds=IDLE_SECONDS, most_letters=MOST_LETTERS
        )

    def send(self, letter: Letter) -> Handed:
        """Hand it over; returns its Message-ID. Raises SendError or Unclear."""
        try:
            address = mail_writing.recipient(letter.address)
            message = mail_writing.write(letter, sender=self._sender, sender_name=self._sender_name, now=self._clock())
            text = mail_writing.as_bytes(message, letter.unsubscribe, wide=not address.isascii())
        except ValueError as error:
            raise SendError("the letter cannot be an e-mail", permanent=True) from error
        kept = self._begun(address)
        with self._afterwards(kept):
            with _stage("recipient"):
                _expect("recipient", kept.client.rcpt(address))
            self._hand_over(kept.client, text)
        return Handed(str(message["Message-ID"]))

    def close(self) -> None:
        """Hang up."""
        self._connections.close()

    def _begun(self, address: str) -> Kept[smtplib.SMTP]:
        """A connection on which the server has heard our own address and wants to hear the recipient's."""
        fault = SendError("sender", permanent=False)
        for fresh in (False, True):
            kept = self._connections.take(fresh=fresh)
            try:
                with _stage("sender"):
                    _expect("sender", kept.client.mail(self._sender, _options(kept.client, address)))
                return kept
            except SendError as error:
                self._connections.drop(kept)
                fault = error
            if not kept.letters:
                break
        raise fault

    def _hand_over(self, client: smtplib.SMTP, text: bytes) -> None:
        """The text itself. From its first byte on, a broken connection leaves open whether the server took it."""
        with _stage("data"):
            _expect("data", client.docmd("DATA"), 354)
        quoted = re.sub(rb"(?m)^\.", b"..", text)
        try:
            client.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            _wait_for(client, self._text_seconds)
            answer = client.getreply()
            _wait_for(client, self._answer_seconds)
        except (smtplib.SMTPException, OSError) as error:
            raise Unclear(f"no answer to the text: {type(error).__name__}") from None
        _expect("text", answer)

    @contextmanager
    def _afterwards(self, kept: Kept[smtplib.SMTP]) -> Iterator[None]:
        """Keep the connection for the next letter when it is fit for one."""
        try:
            yield
        except SendError:
            self._forget(kept)
            raise
        except BaseException:
            self._connections.drop(kept)
            raise
        self._connections.lay_aside(kept)

    def _forget(self, kept: Kept[smtplib.SMTP]) -> None:
        try:
            well = kept.client.sock is not None and kept.client.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            well = False
        return self._connections.lay_aside(kept) if well else self._connections.drop(kept)

    def _connect(self) -> smtplib.SMTP:
        server, seconds = self._server, self._answer_seconds
        client: smtplib.SMTP | None = None
        try:
            with _stage("connect"):
                if server.scheme == "smtps":
                    client = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=self._tls)
                else:
                    client = smtplib.SMTP(server.host, server.port, timeout=seconds)
            with _stage("greeting"):
                self._greet(client)
        except SendError:
            if client is not None:
                client.close()
            raise
        return client

    def _greet(self, client: smtplib.SMTP) -> None:
        if self._server.scheme == "smtp+starttls":
            client.starttls(context=self._tls)
        if self._server.user is not None:
            client.login(self._server.user, self._server.password)
        client.ehlo_or_helo_if_needed()


def _wait_for(client: smtplib.SMTP, seconds: float) -> None:
    if client.sock is not None:
        client.sock.settimeout(seconds)


def _goodbye(client: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        _wait_for(client, GOODBYE_SECONDS)
        client.quit()


def _options(client: smtplib.SMTP, address: str) -> Sequence[str]:
    if address.isascii():
        return ()
    if not client.has_extn("smtputf8"):
        raise SendError("the server takes no such address", permanent=True)
    return ("SMTPUTF8", "BODY=8BITMIME")


@contextmanager
def _stage(stage: str) -> Iterator[None]:
    """Turn what smtplib raises before the text is handed over into a SendError."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _refused(stage, error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise SendError(f"{stage} {type(error).__name__}", permanent=False, provider_down=is_down(stage)) from None


def _expect(stage: str, answer: tuple[int, bytes], wanted: int = 250) -> None:
    code = answer[0]
    if code != wanted and not (wanted == 250 and code == 251):
        raise _refused(stage, code)


def _refused(stage: str, code: int) -> SendError:
    return SendError(f"{stage} {code}", permanent=is_lasting(stage, code), provider_down=is_down(stage, code))
