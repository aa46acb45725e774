"""My page: where the family stands, reached by link alone; and changing what works for the family."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from booking.base import texts
from booking.base.clock import today
from booking.base.texts import _, lazy
from booking.catalogue import districts
from booking.course import attendance, interest, reminders, waiting_news
from booking.people import changing, codes
from booking.people.changing import Wishes
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import explaining, standing, waits
from booking.places.standing import Standing
from booking.web import access
from booking.web.forms import Form
from booking.web.parents import door, own
from booking.web.parents.fields import Several
from booking.web.parents.showing import listed, shown


@door.get("/min/<token>/")
def mine(token: str) -> str:
    """First the answer, then what can be done, then the details."""
    carer = own.carer(token)
    told = standing.list_of(access.db(), carer, now=access.now())
    told.sort(key=lambda each: each.offer is None)
    return render_template("parents/mine.html", token=token, told=[_page_part(each) for each in told], **_extras(carer))


def _extras(carer: Carer) -> dict[str, object]:
    asks = interest.list_open(access.db(), carer, now=access.now())
    return {
        "carer": carer,
        "unconfirmed": codes.unconfirmed(carer),
        "label": explaining.label,
        "waits": waits,
        "asks": asks,
        "still_wanted": bool(waiting_news.list_to_answer(access.db(), carer)),
    }


def _page_part(told: Standing) -> dict[str, object]:
    """One registration's part of the page: what is told, its group, and which meetings the family cannot come to."""
    db, atlas = access.db(), districts.atlas(access.db())
    registration, placement = told.registration, told.placement
    return {
        "told": told,
        "registration": registration,
        "group": shown(db, placement.group, registration) if placement else None,
        "bring": reminders.of(db, placement.group.programme_id).to_bring(texts.language()) if placement else "",
        "away": {m.id for m in told.meetings if placement and attendance.says_away(db, m, placement)},
        "free_now": [shown(db, group, registration) for group in told.free_now],
        "home": atlas.current(registration.home_id).name,
        "districts": listed(atlas.current(each).name for each in registration.district_ids),
        "weekdays": listed(texts.weekday_name(day) for day in sorted(registration.weekdays)),
    }


class WishesForm(Form):
    """What works for the family."""

    districts = Several(lazy("Vilka stadsdelar kan ni ta er till?"), coerce=int)
    online = BooleanField(lazy("Träffar på nätet fungerar också"))
    weekdays = Several(lazy("Vilka dagar fungerar?"), coerce=int)
    flexible = BooleanField(lazy("Ni får välja ordningen på våra grupper"))
    short_notice = BooleanField(lazy("Vi kan komma med kort varsel"))


@door.route("/min/<token>/anmalan/<code>/andra", methods=["GET", "POST"])
@own.leads_back
def change(token: str, code: str) -> str | Response | tuple[str, int]:
    """Change what works; the queue date stays."""
    carer = own.carer(token)
    registration = own.registration(carer, code)
    form = _wishes_form(registration)
    if form.sent_and_valid():
        if _keep(form, registration, carer):
            flash(_("Ändringen är sparad. Er kötid är densamma."), "success")
            return redirect(url_for("parents.mine", token=token), 303)
    elif not form.is_submitted():
        return render_template("parents/mine_change.html", form=form, token=token, registration=registration)
    page = render_template(
        "parents/mine_change.html", form=form, token=token, registration=registration, has_errors=True
    )
    return page, 422


def _wishes_form(registration: Registration) -> WishesForm:
    atlas = districts.atlas(access.db())
    now = changing.wishes(registration)
    chosen = [atlas.current(each).id for each in now.district_ids]
    form = WishesForm(data={**{name: getattr(now, name) for name in Wishes.__slots__}, "districts": chosen})
    near = atlas.nearest(registration.home_id, today(access.now()))
    form.districts.choices = [
        (each.id, _with_minutes(each.name, atlas, registration.home_id, each.id)) for each in near
    ]
    form.weekdays.choices = [(day, texts.weekday_name(day).capitalize()) for day in range(7)]
    return form


def _with_minutes(name: str, atlas: districts.Atlas, home_id: int, there: int) -> str:
    minutes = atlas.minutes(home_id, there)
    if not minutes:
        return name
    return _("%(district)s, ungefär %(minutes)s minuter", district=name, minutes=minutes)


def _keep(form: WishesForm, registration: Registration, carer: Carer) -> bool:
    """Keep the answers; False when they left nothing, with a sentence at the field."""
    if not form.weekdays.data:
        form.refuse(form.weekdays, _("Välj minst en dag."))
    if not form.districts.data and not form.online.data:
        form.refuse(form.districts, _("Välj minst en stadsdel, eller träffar på nätet."))
    if form.errors:
        return False
    wanted = Wishes(
        district_ids=_in_order(registration, form.districts.data or []),
        weekdays=tuple(form.weekdays.data or []),
        online=form.online.data,
        flexible=form.flexible.data,
        short_notice=form.short_notice.data,
    )
    changing.change(access.db(), registration, wanted, now=access.now(), by=carer.actor)
    return True


def _in_order(registration: Registration, chosen: list[int]) -> tuple[int, ...]:
    # What the family ranked before keeps its order; new districts follow, the nearest first as the form lists them.
    atlas = districts.atlas(access.db())
    before = [atlas.current(each).id for each in registration.district_ids]
    near = [each.id for each in atlas.nearest(registration.home_id, today(access.now()))]
    return tuple(sorted(chosen, key=lambda each: (before.index(each) if each in before else 99, near.index(each))))
