"""Cancelling a group or a meeting: first what it would mean, then a reason, then one button."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from booking.base import texts
from booking.base.texts import _, ngettext
from booking.catalogue import groups
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import SessionState
from booking.course import group_changes
from booking.course.group_changes import Cancelled
from booking.web import access
from booking.web.staff import asking, door, own

Answer = str | Response | tuple[str, int]


class CancelForm(asking.ReasonForm):
    """Why, and what the page said when the reason was written."""

    seen = HiddenField()


@door.route("/grupp/<code>/stall-in", methods=["GET", "POST"])
@access.for_staff
def group_cancel(code: str) -> Answer:
    """What cancelling would mean, and doing it. Numbers that changed since are said once more first."""
    group = own.group(code)
    if group.state is GroupState.CANCELLED:
        return redirect(url_for("staff.group", code=code), 303)
    form = CancelForm()
    if form.is_submitted():
        groups.lock(access.db(), [group.id])
    effect = group_changes.what_if(access.db(), group, now=access.now())
    if form.sent_and_valid():
        if form.seen.data == _said(group, effect):
            return _cancel(group, form)
        form.refuse(form.reason, _("Något har ändrats sedan du öppnade sidan. Läs igenom en gång till."))
    form.seen.data = _said(group, effect)
    if form.is_submitted():
        return render_template("staff/group_cancel.html", form=form, group=group, effect=effect, has_errors=True), 422
    return render_template("staff/group_cancel.html", form=form, group=group, effect=effect)


def _said(group: Group, effect: Cancelled) -> str:
    return f"{group.version}/{effect.placed}/{effect.offered}/{effect.meetings}"


def _cancel(group: Group, form: CancelForm) -> Response:
    who, reason = access.account().actor, form.reason.data or ""
    done = group_changes.cancel(access.db(), group, now=access.now(), by=who, reason=reason)
    told = ngettext("%(num)d meddelande skickas.", "%(num)d meddelanden skickas.", done.messages)
    flash(_("Gruppen är inställd. %(told)s", told=told), "success")
    return redirect(url_for("staff.group", code=group.code), 303)


@door.route("/traff/<code>/stall-in", methods=["GET", "POST"])
@access.for_staff
def meeting_cancel(code: str) -> Answer:
    """Cancel one meeting."""
    meeting = own.meeting(code)
    back = url_for("staff.group", code=meeting.group.code)
    if meeting.state is SessionState.CANCELLED:
        return redirect(back, 303)
    form = asking.ReasonForm()
    if form.sent_and_valid():
        who, reason = access.account().actor, form.reason.data or ""
        group_changes.cancel_session(access.db(), meeting, now=access.now(), by=who, reason=reason)
        flash(_("Träffen är inställd. De som har plats får ett meddelande."), "success")
        return redirect(back, 303)
    return asking.page(
        form,
        title=_("Ställ in träffen %(time)s", time=texts.full_time(meeting.starts_at)),
        lines=[_("Alla som har plats i gruppen får ett meddelande. De andra träffarna är kvar.")],
        button=_("Ställ in träffen"),
        back=back,
        here="groups",
    )
