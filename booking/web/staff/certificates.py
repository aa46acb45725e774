"""Who may lead what: the certificates of all leaders. Every coordinator sees them; the centre gives and ends them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import Optional

from booking.base import texts
from booking.base.clock import today
from booking.base.texts import _, lazy
from booking.catalogue import certificates as all_certificates
from booking.catalogue import programmes, sessions
from booking.catalogue.certificates import Certificate
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.records.accounts import Account
from booking.web import access
from booking.web.forms import Form, needed
from booking.web.staff import asking, door
from booking.web.staff.fields import Day

SOON = timedelta(days=60)


class CertificateForm(Form):
    """A leader, a programme, and from when until when."""

    leader = SelectField(lazy("Gruppledare"), coerce=int)
    programme = SelectField(lazy("Program"), coerce=int)
    first = Day(lazy("Gäller från"), [needed(lazy("Välj vilken dag intyget börjar gälla."))])
    last = Day(lazy("Gäller till och med"), [Optional()])


@door.get("/intyg")
@access.for_staff
def certificates() -> str:
    """Every leader, with what they may lead now or later."""
    day = today(access.now())
    held: dict[int, list[Certificate]] = defaultdict(list)
    for each in all_certificates.list_current(access.db(), day=day):
        held[each.account_id].append(each)
    return render_template(
        "staff/certificates.html",
        leaders=_leaders(),
        held=held,
        programmes={each.id: each for each in access.db().scalars(select(Programme))},
        soon=day + SOON,
        today=day,
    )


def _leaders() -> list[Account]:
    found = [each for each in access.db().scalars(select(Account).where(Account.active)) if each.is_leader]
    return sorted(found, key=lambda each: each.name)


@door.route("/intyg/nytt", methods=["GET", "POST"])
@access.for_central
def certificate_new() -> str | Response | tuple[str, int]:
    """Certify a leader for a programme."""
    form = CertificateForm()
    form.leader.choices = [(each.id, each.name) for each in _leaders()]
    form.programme.choices = [(each.id, each.name) for each in programmes.list_active(access.db())]
    if form.sent_and_valid():
        try:
            _give(form)
        except all_certificates.Refused as refusal:
            form.refuse(getattr(form, refusal.code), refusal.sentence)
        else:
            flash(_("Intyget är inlagt."), "success")
            return redirect(url_for("staff.certificates"), 303)
    if form.is_submitted():
        return render_template("staff/certificate_new.html", form=form, has_errors=True), 422
    form.first.data = today(access.now())
    return render_template("staff/certificate_new.html", form=form)


def _give(form: CertificateForm) -> None:
    first, last = form.first.data, form.last.data
    who, now = access.account().actor, access.now()
    assert first is not None  # noqa: S101  The form is valid.
    all_certificates.give(access.db(), form.leader.data, form.programme.data, first, last, now=now, by=who)


@door.route("/intyg/<code>/avsluta", methods=["GET", "POST"])
@access.for_central
def certificate_end(code: str) -> str | Response | tuple[str, int]:
    """Let a certificate end."""
    found = all_certificates.get_by_code(access.db(), code)
    form, back = asking.ReasonForm(), url_for("staff.certificates")
    if form.sent_and_valid():
        who, reason = access.account().actor, form.reason.data or ""
        try:
            all_certificates.end(access.db(), found, now=access.now(), by=who, reason=reason)
            flash(_("Intyget gäller inte längre."), "success")
        except all_certificates.Refused as refusal:
            flash(refusal.sentence, "warning")
        return redirect(back, 303)
    leader = access.db().get_one(Account, found.account_id)
    programme = access.db().get_one(Programme, found.programme_id)
    return asking.page(
        form,
        title=_("Avsluta ett intyg"),
        lines=[
            _("%(name)s får inte leda nya grupper i %(programme)s.", name=leader.name, programme=programme.name),
            _("Grupper som redan är upplagda ändras inte."),
        ],
        button=_("Avsluta intyget"),
        back=back,
        here="openings",
    )


def warn_about(group: Group) -> None:
    """Say which leaders of a new group have no certificate for all of its time; where certificates are kept at all."""
    db, programme = access.db(), group.programme
    kept = select(Certificate.id).where(Certificate.programme_id == programme.id)
    if db.scalars(kept).first() is None:
        return
    last = today(sessions.list_of(db, group.id)[-1].starts_at)
    leading = [leader.account_id for leader in group.leaders]
    for each in all_certificates.lacking(db, leading, programme.id, group.first_day, last):
        name, until = db.get_one(Account, each).name, texts.dated(last)
        said = _("%(name)s har inget intyg för %(programme)s som gäller till och med %(day)s, då gruppen slutar.",
                 name=name, programme=programme.name, day=until)  # fmt: skip
        flash(said, "warning")
