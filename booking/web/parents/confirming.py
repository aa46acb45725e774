"""Confirming a mobile or an e-mail with a code, and asking for a new link."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import districts, groups
from booking.catalogue.groups import Group
from booking.course import message_choices
from booking.outbox import holding
from booking.outbox.routes import CHANNELS
from booking.people import codes, confirming, contacts, doubles, fit, returning
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import waits
from booking.records import links, policies
from booking.web import access
from booking.web.parents import door, own
from booking.web.parents.persons import CodeForm, ReturnForm


@door.route("/bekrafta/<code>/", methods=["GET", "POST"])
def confirm(code: str) -> str | Response | tuple[str, int]:
    """Type the code that was sent; the link in an e-mail brings it along, but a button posts it."""
    carer = confirming.get_carer(access.db(), code)
    if request.method != "POST":
        return _code_page(carer, CodeForm(formdata=None, data={"code": request.args.get("kod", "")[:6]}))
    form, channel = CodeForm(), request.form.get("channel", "")
    if not form.validate():
        return _code_page(carer, form, has_errors=True), 422
    try:
        confirming.confirm(access.db(), carer, channel, form.code.data or "", now=access.now())
    except codes.Refused as refusal:
        access.keep_anyway()
        form.refuse(form.code, refusal.sentence)
        return _code_page(carer, form, has_errors=True), 422
    message_choices.see_to(access.db(), carer, now=access.now())
    return redirect(url_for("parents.thanks", token=_new_link(carer)), 303)


def _code_page(carer: Carer, form: CodeForm, *, has_errors: bool = False) -> str:
    check = codes.find(access.db(), carer)
    left = codes.unconfirmed(carer)
    check = check if check is not None and codes.is_open(check, access.now()) else None
    return render_template(
        "parents/confirm.html",
        form=form,
        carer=carer,
        check=check,
        left=left,
        stopped=_is_stopped([check.channel] if check is not None else left),
        masked={channel: contacts.masked(codes.address(carer, channel) or "") for channel in left},
        has_errors=has_errors,
    )


def _is_stopped(channels: Collection[str]) -> bool:
    """True while staff have stopped one of these channels: then no code and no link comes that way."""
    holds = holding.standing(access.db())
    return any(holding.is_held(channel, holds) for channel in channels)


@door.post("/bekrafta/<code>/ny")
def confirm_again(code: str) -> Response:
    """Send a new code, to the mobile or to the e-mail."""
    carer = confirming.get_carer(access.db(), code)
    try:
        codes.ask(access.db(), carer, request.form.get("channel", ""), now=access.now())
        flash(_("Vi har skickat en ny kod."), "success")
    except codes.Refused as refusal:
        flash(refusal.sentence, "warning")
    return redirect(url_for("parents.confirm", code=code), 303)


def _new_link(carer: Carer) -> str:
    return links.make(access.db(), carer.id, now=access.now(), days=policies.current(access.db()).link_days)


@door.get("/tack/<token>/")
def thanks(token: str) -> str:
    """Confirmed: what the family waits for since when, and what happens next."""
    db, carer = access.db(), own.carer(token)
    waiting = confirming.list_registrations(db, carer, *doubles.LIVE)
    policy = policies.current(db)
    return render_template(
        "parents/thanks.html",
        token=token,
        carer=carer,
        waiting=[(each, _since(each), _how_long(each)) for each in waiting],
        doubles=doubles.earlier(db, carer),
        following=_next_start(waiting),
        hours=policy.reply_hours_soon,
    )


def _since(registration: Registration) -> date | None:
    """The day they registered; None for today."""
    day = today(registration.waiting_since)
    return None if day == today(access.now()) else day


def _how_long(registration: Registration) -> str:
    if registration.state is not RegistrationState.WAITING:
        return ""
    return waits.sentence(waits.expected(access.db(), registration, now=access.now()), fresh=True)


def _next_start(waiting: list[Registration]) -> Group | None:
    """The next group that could work for one of the registrations."""
    atlas = districts.atlas(access.db())
    coming = groups.list_coming(access.db(), today=today(access.now()))
    return next((group for group in coming if any(fit.fits(each, group, atlas) for each in waiting)), None)


@door.post("/tack/<token>/tidigare")
def thanks_earlier(token: str) -> Response:
    """To the page of the older registration that counts, for whoever has just confirmed that it is theirs."""
    found = doubles.earlier(access.db(), own.carer(token))
    if not found:
        return redirect(url_for("parents.mine", token=token), 303)
    return redirect(url_for("parents.mine", token=_new_link(found[0][2])), 303)


@door.route("/lank", methods=["GET", "POST"])
def resend() -> str | Response | tuple[str, int]:
    """A new link for who has registered before. The answer is the same whoever asks."""
    form = ReturnForm()
    if not form.is_submitted():
        return render_template("parents/resend.html", form=form)
    if not form.validate():
        return render_template("parents/resend.html", form=form, has_errors=True), 422
    typed = form.contact.data or ""
    which = {"email": contacts.email(typed)} if "@" in typed else {"mobile": contacts.mobile(typed)}
    returning.resend(access.db(), **which, now=access.now())
    return redirect(url_for("parents.resent"), 303)


@door.get("/lank/skickad")
def resent() -> str:
    """The same page for everyone."""
    minutes = int(returning.PAUSE.total_seconds() // 60)
    return render_template("parents/resent.html", minutes=minutes, stopped=_is_stopped(CHANNELS))
