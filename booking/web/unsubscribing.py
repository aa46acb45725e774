"""Where the List-Unsubscribe of an e-mail leads: a page with one button, and what mail programmes post by themselves.

The post has no form token (RFC 8058: machines send it), so it can do nothing but stop e-mail to the one address that
its own token is made of. Opening the page changes nothing: scanners open every link. Starting again is done on my
page, which takes a link of one's own.
"""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from booking.base import texts
from booking.course import message_choices
from booking.people import contacts, unsubscribing
from booking.web import access

public = Blueprint("unsubscribing", __name__)


@public.route("/av/<stop_token>", methods=["GET", "POST"])
def stop(stop_token: str) -> str:
    """Ask once, or stop e-mail; a second time is as harmless as the first."""
    carer = unsubscribing.get_by_token(access.db(), stop_token)
    g.lang = carer.language if carer.language in texts.LANGUAGES else texts.DEFAULT
    texts.speak(g.lang)
    if request.method == "POST":
        request.get_data()  # Nothing in it is of use, but what is too large is refused as everywhere.
        message_choices.stop_email(access.db(), carer, now=access.now(), by=carer.actor)
    return render_template(
        "parents/unsubscribe.html",
        address=contacts.masked(carer.email or ""),
        stopped=carer.email_stopped_at is not None,
        sms="sms" in carer.channels,
        can_phone=carer.mobile is not None,
    )
