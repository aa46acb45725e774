"""Who signs in to the demo. The password is no secret: these accounts exist nowhere else."""

from __future__ import annotations

from sqlalchemy.orm import Session

from booking.base.secrecy import lookup
from booking.insight.demo import files
from booking.insight.demo.town import Town
from booking.records import accounts, audit
from booking.records.accounts import Account, AccountRole, Role
from booking.records.audit import SYSTEM

PASSWORD = "demo-demo-demo"  # noqa: S105  Printed at every start; it opens invented data alone.


def sign_ins() -> list[tuple[str, str, str]]:
    """The demo's sign-ins: address, password, and who it is."""
    signing_in = [row for row in files.rows("accounts.csv") if row["signs_in"]]
    return [(row["email"], PASSWORD, f"{row['name']}, {row['what']}") for row in signing_in]


def build(db: Session, town: Town) -> None:
    """Make the accounts. Leaders who only stand in the groups' lists have no password."""
    made_at = town.ago(days=400)
    # Hashing is slow on purpose; one hash does for a password that is the same for all and known to all.
    password_hash = accounts.HASHER.hash(PASSWORD)
    for row in files.rows("accounts.csv"):
        home = town.districts[row["district"]].id if row["district"] else None
        made = Account(name=row["name"], email=row["email"], email_hash=lookup(row["email"]), created_at=made_at)
        made.password_hash = password_hash if row["signs_in"] else None
        made.roles = [AccountRole(role=Role(row["role"]), district_id=home)]
        db.add(made)
        db.flush()
        audit.note(db, "account created", made, now=made_at, by=SYSTEM)
        town.accounts[row["key"]] = made
