"""The address in an e-mail's List-Unsubscribe: whoever holds it can stop e-mail to that one address, and nothing else.

Mail programmes post to it without a cookie or a form's token (RFC 8058), often without anybody looking at a page. So
it must not be my page's link. It is made of the carer's public code and a keyed hash: nothing is stored, it never
runs out, and it stops working when the carer gives another address.
"""

from __future__ import annotations

import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.errors import NotFound
from booking.base.secrecy import lookup
from booking.people.families import Carer


def unsubscribe_address(carer: Carer, site: str) -> str:
    """Where the carer can stop e-mail; `site` is the site's address without a slash at the end."""
    return f"{site}/av/{carer.code}-{_seal(carer)}"


def get_by_token(db: Session, token: str) -> Carer:
    """The carer whose e-mail the end of such an address may stop. Raises NotFound."""
    code, _dash, seal = token.rpartition("-")
    found = db.scalars(select(Carer).where(Carer.code == code)).first()
    if found is None or not hmac.compare_digest(_seal(found).encode(), seal.encode(errors="replace")):
        raise NotFound
    return found


def _seal(carer: Carer) -> str:
    return lookup(f"unsubscribe/{carer.id}/{carer.email_hash}")[:24]
