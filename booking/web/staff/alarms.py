"""Alarms on the overview: a plain sentence each, a way to the thing, and a button where looking at it is all it takes.

Groups at risk are alarms too, but have a table of their own there, with their figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from booking.base import texts
from booking.base.errors import NotFound
from booking.base.texts import _, ngettext
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.outbox import watching
from booking.places import autopilot, explaining
from booking.places.placements import Placement
from booking.places.runs import AllocationRun
from booking.records import alarms as all_alarms
from booking.records.alarms import Alarm
from booking.web import access
from booking.web.staff import door, message_health, own

IN_A_TABLE = frozenset({"group_at_risk"})


@dataclass(frozen=True, slots=True)
class Shown:
    """An alarm as staff read it. `url` is None where there is nothing to open; `settles` when a button settles it."""

    id: int
    raised_at: datetime
    sentence: str
    link: str
    url: str | None
    settles: bool


def listed() -> list[Shown]:
    """The open alarms of the coordinator's districts, the newest first; every one at the centre."""
    mine = None if access.account().is_central else own.home_ids(own.districts())
    found = all_alarms.list_open(access.db(), mine)
    return [_shown(alarm) for alarm in found if alarm.kind not in IN_A_TABLE]


def _shown(alarm: Alarm) -> Shown:
    link, url = _thing(alarm)
    sentence, settles = KINDS.get(alarm.kind, _unknown)(alarm)
    return Shown(alarm.id, alarm.raised_at, sentence, link, url, settles)


def _thing(alarm: Alarm) -> tuple[str, str | None]:
    """What the alarm is about, as one says it, and its page."""
    db = access.db()
    if alarm.thing_kind == Group.__tablename__ and (group := db.get(Group, alarm.thing_id)):
        return explaining.label(group), url_for("staff.group", code=group.code)
    if alarm.thing_kind == AllocationRun.__tablename__ and (run := db.get(AllocationRun, alarm.thing_id)):
        return _("Se förslaget"), url_for("staff.run", code=run.code)
    if alarm.thing_kind == Programme.__tablename__ and (programme := db.get(Programme, alarm.thing_id)):
        central = access.account().is_central
        return programme.name, url_for("staff.autopilot", code=programme.code) if central else None
    if alarm.thing_kind == Placement.__tablename__ and (placement := db.get(Placement, alarm.thing_id)):
        shown = _("Se familjen, som går i %(group)s", group=explaining.label(placement.group))
        return shown, url_for("staff.registration", code=placement.registration.code)
    if alarm.kind in (watching.PROVIDER_DOWN, watching.MESSAGES_LATE):
        return _("Leverantörer"), url_for("staff.message_health")
    return "", None


def _plan_failed(alarm: Alarm) -> tuple[str, bool]:
    return _(
        "Ett förslag klarade inte kontrollen. Det går inte att publicera, och ingen familj har fått veta något."
    ), True


def _autopilot_stopped(alarm: Alarm) -> tuple[str, bool]:
    # It stands until somebody lets the autopilot go on: saying that one has seen it is not enough.
    known = {trouble.value: trouble for trouble in autopilot.Trouble}
    why = known.get(str(alarm.values.get("why")))
    stopped = _("Autopiloten har stannat.")
    return f"{stopped} {why.sentence(alarm.values)}" if why else stopped, False


def _stayed_away_twice(alarm: Alarm) -> tuple[str, bool]:
    return _(
        "En familj har uteblivit två gånger i rad utan att säga till. Ledaren har den på sin uppföljningslista."
    ), True


def _provider_down(alarm: Alarm) -> tuple[str, bool]:
    # It ends when the provider works again.
    provider, since = message_health.name(str(alarm.values.get("provider"))), alarm.values.get("since")
    time = texts.full_time(datetime.fromisoformat(str(since)) if since else alarm.raised_at)
    down = _("%(provider)s är nere sedan %(time)s.", provider=provider, time=time)
    return f"{down} {message_health.fault(alarm.values.get('provider'), alarm.values.get('fault'))}".strip(), False


def _messages_late(alarm: Alarm) -> tuple[str, bool]:
    count = int(alarm.values.get("count", 0))
    late = ngettext("%(num)d meddelande skulle ha gått.", "%(num)d meddelanden skulle ha gått.", count)
    time = texts.full_time(datetime.fromisoformat(str(alarm.values.get("since") or alarm.raised_at.isoformat())))
    return late + " " + _("Det äldsta har väntat sedan %(time)s.", time=time), False


def _unknown(alarm: Alarm) -> tuple[str, bool]:
    return _("Något behöver ses över: %(what)s.", what=alarm.kind.replace("_", " ")), True


KINDS: dict[str, Callable[[Alarm], tuple[str, bool]]] = {
    "plan_failed": _plan_failed,
    "autopilot_stopped": _autopilot_stopped,
    watching.PROVIDER_DOWN: _provider_down,
    watching.MESSAGES_LATE: _messages_late,
    "stayed_away_twice": _stayed_away_twice,
}


@door.post("/larm/<int:alarm_id>/klart")
@access.for_staff
def alarm_settled(alarm_id: int) -> Response:
    """Somebody has seen to it. Pressed twice, it is settled once."""
    alarm = access.db().get(Alarm, alarm_id)
    if alarm is None or not _runs(alarm) or not _can_be_settled(alarm):
        raise NotFound
    if alarm.is_open:
        all_alarms.see_to(access.db(), alarm, now=access.now(), by=access.account().actor)
    flash(_("Det är noterat att det är klart."), "success")
    return redirect(url_for("staff.overview"), 303)


def _can_be_settled(alarm: Alarm) -> bool:
    """True where having looked is all it takes; the others end when what they are about has ended."""
    return alarm.kind not in IN_A_TABLE and KINDS.get(alarm.kind, _unknown)(alarm)[1]


def _runs(alarm: Alarm) -> bool:
    if alarm.district_id is None:
        return access.account().is_central
    return access.may_run_district(alarm.district_id)
