"""A letter as an e-mail: headers, plain text and HTML alike, attachments.

A calendar file is an attachment and nothing else. As an alternative of the text, which is how invitations to one
meeting travel, most programmes show its first meeting only, hide our own words behind it, and ask for an answer that
would go to an address nobody reads. A file is opened whole by all of them, and says itself (`method=…`) what it is.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from booking.outbox.letters import Attachment, Letter

ADDRESS = re.compile(r"https?://[!-;=?-~]+")  # Printable, no space, no angle bracket.
PARAMETER = re.compile(r'; *([a-z]+)="?([\w./+-]+)"?')
FILE = re.compile(rf"(?P<main>text|application|image)/(?P<sub>[\w.+-]+)(?P<parameters>(?:{PARAMETER.pattern})*)")


def recipient(address: str) -> str:
    """The address as servers want it: a domain with other letters is written in plain ones.

    Raises ValueError for what is no address.
    """
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isprintable() or re.search(r"[\s<>,;@]", local + domain):
        raise ValueError("not an address")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def write(letter: Letter, *, sender: str, sender_name: str, now: datetime) -> EmailMessage:
    """The e-mail, to be sent by `as_bytes`. Raises ValueError for what cannot be one."""
    message = EmailMessage()
    message["From"] = _address(sender, sender_name)
    message["To"] = _address(recipient(letter.address))
    message["Subject"] = letter.subject or ""
    message["Date"] = format_datetime(now)
    # The same message always has the same id, so that mailboxes can tell a double; the reference says nothing.
    message["Message-ID"] = f"<{letter.reference}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        _attach(message, attachment)
    return message


def as_bytes(message: EmailMessage, unsubscribe: str | None, *, wide: bool) -> bytes:
    """The e-mail as it travels; `wide` when its addresses go beyond ASCII.

    `unsubscribe` is written in front, since the library would break a long address up.
    """
    return _unsubscribe(unsubscribe) + message.as_bytes(policy=SMTPUTF8 if wide else SMTP)


def _unsubscribe(address: str | None) -> bytes:
    if address is None:
        return b""
    if not ADDRESS.fullmatch(address):
        raise ValueError("not an address to unsubscribe at")
    # One click without a page in between is for https only (RFC 8058).
    at_once = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if address.startswith("https://") else ""
    return f"List-Unsubscribe: <{address}>\r\n{at_once}".encode()


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind = FILE.fullmatch(attachment.content_type)
    if kind is None:
        raise ValueError("not a kind of file")
    parameters = dict(PARAMETER.findall(kind["parameters"]))
    message.add_attachment(
        attachment.data, maintype=kind["main"], subtype=kind["sub"], filename=attachment.name, params=parameters
    )


def _address(address: str, name: str = "") -> Address:
    # Taken apart here, since the library's own reading refuses letters beyond ASCII before the @.
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
