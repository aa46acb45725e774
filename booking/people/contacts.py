"""Mobile numbers and e-mail addresses as people type them, brought into the one form in which they are kept. Pure."""

from __future__ import annotations

import difflib
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from booking.base.errors import Refused as _Refused
from booking.base.texts import _

COUNTRY = "SE"
LONGEST = 200
MOBILE_TYPES = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
USUAL = (
    "gmail.com", "hotmail.com", "hotmail.se", "outlook.com", "outlook.se", "live.se", "live.com", "yahoo.com",
    "yahoo.se", "icloud.com", "telia.com", "mail.com", "ymail.com", "hotmail.co.uk", "yahoo.co.uk",
)  # fmt: skip
ALIKE = 0.84
UNSEEN = ("Cc", "Cs", "Co", "Cn")
TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


class Refused(_Refused):
    """The text cannot be a mobile number, or an e-mail address."""


def name(typed: str) -> str:
    """A name without stray spaces, and without characters that cannot be seen or turn the text around."""
    seen = "".join(each for each in typed if each.isspace() or unicodedata.category(each) not in UNSEEN)
    seen = " ".join(seen.translate(TURNS).split())
    if not any(each.isalpha() for each in seen):
        raise Refused(_("Skriv ditt namn."), code="name")
    return seen


def mobile(typed: str) -> str:
    """The number in E.164, such as +46701740605, from any form people type; Swedish unless it says otherwise."""
    number = _number(typed)
    if number is None:
        raise Refused(_("Skriv ett mobilnummer, till exempel 070-123 45 67."), code="mobile")
    if phonenumbers.number_type(number) not in MOBILE_TYPES:
        raise Refused(_("Det ser ut som en fast telefon. Skriv ett mobilnummer, så kan vi skicka sms."), code="mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone(typed: str) -> str:
    """The same for any number that can be called, a landline too."""
    number = _number(typed)
    if number is None:
        raise Refused(_("Skriv ett telefonnummer, till exempel 070-123 45 67."), code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _number(typed: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(typed[:LONGEST], COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def email(typed: str) -> str:
    """The address in its usual form. Nothing is looked up on the network."""
    try:
        found = validate_email(typed.strip()[:LONGEST], check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Refused(_("Skriv en mejladress, till exempel namn@exempel.se."), code="email") from None
    return found.normalized


def likely_meant(address: str) -> str | None:
    """The address somebody probably meant when its last part looks like a slip (gmial.com), else None."""
    local, _at, domain = address.rpartition("@")
    if domain in USUAL:
        return None
    close = difflib.get_close_matches(domain, USUAL, n=1, cutoff=ALIKE)
    return f"{local}@{close[0]}" if close else None


def digits(typed: str) -> str:
    """The decimal digits in a text as 0–9, whatever keyboard they came from; everything else is dropped."""
    return "".join(str(unicodedata.decimal(character)) for character in typed if character.isdecimal())


def readable(number: str) -> str:
    """A kept number as people write it, such as 070-174 06 05; foreign ones with their country code."""
    parsed = phonenumbers.parse(number, None)
    home = parsed.country_code == phonenumbers.country_code_for_region(COUNTRY)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def masked(address: str) -> str:
    """Enough of a contact for its owner to know it: "…05" or "a…@example.org"."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"…{address[-2:]}"
