"""Finding: the start page, programmes by the child's age, coming groups."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from booking.base import texts
from booking.base.clock import at, today
from booking.base.texts import _, ngettext
from booking.catalogue import groups, programmes
from booking.catalogue.groups import Group
from booking.people import waitlist
from booking.people.waitlist import Counts
from booking.places import waits
from booking.records import policies
from booking.web import access
from booking.web.forms import Form, needed
from booking.web.parents import asking as city
from booking.web.parents import door, queues
from booking.web.parents.asking import Asking, how_far
from booking.web.parents.fields import OneFrom, Several
from booking.web.parents.queues import Waits
from booking.web.parents.showing import listed

SMALL = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A coming group as a visitor sees it; texts that do not apply are empty."""

    group: Group
    when: str
    place: str
    travel: str
    languages: str
    places: str
    free: bool


class FindForm(Form):
    """The children's birth years and where the family lives; sent in the address."""

    class Meta:
        """Nothing is changed by looking."""

        csrf = False

    fodd = Several(texts.lazy("Vilka år är barnen födda?"), [needed(texts.lazy("Kryssa för minst ett år."))])
    hem = OneFrom(texts.lazy("Var bor ni?"))


def root() -> Response:
    """To the start page in a language the visitor reads."""
    wanted = request.accept_languages.best_match(list(texts.LANGUAGES)) or texts.DEFAULT
    return redirect(url_for("parents.start", lang=wanted))


@door.record_once
def _add_root(state: BlueprintSetupState) -> None:
    state.app.add_url_rule("/", "root", root)


@door.get("/")
def start() -> str:
    """Three ways in, and what it is in four lines."""
    return render_template("parents/start.html", no_records=policies.current(access.db()).no_records)


@door.get("/hitta")
def find() -> str | tuple[str, int]:
    """The programmes that suit the children."""
    form = FindForm(formdata=request.args)
    form.hem.data = form.hem.data or ""
    asking = _asking(form)
    form.fodd.choices = [(year, year) for year in city.birth_years(asking)]
    form.hem.choices = [("", _("Välj stadsdel")), *_districts(asking)]
    asked = bool(request.args)
    refused = asked and not form.validate()
    suited = [] if refused else asking.suited
    page = render_template(
        "parents/find.html",
        form=form,
        ages=city.ages(asking),
        asked=asked and not refused,
        suited=[(each, texts.hours(each.session_minutes), _cards(each.id, asking)) for each in suited],
        home=asking.home,
        has_errors=refused,
    )
    return (page, 422) if refused else page


def _asking(form: FindForm | None = None) -> Asking:
    home = request.args.get("hem", "")
    years = (form.fodd.data or [])[:20] if form else []
    return city.read({"hem": {"home": [home]}, "barn": {"years": years}})


def _districts(asking: Asking) -> list[tuple[str, str]]:
    return [(district.code, district.name) for district in asking.atlas.standing(asking.day)]


@door.get("/program/<code>")
def programme(code: str) -> str:
    """One programme: what, for whom, how often, and its coming groups."""
    found, asking = programmes.get_by_code(access.db(), code), _asking()
    cards, known = _cards(found.id, asking), waits.typical(access.db())
    return render_template(
        "parents/programme.html",
        programme=found,
        hours=texts.hours(found.session_minutes),
        cards=cards,
        usually=queues.usually(found.id, known, asking),
        queues=queues.of_programme(found.id, [card.group for card in cards], known, asking),
        districts=_districts(asking),
        home=asking.home,
        years=request.args.getlist("fodd"),
    )


@door.get("/grupper", endpoint="groups")
def list_groups() -> str:
    """Coming groups. The filters stay in the address."""
    asking, known = _asking(), programmes.list_active(access.db())
    chosen = {name: request.args.get(name, "") for name in ("program", "stadsdel", "dag", "lediga", "hem")}
    wanted = next((each.id for each in known if each.code == chosen["program"]), None)
    cards = [card for card in _cards(wanted, asking) if _passes(card.group, chosen, asking)]
    return render_template(
        "parents/groups.html",
        cards=cards,
        chosen=chosen,
        programmes=[(each.code, each.name) for each in known],
        districts=_districts(asking),
        weekdays=[(str(day), texts.weekday_name(day)) for day in range(7)],
        home=asking.home,
    )


def _passes(group: Group, chosen: dict[str, str], asking: Asking) -> bool:
    if chosen["lediga"] and group.free < 1:
        return False
    if chosen["dag"] and str(group.weekday) != chosen["dag"]:
        return False
    return not chosen["stadsdel"] or _district_of(group, asking) == chosen["stadsdel"]


def _district_of(group: Group, asking: Asking) -> str:
    if group.online or group.venue is None:
        return "online"
    return asking.atlas.current(group.venue.district_id).code


def _cards(programme_id: int | None, asking: Asking) -> list[Card]:
    """Coming groups of one programme or of all, soonest first."""
    waiting, known = waitlist.counts(access.db()), waits.typical(access.db())
    coming = groups.list_coming(access.db(), today=today(access.now()), programme_id=programme_id)
    return [_card(group, asking, waiting, known) for group in coming if group.programme.active]


def _card(group: Group, asking: Asking, waiting: Counts, known: Waits) -> Card:
    travel, place = "", _("På nätet")
    if group.venue is not None and not group.online:
        district = asking.atlas.current(group.venue.district_id)
        minutes = asking.minutes(district)
        travel = how_far(minutes) if minutes is not None else ""
        place = _("%(venue)s, %(district)s", venue=group.venue.name, district=district.name)
    return Card(
        group=group,
        when=texts.full_time(at(group.first_day, group.starts_at)),
        place=place,
        travel=travel,
        languages=listed(texts.language_name(code) for code in group.languages),
        places=_places(group, asking, waiting, known),
        free=group.free > 0,
    )


def _places(group: Group, asking: Asking, waiting: Counts, known: Waits) -> str:
    """Free places, else how long the queue is; small numbers are not told, since they could point at somebody."""
    if group.free > 0:
        return ngettext("%(num)d plats kvar", "%(num)d platser kvar", group.free)
    if (wait := queues.of_group(group, known, asking.atlas)) is not None:
        return waits.on_a_card(wait)
    homes = {asking.atlas.current(each.district_id).id for each in group.districts}
    number = sum(count for (kind, home), count in waiting.items() if kind == group.programme_id and home in homes)
    return _("Kö: %(number)s väntar", number=number) if number >= SMALL else _("Kö")
