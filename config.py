"""Deployment settings: read once from the environment, checked, then frozen.

Only `LIKAPLATS_*` variables count. What the city decides (reply times, quiet hours, retention) is not here:
it is versioned in the database, see `booking.records.policies`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "LIKAPLATS_"
DEFAULT_ADDRESS = "http://127.0.0.1:8000"
DEFAULT_SENDER = "no-reply@likaplats.example"
DEFAULT_ZONE = "Europe/Stockholm"
DEFAULT_CITY = "Stockholms stad"
DEFAULT_PHONE = "08-000 00 00"
KNOWN = frozenset(
    ("DATABASE_URL", "SECRET_KEY", "DATA_KEYS", "LOOKUP_KEY", "BASE_URL", "SMTP_URL", "MAIL_FROM", "MAIL_PER_MINUTE")
    + ("SMS_URL", "SMS_FROM", "SMS_PER_MINUTE", "TIMEZONE", "CITY", "PHONE", "DEMO", "PROXIES", "LOG_LEVEL")
)
SMTP_SCHEMES = frozenset(("smtp", "smtps", "smtp+starttls"))
# One for each provider that `booking.outbox.providers` knows; those in the clear only reach this machine.
SMS_SCHEMES = frozenset(("46elks", "46elks+http"))
THIS_MACHINE = frozenset(("localhost", "127.0.0.1", "::1"))
DEFAULT_SMS_PER_MINUTE = 100  # What 46elks passes on for one account; what is above that waits with them, not with us.
MOST_PER_MINUTE = 1_000_000


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment of Likaplats. Keys are secrets: never print a Settings."""

    database_url: str
    secret_key: str
    data_keys: tuple[str, ...]
    lookup_key: str
    base_url: str = DEFAULT_ADDRESS
    smtp_url: str | None = None
    mail_from: str = DEFAULT_SENDER
    mail_per_minute: int | None = None
    sms_urls: tuple[str, ...] = ()
    sms_from: str | None = None
    sms_per_minute: int = DEFAULT_SMS_PER_MINUTE
    timezone: str = DEFAULT_ZONE
    city: str = DEFAULT_CITY
    phone: str = DEFAULT_PHONE
    demo: bool = False
    proxies: int = 0
    log_level: str = "INFO"

    def __repr__(self) -> str:
        return f"Settings(base_url={self.base_url!r}, demo={self.demo})"

    @property
    def secure(self) -> bool:
        """True when visitors come over https, so that cookies may demand it."""
        return self.base_url.startswith("https://")

    @property
    def sms_answerable(self) -> bool:
        """True when an SMS comes from a number, so that whoever gets it can answer it."""
        return self.sms_from is not None and self.sms_from.startswith("+")


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from the environment. Raises SettingsError, naming the variable, for a missing or bad value."""
    given = {key.removeprefix(PREFIX): value for key, value in environ.items() if key.startswith(PREFIX) and value}
    if unknown := sorted(set(given) - KNOWN):
        raise SettingsError(f"{PREFIX}{unknown[0]} is not a setting. Known: {', '.join(sorted(KNOWN))}.")
    return Settings(
        database_url=_database_url(given),
        secret_key=_long(given, "SECRET_KEY"),
        data_keys=_data_keys(given),
        lookup_key=_long(given, "LOOKUP_KEY"),
        base_url=(_url(given, "BASE_URL", {"http", "https"}) or DEFAULT_ADDRESS).rstrip("/"),
        smtp_url=_url(given, "SMTP_URL", SMTP_SCHEMES),
        mail_from=_mail_address(given),
        mail_per_minute=_per_minute(given, "MAIL_PER_MINUTE"),
        sms_urls=_sms_urls(given),
        sms_from=_sms_from(given),
        sms_per_minute=_per_minute(given, "SMS_PER_MINUTE") or DEFAULT_SMS_PER_MINUTE,
        timezone=_timezone(given),
        city=_line(given, "CITY", DEFAULT_CITY),
        phone=_line(given, "PHONE", DEFAULT_PHONE),
        demo=_flag(given, "DEMO"),
        proxies=_count(given, "PROXIES"),
        log_level=_choice(given, "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    )


def _database_url(given: Mapping[str, str]) -> str:
    url = given.get("DATABASE_URL") or _missing("DATABASE_URL")
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise SettingsError(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://.")
    _split("DATABASE_URL", url)
    return "postgresql+psycopg://" + url.removeprefix("postgresql://") if url.startswith("postgresql://") else url


def _split(name: str, url: str) -> SplitResult:
    # Python looks at the port only when somebody asks for it.
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingsError(f"{PREFIX}{name} is not an address: look at its host and its port.") from None
    return parts


def _missing(name: str) -> str:
    raise SettingsError(f"{PREFIX}{name} is not set. The README lists every setting.")


def _long(given: Mapping[str, str], name: str) -> str:
    value = given.get(name) or _missing(name)
    if len(value) < 32:
        raise SettingsError(f"{PREFIX}{name} must be at least 32 characters long.")
    return value


def _data_keys(given: Mapping[str, str]) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in (given.get("DATA_KEYS") or _missing("DATA_KEYS")).split(","))
    for key in keys:
        try:
            usable = len(base64.urlsafe_b64decode(key)) == 32
        except (binascii.Error, ValueError):
            usable = False
        if not usable:
            raise SettingsError(f"{PREFIX}DATA_KEYS must be comma-separated keys of 32 bytes in url-safe base64.")
    return keys


def _url(given: Mapping[str, str], name: str, schemes: Collection[str]) -> str | None:
    if name not in given:
        return None
    parts = _split(name, given[name])
    if parts.scheme not in schemes or not parts.hostname:
        raise SettingsError(f"{PREFIX}{name} must be an address that begins with {' or '.join(sorted(schemes))}.")
    return given[name]


def _sms_urls(given: Mapping[str, str]) -> tuple[str, ...]:
    urls = tuple(url for url in re.split(r"[,\s]+", given.get("SMS_URL", "")) if url)
    for url in urls:
        _check_sms(url)
    if urls and "SMS_FROM" not in given:
        raise SettingsError(f"{PREFIX}SMS_FROM is not set, but {PREFIX}SMS_URL is: an SMS needs a sender.")
    return urls


def _check_sms(url: str) -> None:
    # The library takes no scheme that begins with a digit, so the scheme is taken off first.
    scheme, _, rest = url.partition("://")
    parts = _split("SMS_URL", f"//{rest}")
    if scheme not in SMS_SCHEMES or not (parts.hostname and parts.username and parts.password):
        known = " or ".join(sorted(SMS_SCHEMES))
        raise SettingsError(f"{PREFIX}SMS_URL must be addresses such as 46elks://user:password@host ({known}).")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(f"{PREFIX}SMS_URL must end after the host: a / in the password is written %2F.")
    if scheme.endswith("+http") and parts.hostname not in THIS_MACHINE:
        raise SettingsError(f"{PREFIX}SMS_URL may go in the clear (+http) to this machine only.")


def _sms_from(given: Mapping[str, str]) -> str | None:
    value = given.get("SMS_FROM")
    if value is None or re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,10}|\+[1-9][0-9]{6,14}", value):
        return value
    raise SettingsError(
        f"{PREFIX}SMS_FROM must be a name of at most 11 letters a-z and digits, beginning with a letter,"
        " or a number such as +46766860000, which can be answered."
    )


def _line(given: Mapping[str, str], name: str, default: str) -> str:
    value = given.get(name, default)
    if not value.isprintable():
        raise SettingsError(f"{PREFIX}{name} must be one line of text.")
    return value


def _mail_address(given: Mapping[str, str]) -> str:
    value = _line(given, "MAIL_FROM", DEFAULT_SENDER)
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
        raise SettingsError(f"{PREFIX}MAIL_FROM must be an e-mail address and nothing else.")
    return value


def _timezone(given: Mapping[str, str]) -> str:
    name = given.get("TIMEZONE", DEFAULT_ZONE)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(f"{PREFIX}TIMEZONE must be a time zone such as Europe/Stockholm.") from None
    return name


def _flag(given: Mapping[str, str], name: str) -> bool:
    return _choice(given, name, ("0", "1"), "0") == "1"


def _count(given: Mapping[str, str], name: str) -> int:
    value = given.get(name, "0")
    if not value.isdecimal() or int(value) > 9:
        raise SettingsError(f"{PREFIX}{name} must be a number from 0 to 9.")
    return int(value)


def _per_minute(given: Mapping[str, str], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal()) or not 0 < int(value) <= MOST_PER_MINUTE:
        raise SettingsError(f"{PREFIX}{name} must be a number from 1 to {MOST_PER_MINUTE}.")
    return int(value)


def _choice(given: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name, default)
    if value not in allowed:
        raise SettingsError(f"{PREFIX}{name} must be one of {', '.join(allowed)}.")
    return value
