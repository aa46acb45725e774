"""Real SMTP servers for the tests, in threads: one that behaves as told, and one that breaks off."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Postmaster:
    """What the server answers, by recipient or to all; what it took stands in `taken`.

    `senders` are its next answers to whoever says who writes, one each.
    """

    recipients: dict[str, str] = field(default_factory=dict)
    senders: list[str] = field(default_factory=list)
    text: str = "250 taken"
    taken: list[Envelope] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802  The names are the server's.
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.senders.pop(0) if self.senders else "250 ok"
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.get(address, "250 ok")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.text.startswith("2"):
            self.taken.append(envelope)
        return self.text


class Server(Controller):
    """A server that knows who is connected, and can hang up on them."""

    def __init__(self, postmaster: Postmaster, port: int, **options: Any) -> None:
        super().__init__(postmaster, hostname="127.0.0.1", port=port, **options)
        self.sessions: list[SMTP] = []

    def factory(self) -> SMTP:
        session: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self.sessions.append(session)
        return session

    def hang_up(self) -> None:
        """Close every connection, as a server does that is started anew."""
        asyncio.run_coroutine_threadsafe(self._close_all(), self.loop).result(5)

    async def _close_all(self) -> None:
        for session in self.sessions:
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
        await asyncio.sleep(0.01)  # Only then are they closed.


@contextmanager
def serving(postmaster: Postmaster, **options: Any) -> Iterator[Server]:
    """A server while it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Server(postmaster, port, **options)
    server.start()
    server.sessions.clear()  # It has called itself, to see whether it answers.
    try:
        yield server
    finally:
        server.hang_up()
        server.stop()


@contextmanager
def running(postmaster: Postmaster, **options: Any) -> Iterator[int]:
    """The server's port while it runs."""
    with serving(postmaster, **options) as server:
        yield server.port


def knows(user: bytes, password: bytes) -> dict[str, Any]:
    """Options for a server that wants exactly this user and password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=(login.login, login.password) == (user, password), handled=False)

    return {"authenticator": check, "auth_required": True, "auth_require_tls": False}


@contextmanager
def breaking_off(after: bytes, *, silent: bool = False) -> Iterator[int]:
    """A server that says yes to everything and hangs up when it has read a line that begins with `after`.

    A `silent` one says nothing more, and waits for the other side to hang up.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, after, silent), daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        thread.join(5)
        listener.close()


def _serve(listener: socket.socket, after: bytes, silent: bool) -> None:
    try:
        connection, _ = listener.accept()
    except OSError:
        return
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 hello\r\n")
        text = False
        for line in lines:
            if line.upper().startswith(after.upper()):
                if silent:
                    lines.read()
                return
            if text and line != b".\r\n":
                continue
            text = line.upper().startswith(b"DATA")
            connection.sendall(b"354 go on\r\n" if text else b"250 ok\r\n")


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS and a client's that trusts it, with a certificate for 127.0.0.1 made for this test."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    builder = builder.not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = builder.add_extension(alternative, critical=True).sign(key, hashes.SHA256())
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
