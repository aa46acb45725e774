"""The call list: whom to phone, what to say, and buttons for what was heard. For those who run the family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base import texts
from booking.base.errors import NotFound
from booking.base.texts import _, lazy
from booking.course import calls, replies
from booking.course.calls import Call, CallWhy, TryResult
from booking.outbox import kinds
from booking.people import contacts
from booking.people.families import Carer
from booking.places import offers
from booking.places.offers import Offer
from booking.records import audit
from booking.records.accounts import Account
from booking.web import access
from booking.web.staff import asking, door, own

WHY = {
    CallWhy.NOT_REACHED: lazy("Erbjudandet kom inte fram"),
    CallWhy.PHONE_ONLY: lazy("Nås bara per telefon"),
    CallWhy.ANSWER_UNCLEAR: lazy("Oklart sms"),
    CallWhy.RECONFIRM: lazy("Vill de stå kvar?"),
    CallWhy.NO_CHANNEL: lazy("Går inte att skriva till"),
}
HEARD = {
    TryResult.NO_ANSWER: lazy("Ingen svarade"),
    TryResult.WRONG_NUMBER: lazy("Fel nummer"),
    TryResult.INTERPRETER: lazy("Behövde tolk"),
    TryResult.THINKING: lazy("Fick veta, tänker"),
    TryResult.SPOKEN: lazy("Pratade med familjen"),
}
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A family to phone. `before` is when it must have been told or have answered; None where no time runs."""

    call: Call
    before: datetime | None
    languages: str


@door.get("/ringlista")
@access.for_staff
def calls_list() -> str:
    """Whom to phone: those to phone now, the most urgent first, and those to phone again later."""
    found = calls.list_open(access.db(), _homes())
    open_offers = calls.offers_of(access.db(), found)
    rows = [_row(each, open_offers.get(each.registration_id)) for each in found]
    rows.sort(key=lambda row: (row.before or LAST, row.call.put_at, row.call.id))
    now = access.now()
    return render_template(
        "staff/calls.html",
        due=[row for row in rows if row.call.call_from <= now],
        later=[row for row in rows if row.call.call_from > now],
        why=WHY,
        heard=HEARD,
    )


def open_calls() -> int:
    """How many the signed-in coordinator has to make; counted once per request."""
    if "open_calls" not in g:
        g.open_calls = calls.count_open(access.db(), _homes())
    return int(g.open_calls)


def _homes() -> list[int] | None:
    return None if access.account().is_central else own.home_ids(own.districts())


def _row(call: Call, offer: Offer | None) -> Row:
    return Row(call, offer.reply_by if offer else None, _spoken_by(call))


def _spoken_by(call: Call) -> str:
    codes = dict.fromkeys(carer.language for carer in call.registration.carers)
    return ", ".join(texts.language_name(code) for code in codes)


def _offer(call: Call) -> Offer | None:
    """The open offer that the family can be told of and answer."""
    found = calls.offer_of(access.db(), call)
    return found if found is not None and (found.told_from or found.made_at) <= access.now() else None


def own_call(code: str) -> Call:
    """A call to a family that the coordinator runs. Raises NotFound."""
    found = calls.get_by_code(access.db(), code)
    if not access.may_run(found.registration):
        raise NotFound
    return found


@door.get("/ringlista/<code>")
@access.for_staff
def call(code: str) -> str:
    """One call: who, in which language, what to say, what has been tried, and buttons for what was heard."""
    return _page(own_call(code))


@door.post("/ringlista/<code>/sms")
@access.for_staff
def call_sms(code: str) -> str:
    """The same page with the SMS that was not understood, word for word; who looked is noted."""
    found = own_call(code)
    if _sms(found) is not None:
        audit.note(access.db(), "replies read", found.registration, now=access.now(), by=access.account().actor)
    return _page(found, sms_open=True)


