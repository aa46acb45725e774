"""Staff and leaders who sign in, with roles scoped to a district or to the whole city.

A leader's scope is the groups they lead (`booking.catalogue.groups.GroupLeader`), not a district.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, personal, plain, states
from booking.base.errors import NotFound, Refused
from booking.base.secrecy import EncryptedText, lookup, new_code
from booking.base.texts import _
from booking.records.audit import Actor, note

HASHER = PasswordHasher()
SHORTEST_PASSWORD = 12
TRIES = 10
PAUSE = timedelta(minutes=15)


class Role(enum.Enum):
    """What an account may do."""

    LEADER = "leader"  # Runs groups and keeps their rosters.
    COORDINATOR = "coordinator"  # Sets up groups and moves places in one district.
    CENTRAL = "central"  # Coordinates the whole city.
    ADMINISTRATOR = "administrator"  # Creates accounts and changes settings.
    AUDITOR = "auditor"  # Reads, changes nothing.


class Account(Base):
    """A person who signs in."""

    __tablename__ = "accounts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    name: Mapped[str] = personal(EncryptedText)
    email: Mapped[str] = personal(EncryptedText)
    email_hash: Mapped[str] = personal(String(64), unique=True)
    password_hash: Mapped[str | None] = personal(String(200))
    totp_secret: Mapped[str | None] = personal(EncryptedText)
    session_key: Mapped[str] = personal(String(16), default=new_code)
    language: Mapped[str] = plain(String(8), default="sv")
    active: Mapped[bool] = plain(default=True)
    failed_tries: Mapped[int] = plain(default=0)
    paused_until: Mapped[datetime | None] = plain()
    created_at: Mapped[datetime] = plain()
    roles: Mapped[list[AccountRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    def may(self, role: Role, district_id: int | None = None) -> bool:
        """True when the account holds the role for that district, or for the whole city."""
        return any(
            held.role is role and (held.district_id is None or held.district_id == district_id) for held in self.roles
        )

    @property
    def actor(self) -> Actor:
        """The account as the one who acts."""
        return Actor("account", self.id)

    @property
    def is_staff(self) -> bool:
        """True for coordinators of any kind."""
        return any(held.role in (Role.COORDINATOR, Role.CENTRAL) for held in self.roles)

    @property
    def is_central(self) -> bool:
        """True for those who answer for the whole city."""
        return any(held.role is Role.CENTRAL for held in self.roles)

    @property
    def is_leader(self) -> bool:
        """True for those who lead groups."""
        return any(held.role is Role.LEADER for held in self.roles)

    @property
    def district_ids(self) -> frozenset[int]:
        """The districts whose families a coordinator runs."""
        return frozenset(
            held.district_id for held in self.roles if held.role is Role.COORDINATOR and held.district_id is not None
        )


class AccountRole(Base):
    """One role, for one district or (district_id None) for the whole city."""

    __tablename__ = "account_roles"
    __table_args__ = (UniqueConstraint("account_id", "role", "district_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    account_id: Mapped[int] = plain(ForeignKey("accounts.id"))
    role: Mapped[Role] = plain(states(Role))
    district_id: Mapped[int | None] = plain(ForeignKey("districts.id"))


def find_by_email(db: Session, email: str) -> Account | None:
    """The account with exactly this address, whatever its case."""
    return db.scalars(select(Account).where(Account.email_hash == lookup(_plain(email)))).first()


def get(db: Session, account_id: int) -> Account:
    """The active account with this id. Raises NotFound."""
    found = db.get(Account, account_id)
    if found is None or not found.active:
        raise NotFound
    return found


def create(
    db: Session, name: str, email: str, password: str, *, roles: list[tuple[Role, int | None]], now: datetime, by: Actor
) -> Account:
    """A new account. Refused when the address is taken or the password is short."""
    if find_by_email(db, email):
        raise Refused(_("Det finns redan ett konto med den e-postadressen."), code="taken")
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(_("Lösenordet måste ha minst %(count)s tecken.", count=SHORTEST_PASSWORD), code="short")
    account = Account(name=name, email=email, email_hash=lookup(_plain(email)), created_at=now)
    account.password_hash = HASHER.hash(password)
    account.roles = [AccountRole(role=role, district_id=district_id) for role, district_id in roles]
    db.add(account)
    db.flush()
    note(db, "account created", account, now=now, by=by)
    return account


def check_password(account: Account | None, password: str, *, now: datetime) -> bool:
    """True when the password is right and the account is not resting after many wrong tries.

    Works equally long for an unknown account, so that nobody can tell whether an address has one. Counts wrong
    tries on the account; the caller's transaction keeps the count.
    """
    right = _verified(account.password_hash if account and account.password_hash else _nobodys(), password)
    if account is None or not account.active or (account.paused_until and now < account.paused_until):
        return False
    account.failed_tries = 0 if right else account.failed_tries + 1
    if account.failed_tries >= TRIES:
        account.failed_tries, account.paused_until = 0, now + PAUSE
    return right


def _verified(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _plain(email: str) -> str:
    return email.strip().casefold()


@cache
def _nobodys() -> str:
    """A hash that no password opens, as costly to check as a real one."""
    return HASHER.hash("no account has this password")
