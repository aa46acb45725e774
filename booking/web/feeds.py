"""Calendar files over the web: the private address that a calendar programme fetches, and what all doors share of it.

Fetching changes nothing and counts nothing: a token of 24 characters cannot be guessed, and what has not changed is
answered in a few bytes (304). The file holds no name and no link of anybody's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, request, url_for

from booking.course import calendars
from booking.course.calendars import PUBLISH, Entry, Owner
from booking.people.writing import Sender
from booking.web import access

FRESH = 15 * 60  # Seconds for which a calendar programme need not ask again.

public = Blueprint("feeds", __name__)


@public.get("/kalender/<feed_token>.ics")
def calendar(feed_token: str) -> Response:
    """The meetings behind a private address; whoever holds it is one person's calendar programme."""
    entries = calendars.list_behind(access.db(), feed_token, sender(), now=access.now())
    if entries is None:
        abort(404)
    answer = file(entries, name=sender().city)
    answer.headers["Cache-Control"] = f"private, max-age={FRESH}"
    answer.set_etag(calendars.fingerprint(entries))
    answer.make_conditional(request)
    return answer


def file(entries: Sequence[Entry], *, name: str | None = None) -> Response:
    """The entries as a file to take in; with a `name` as one to fetch again."""
    data = calendars.write(entries, method=PUBLISH, sender=sender(), now=access.now(), name=name)
    answer = make_response(data)
    answer.headers["Content-Type"] = calendars.CONTENT_TYPE.format(method=PUBLISH)
    # Not "attachment": a phone then offers to add the meetings, instead of keeping a file that nobody finds.
    answer.headers["Content-Disposition"] = 'inline; filename="kalender.ics"'
    return answer


def new_address(who: Owner) -> dict[str, str]:
    """A new private address for the page that shows it once: `https` to copy, `webcal` to open a programme with."""
    token = calendars.make_address(access.db(), who, now=access.now())
    address = access.services().settings.base_url + url_for("feeds.calendar", feed_token=token)
    return {"https": address, "webcal": "webcal" + address[address.index("://") :]}


def sender() -> Sender:
    """Who writes calendar files: the city."""
    settings = access.services().settings
    return Sender(settings.base_url, settings.city, settings.phone, settings.mail_from)
