"""Setting up a group: one form, plain errors at the fields. A coordinator sets up groups in their own district."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from booking.base import texts
from booking.base.texts import _, lazy
from booking.catalogue import programmes
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.catalogue.venues import Organiser, Venue
from booking.course import group_changes
from booking.course.group_changes import GroupPlan, Sizes
from booking.records.accounts import Account
from booking.web import access
from booking.web.forms import Form, needed
from booking.web.staff import asking, certificates, door, own
from booking.web.staff.fields import Day, Hour, Number

# What groups are held in or interpreted to; a city that needs more adds them here.
SPOKEN = ("sv", "en", "ar", "so", "ti", "fa", "ku", "es", "tr", "pl", "ru", "uk", "fi", "bn", "sq", "am")
FROM_THE_ADDRESS = ("programme", "districts", "venue", "first_day", "starts_at", "languages", "leaders")


class SizesForm(Form):
    """How many, and who leads."""

    capacity = Number(lazy("Platser"), [Optional()])
    minimum = Number(lazy("Minsta antal för att starta"), [Optional()])
    resident_places = Number(lazy("Platser som sparas till egna stadsdelen"), [Optional()])
    hold_until = Day(lazy("Sparas till och med"), [Optional()])
    leaders = SelectMultipleField(lazy("Gruppledare"), coerce=int)

    def sizes(self) -> Sizes:
        """The sizes as written."""
        return Sizes(
            capacity=self.capacity.data or 0,
            minimum=self.minimum.data or 0,
            resident_places=self.resident_places.data or 0,
            hold_until=self.hold_until.data,
        )

    def refuse_at(self, refusal: group_changes.Refused) -> None:
        """Show the sentence at the field it is about, else at the first one."""
        self.refuse(getattr(self, refusal.code, self.capacity), refusal.sentence)


class ChangeForm(SizesForm, asking.ReasonForm):
    """Other sizes and leaders, why, and the version that was looked at."""

    capacity = Number(lazy("Platser"), [needed(lazy("Skriv hur många platser gruppen har."))])
    minimum = Number(lazy("Minsta antal för att starta"), [needed(lazy("Skriv hur många som behövs."))])
    version = HiddenField()

    def seen_version(self) -> int:
        """The version the form was made from; 0 when somebody has meddled with it."""
        seen = self.version.data or ""
        return int(seen[:9]) if seen.isdecimal() else 0


class GroupForm(SizesForm):
    """A group to be."""

    programme = SelectField(lazy("Program"), coerce=int)
    districts = SelectMultipleField(lazy("Stadsdelar som gruppen hör till"), coerce=int)
    whole_city = BooleanField(lazy("Gruppen hör till hela staden"))
    online = BooleanField(lazy("Träffarna är på nätet"))
    venue = SelectField(lazy("Lokal"), coerce=int)
    organiser = SelectField(lazy("Anordnare"), coerce=int)
    first_day = Day(lazy("Första träffen"), [needed(lazy("Välj dag för första träffen."))])
    starts_at = Hour(lazy("Klockan"), [needed(lazy("Skriv när träffarna börjar, till exempel 17.30."))])
    languages = SelectMultipleField(lazy("Språk"), default=["sv"])
    interpreters = SelectMultipleField(lazy("Tolk till"))
    childcare = BooleanField(lazy("Barnpassning finns"))
    hidden = BooleanField(lazy("Håll gruppen dold tills vidare"))

    def sizes(self) -> Sizes:
        """The sizes as written; the programme's own where nothing is."""
        usual = access.db().get_one(Programme, self.programme.data)
        written = super().sizes()
        return replace(
            written,
            capacity=usual.capacity if self.capacity.data is None else written.capacity,
            minimum=usual.minimum if self.minimum.data is None else written.minimum,
        )

    def plan(self) -> GroupPlan:
        """The answers as a plan; everything needed is there once the form is valid."""
        return GroupPlan(
            programme_id=self.programme.data,
            district_ids=tuple(self.districts.data or ()),
            first_day=self.first_day.data,  # type: ignore[arg-type]
            starts_at=self.starts_at.data,  # type: ignore[arg-type]
            sizes=self.sizes(),
            venue_id=None if self.online.data else self.venue.data or None,
            organiser_id=self.organiser.data or None,
            languages=tuple(self.languages.data or ()),
            interpreters=tuple(self.interpreters.data or ()),
            leader_ids=tuple(self.leaders.data or ()),
            online=self.online.data,
            childcare=self.childcare.data,
            whole_city=self.whole_city.data and access.account().is_central,
            hidden=self.hidden.data,
        )


@door.route("/grupp/ny", methods=["GET", "POST"])
@access.for_staff
def group_new() -> str | Response | tuple[str, int]:
    """Set up one group."""
    form = _form()
    if form.sent_and_valid():
        try:
            made = group_changes.open_group(access.db(), form.plan(), now=access.now(), by=access.account().actor)
        except group_changes.Refused as refusal:
            form.refuse_at(refusal)
        else:
            certificates.warn_about(made)
            flash(_("Gruppen är upplagd. Första träffen är %(day)s.", day=texts.full_day(made.first_day)), "success")
            return redirect(url_for("staff.group", code=made.code), 303)
    if form.is_submitted():
        return render_template("staff/group_new.html", form=form, has_errors=True), 422
    return render_template("staff/group_new.html", form=form)


def _form() -> GroupForm:
    form = GroupForm()
    mine = own.districts()
    homes = own.home_ids(mine)
    db = access.db()
    form.programme.choices = [(each.id, each.name) for each in programmes.list_active(db)]
    form.districts.choices = [(each.id, each.name) for each in mine]
    venues = db.scalars(select(Venue).where(Venue.district_id.in_(homes)).order_by(Venue.name)).all()
    form.venue.choices = [(0, _("Välj lokal")), *((each.id, f"{each.name}, {each.address}") for each in venues)]
    organisers = db.scalars(select(Organiser).order_by(Organiser.name)).all()
    form.organiser.choices = [(0, _("Stadsdelen själv")), *((each.id, each.name) for each in organisers)]
    spoken = [(code, texts.language_name(code).capitalize()) for code in SPOKEN]
    form.languages.choices = form.interpreters.choices = spoken
    form.leaders.choices = _leaders()
    if not form.is_submitted() and len(mine) == 1:
        form.districts.data = [mine[0].id]
    if not form.is_submitted():
        _fill_in(form)
    return form


def _fill_in(form: GroupForm) -> None:
    """Put in the form what the address says: a proposal from the list of where a group is needed."""
    for name in FROM_THE_ADDRESS:
        if name in request.args:
            form[name].process(request.args)


def change_form(group: Group) -> ChangeForm:
    """The form to change a group, filled in with what it is now."""
    kept = [leader.account_id for leader in group.leaders]
    form = ChangeForm(data={name: getattr(group, name) for name in Sizes.__slots__})
    form.leaders.choices = _leaders(kept)
    if not form.is_submitted():
        form.leaders.data, form.version.data = kept, str(group.version)
    return form


def _leaders(kept: Iterable[int] = ()) -> list[tuple[int, str]]:
    """The leaders there are, and those who lead the group already."""
    found = access.db().scalars(select(Account).where(Account.active)).all()
    wanted = [each for each in found if each.is_leader or each.id in set(kept)]
    return [(each.id, each.name) for each in sorted(wanted, key=lambda each: each.name)]
