"""The addresses at which an SMS gateway tells us what became of a message, and what somebody has answered. Pure.

A gateway signs nothing, so the addresses hold a secret. It is made from the deployment's own, with no setting of its
own to forget; when that one is changed, the gateway must be given the new addresses (`flask --app booking
sms-addresses`).
"""

from __future__ import annotations

import hashlib
import hmac

RECEIPTS, ANSWERS = "/sms/kvitto", "/sms/svar"
PURPOSE = b"likaplats: addresses that the SMS gateway posts to"


def gateway_secret(secret_key: str) -> str:
    """What stands in the addresses: 32 characters, safe there, from which the key cannot be told."""
    return hmac.new(secret_key.encode(), PURPOSE, hashlib.sha256).hexdigest()[:32]


def is_secret(given: str, secret_key: str) -> bool:
    """True when it is the secret; it takes as long to say no as to say yes."""
    return hmac.compare_digest(given.encode(errors="replace"), gateway_secret(secret_key).encode())


def receipt_address(base_url: str, secret_key: str) -> str:
    """Where receipts go, without the slash and the message's reference that follow."""
    return f"{base_url}{RECEIPTS}/{gateway_secret(secret_key)}"


def answer_address(base_url: str, secret_key: str) -> str:
    """Where answers by SMS go."""
    return f"{base_url}{ANSWERS}/{gateway_secret(secret_key)}"