def _page(found: Call, *, sms_open: bool = False) -> str:
    db, now = access.db(), access.now()
    offer = _offer(found) if found.is_open else None
    settings = access.services().settings
    say: dict[str, Any] = {"city": settings.city, "phone": settings.phone, "now": now}
    return render_template(
        "staff/call.html",
        call=found,
        registration=found.registration,
        offer=offer,
        until=offers.would_reply_by(db, offer, now=now) if offer else None,
        told=offer is not None and offers.is_told(db, offer),
        script=[(each, calls.said(db, found, offer, each, **say)) for each in calls.languages(found)],
        callers={each.id: each.name for each in _callers(found)},
        sms=_sms(found),
        sms_open=sms_open,
        news=[(kinds.label(each.kind), each.at) for each in calls.news_for(db, found, now=now)],
        readable=contacts.readable,
        why=WHY,
        heard=HEARD,
    )


def _callers(of: Call) -> list[Account]:
    return [access.db().get_one(Account, each) for each in {one.account_id for one in of.tries}]


def _sms(of: Call) -> str | None:
    """The SMS that was not understood; kept for a while only."""
    if of.why is not CallWhy.ANSWER_UNCLEAR or of.thing_id is None:
        return None
    try:
        return replies.get(access.db(), of.thing_id).text
    except NotFound:
        return None


def _accepted(found: Call) -> str:
    calls.accepted(access.db(), found, now=access.now(), by=access.account().actor)
    return _("Familjen har fått platsen.")


def _declined(found: Call) -> str:
    calls.declined(access.db(), found, now=access.now(), by=access.account().actor)
    return _("Nej är noterat. Familjen behåller sin plats i kön.")


def _thinking(found: Call) -> str:
    offer = calls.thinking(access.db(), found, now=access.now(), by=access.account().actor)
    return _("Familjen har till %(time)s på sig att svara.", time=texts.full_time(offer.reply_by))


def _no_answer(found: Call) -> str:
    calls.no_answer(access.db(), found, now=access.now(), by=access.account().actor)
    return _("Försöket är noterat. Ring igen %(time)s.", time=texts.full_time(found.call_from))


def _interpreter(found: Call) -> str:
    calls.needs_interpreter(access.db(), found, now=access.now(), by=access.account().actor)
    return _("Det är noterat att familjen behöver tolk. Ring igen %(time)s.", time=texts.full_time(found.call_from))


def _wrong_number(found: Call) -> str:
    calls.wrong_number(access.db(), found, _chosen(found), now=access.now(), by=access.account().actor)
    return _("Numret är markerat som fel. Vi skickar inga fler sms dit.")


def _chosen(found: Call) -> Carer | None:
    code = request.form.get("carer", "")
    return next((carer for carer in found.registration.carers if carer.code == code), None)


def _stays(found: Call) -> str:
    calls.stays(access.db(), found, now=access.now(), by=access.account().actor)
    return _("Samtalet är klart.")


SAID: dict[str, Callable[[Call], str]] = {
    "ja": _accepted,
    "nej": _declined,
    "tanker": _thinking,
    "inget-svar": _no_answer,
    "tolk": _interpreter,
    "fel-nummer": _wrong_number,
    "klart": _stays,
}


@door.post("/ringlista/<code>/<said>")
@access.for_staff
def call_said(code: str, said: str) -> Response:
    """What was heard, done at once."""
    found = own_call(code)
    if said not in SAID:
        abort(404)
    flash(SAID[said](found), "success")
    return redirect(url_for("staff.calls_list"), 303)


@door.route("/ringlista/<code>/lamnar", methods=["GET", "POST"])
@access.for_staff
def call_leaves(code: str) -> str | Response | tuple[str, int]:
    """They no longer want what they have asked for; asked once more, since the queue date cannot be had back."""
    found, form = own_call(code), asking.ReasonForm()
    if not found.is_open:
        raise NotFound
    if form.sent_and_valid():
        who, reason = access.account().actor, form.reason.data or ""
        calls.leaves(access.db(), found, now=access.now(), by=who, reason=reason)
        flash(_("Anmälan är borttagen."), "success")
        return redirect(url_for("staff.calls_list"), 303)
    return asking.page(
        form,
        title=_("Familjen vill inte stå kvar"),
        lines=[
            _("Gör det bara när familjen själv har sagt det. Familjen lämnar både kön och en plats om den har en."),
            _("Kötiden går inte att få tillbaka."),
        ],
        button=_("Ta bort anmälan"),
        back=url_for("staff.call", code=code),
        here="calls_list",
    )
