"""The usual way to send: a loop that takes one message after the other, each on a connection of its own.

python -m benchmarks.plain_posting ORDERS

Like the queues of most booking systems: mark one as taken, open a connection, send, close, mark it as sent. It makes
no link, fills no template, heeds no order, no limit and no night, and a crash loses or doubles what it has in hand.
"""

from __future__ import annotations

import base64
import smtplib
import sys
import time
from email.message import EmailMessage
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base import secrecy
from booking.base.db import Database
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from tests.rehearsal.worker import KEY, SECRET, Orders

TEXT = "Hej! Här är din länk: https://likaplats.example/m/7Kq2mX9pLw4TzzzZ Hälsningar Staden"
IDLE_SECONDS = 0.2


def main() -> None:
    orders = Orders.parse(sys.argv[1])
    secrecy.install(secrecy.KeyRing((KEY,), SECRET))
    database = Database(orders.database_url)
    print("at work", flush=True)
    while True:
        with database.transaction() as db:
            found = _take(db, orders)
        if found is None:
            time.sleep(IDLE_SECONDS)
            continue
        reference, channel, address = found
        if channel == "sms":
            _sms(orders, reference, address)
        else:
            _mail(orders, reference, address)
        with database.transaction() as db:
            db.execute(update(Message).where(Message.reference == reference).values(state=MessageState.SENT))


def _take(db: Session, orders: Orders) -> tuple[str, str, str] | None:
    due = select(Message).where(Message.state == MessageState.QUEUED, Message.not_before <= orders.clock())
    message = db.scalars(due.order_by(Message.id).limit(1).with_for_update(skip_locked=True)).first()
    if message is None:
        return None
    message.state = MessageState.SENDING
    carer = db.get_one(Carer, message.carer_id)
    return message.reference, message.channel, (carer.mobile if message.channel == "sms" else carer.email) or ""


def _sms(orders: Orders, reference: str, address: str) -> None:
    parts = urlsplit(f"//{orders.sms_urls[0].partition('://')[2]}")
    key = base64.b64encode(f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()).decode()
    form = {"from": "Staden", "to": address, "message": TEXT, "whendelivered": f"{orders.base_url}/{reference}"}
    url = f"http://{parts.hostname}:{parts.port}/a1/sms"
    with urlopen(Request(url, urlencode(form).encode(), {"Authorization": f"Basic {key}"}), timeout=20) as answer:  # noqa: S310
        answer.read()


def _mail(orders: Orders, reference: str, address: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@likaplats.example", address, "Ett meddelande"
    message["Message-ID"] = f"<{reference}@likaplats.example>"
    message.set_content(TEXT)
    parts = urlsplit(orders.smtp_url)
    with smtplib.SMTP(parts.hostname or "", parts.port or 25, timeout=20) as client:
        client.send_message(message)


if __name__ == "__main__":
    main()
