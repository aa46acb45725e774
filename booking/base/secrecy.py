"""Names, contact fields and message bodies are encrypted before they reach the database.

They are found again by a keyed hash of the exact text, never by reading. The keys come from the environment; the
first of `LIKAPLATS_DATA_KEYS` encrypts, all of them decrypt, so keys can be rotated.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class KeyRing:
    """Encrypts, decrypts and makes keyed hashes. One per process, installed by the composition root."""

    def __init__(self, data_keys: tuple[str, ...], lookup_key: str) -> None:
        self._cipher = MultiFernet([Fernet(key) for key in data_keys])
        self._lookup = lookup_key.encode()

    def encrypt(self, text: str) -> str:
        """The text as a token that only this ring can read."""
        return self._cipher.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text of a token. Raises cryptography's InvalidToken when no key fits."""
        return self._cipher.decrypt(token.encode()).decode()

    def seal(self, data: bytes) -> bytes:
        """Bytes as bytes that only this ring can read, without the third that a token of text takes more."""
        return urlsafe_b64decode(self._cipher.encrypt(data))

    def unseal(self, sealed: bytes) -> bytes:
        """What was sealed. Raises cryptography's InvalidToken when no key fits."""
        return self._cipher.decrypt(urlsafe_b64encode(sealed))

    def lookup(self, text: str) -> str:
        """A keyed hash of the text, 64 hexadecimal characters, for finding exact matches."""
        return hmac.new(self._lookup, text.encode(), hashlib.sha256).hexdigest()


_installed: list[KeyRing] = []


def install(ring: KeyRing) -> None:
    """Use this ring from now on."""
    _installed[:] = [ring]


def ring() -> KeyRing:
    """The installed ring. Raises RuntimeError before the composition root has installed one."""
    if not _installed:
        raise RuntimeError("No key ring is installed: the application has no settings.")
    return _installed[0]


def lookup(text: str) -> str:
    """The keyed hash under which an exact text is found."""
    return ring().lookup(text)


def hashed(token: str) -> str:
    """The plain SHA-256 of a long random token: enough, since it cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code(length: int = 12) -> str:
    """A random public code without look-alike characters; 12 characters carry about 69 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_token() -> str:
    """A link token: 16 characters, about 93 bits."""
    return new_code(16)


def new_digits(length: int = 6) -> str:
    """A numeric code to type in."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted in the database and plain in Python."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: D102
        return None if value is None else ring().encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: D102
        return None if value is None else ring().decrypt(value)


class EncryptedJson(TypeDecorator[dict[str, Any]]):
    """A small JSON object, encrypted as one text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: D102
        return None if value is None else ring().encrypt(json.dumps(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: D102
        return None if value is None else json.loads(ring().decrypt(value))


class SealedText(TypeDecorator[str]):
    """A long text, compressed and encrypted in the database and plain in Python."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: D102
        return None if value is None else ring().seal(zlib.compress(value.encode()))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: D102
        return None if value is None else zlib.decompress(ring().unseal(value)).decode()
