"""Who is certified for what: each leader for the programmes they lead, some for more, one only for a while yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from booking.catalogue import certificates
from booking.insight.demo.town import Town

SINCE_DAYS = 380
ALSO = {"carla": ["komet-3-11"], "ines": ["komet-3-11"], "deniz": ["komet-3-11"], "olga": ["abc-tonar"]}
UNTIL_WEEKS = {("petra", "komet-12-18"): 6}


def build(db: Session, town: Town) -> None:
    """Give the certificates, as the centre did a year ago."""
    by, first = town.accounts["greta"].actor, town.day - timedelta(days=SINCE_DAYS)
    ids = {account.id: key for key, account in town.accounts.items()}
    led = {(ids[leader.account_id], group.programme.code) for group in town.groups.values() for leader in group.leaders}
    for key, code in sorted(led | {(key, code) for key, codes in ALSO.items() for code in codes}):
        weeks = UNTIL_WEEKS.get((key, code))
        last = None if weeks is None else town.day + timedelta(weeks=weeks)
        account, programme = town.accounts[key], town.programmes[code]
        certificates.give(db, account.id, programme.id, first, last, now=town.ago(days=SINCE_DAYS), by=by)
