"""Every form of the site filled in as somebody would, and whatever hidden the page had put in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wtforms.fields.core import UnboundField

from booking.web.forms import Form
from tests.cast import PASSWORD
from tests.web.matrix import RULES, Side, Visitor
from tests.web.odd import visitor_for
from tests.web.parents.wizard import SARA
from tests.web.town import Town

Fields = dict[str, list[str]]
HIDDEN = re.compile(r'name="(seen|version|choice)"[^>]*\bvalue="([^"]*)"')
WHY: Fields = {"reason": ["Familjen ringde"]}
SIZES: Fields = {"capacity": ["12"], "minimum": ["2"], "resident_places": ["3"], "hold_until": ["2027-01-20"]}
# The rest of the posts are buttons: what they ask for stands in their address.
FILLED: dict[str, Fields] = {
    "signin.form": {"email": ["eva@example.org"], "password": [PASSWORD]},
    "gateway.receipt": {"id": ["s70df59406a1b4643b96f3f91e0bfb7b0"], "status": ["delivered"]},
    "gateway.answer": {"id": ["s1"], "from": ["+46701740605"], "to": ["+46766861234"], "message": ["Ja K7"]},
    "dev.answer": {"message": ["1"], "answer": ["Ja K7"]},
    "dev.clock": {"step": ["day"]},
    "parents.register_start": {"fodd": ["2019", "2021"], "program": ["abc"], "hem": ["farsta"]},
    "parents.register_step": {name: list(texts) for name, texts in SARA["barn"].items()},
    "parents.confirm": {"channel": ["email"], "code": ["123456"]},
    "parents.confirm_again": {"channel": ["sms"]},
    "parents.resend": {"contact": ["070-174 06 05"]},
    "parents.change": {"districts": ["1", "2"], "weekdays": ["1", "3"], "online": ["y"], "flexible": ["y"]},
    "parents.contact": {"mobile": ["070-174 06 06"]},
    "parents.messages": {"way": ["email"], "language": ["so"], "discreet": ["y"]},
    "parents.decline": {"not_weekday": ["y"], "not_place": ["y"]},
    "parents.leave_now": {"stay": ["no"]},
    "leaders.contact": {"kind": ["called"], "day": ["2027-01-04"]},
    "leaders.save": {"tick-1-1": [""], "shown-1-1": [""], "everyone_else": ["1"]},
    "staff.spoken": WHY,
    "staff.call_leaves": WHY,
    "staff.call_number": {"mobile": ["070-174 06 09"]},
    "staff.withdraw": WHY,
    "staff.by_hand": WHY | {"how": ["offer"]},
    "staff.take_back": WHY,
    "staff.exclude": WHY,
    "staff.publish_undo": WHY,
    "staff.leave_out": WHY,
    "staff.pin": WHY,
    "staff.trial_new": {"sizes-0-capacity": ["10"], "sizes-0-minimum": ["2"]},
    "staff.trial_apply": WHY,
    "staff.autopilot": WHY
    | {"on": ["on"], "most_a_day": ["20"], "from_hour": ["9"], "until_hour": ["17"]}
    | {"most_refused": ["50"], "most_failed": ["20"], "answers": ["10"]},
    "staff.autopilot_restart": WHY,
    "staff.group_new": SIZES
    | {"programme": ["1"], "districts": ["1"], "venue": ["1"], "organiser": ["0"], "languages": ["sv", "so"]}
    | {"first_day": ["2027-03-02"], "starts_at": ["17.30"], "leaders": ["1", "2"], "childcare": ["y"]},
    "staff.group_change": SIZES | WHY | {"leaders": ["1"]},
    "staff.group_cancel": WHY,
    "staff.group_decide_later": WHY,
    "staff.group_postpone": WHY,
    "staff.group_merge": WHY,
    "staff.group_lower": WHY,
    "staff.interest": WHY,
    "staff.meeting_cancel": WHY,
    "staff.reminder_plan": WHY
    | {"first_days": ["7, 1"], "later_days": ["1"], "later_morning": ["y"], "day_at": ["12.00"]}
    | {"morning_at": ["08.00"], "bring_sv": ["inneskor"], "bring_so": ["kabo"]},
    "staff.certificate_new": {"leader": ["1"], "programme": ["2"], "first": ["2027-01-04"], "last": ["2028-01-04"]},
    "staff.certificate_end": WHY,
    "staff.text": WHY | {"text": ["Hej! Vi har en plats till er: {länk}"], "do": ["save"]},
    "staff.text_back": WHY,
    "staff.message_hold": WHY,
}

# The field in which a form names a group.
GROUPS = {"parents.take": "group", "staff.pin": "group", "staff.trial_new": "sizes-0-group"}

# What is chosen in the address before the form is there.
CHOSEN = {"staff.group_decide_later": "2027-01-20", "staff.group_postpone": "2027-02-16", "staff.group_lower": "5"}


def filled(town: Town, endpoint: str) -> Fields:
    """The form of the route as its page has it, filled in."""
    fields = dict(FILLED.get(endpoint, {}))
    if endpoint in GROUPS:
        fields[GROUPS[endpoint]] = [town.things[Side.FARSTA].group]
    if endpoint == "staff.call_number":
        fields["carer"] = [town.things[Side.FARSTA].carer]
    if (endpoint, "GET") in RULES:
        chosen = CHOSEN | {"staff.group_merge": town.things[Side.SKARPNACK].group}
        query = {"val": chosen[endpoint]} if endpoint in chosen else {}
        page = town.browser(visitor(endpoint)).get(address(town, endpoint, "GET"), query_string=query)
        fields |= {name: [text] for name, text in HIDDEN.findall(page.text)}
    return fields


def address(town: Town, endpoint: str, method: str = "POST") -> str:
    """The route's address for whoever it is for, about Farsta's things."""
    return town.path(town.routes()[endpoint, method], Side.FARSTA, town.token(visitor(endpoint)))


def visitor(endpoint: str) -> Visitor:
    """Who posts there."""
    return visitor_for(RULES[endpoint, "POST"])


def every_field() -> list[str]:
    """The name of every field of every form there is, and of those that a button brings."""
    known = {name for fields in FILLED.values() for name in fields} | {
        "group",
        "seen",
        "version",
        "choice",
        "csrf_token",
    }
    return sorted(known | {name for form in _forms(Form) for name in _fields(form)})


def _forms(form: type[Form]) -> Iterator[type[Form]]:
    yield form
    for each in form.__subclasses__():
        yield from _forms(each)


def _fields(form: type[Form]) -> list[str]:
    return [name for name, value in vars(form).items() if isinstance(value, UnboundField)]
