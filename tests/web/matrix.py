"""Who may go where: one rule per route and method. A route without a rule here does not pass the tests.

The rules say who a page is for; what a page then shows of others is tested door by door.
"""

from __future__ import annotations

import enum


class Rule(enum.Enum):
    """Whom a route answers. For all others it does not exist (404), or asks who they are at a signed-in door."""

    PUBLIC = "everyone"
    KNOWS_CODE = "everyone who knows the unguessable code in the address"
    DEMO_ONLY = "everyone in a demo; elsewhere the route does not exist"
    HAS_LINK = "whoever holds a link of their own"
    OWN_LINK = "whoever holds a link of the family that the thing belongs to"
    LEADERS = "every leader"
    LEADER_OF = "the leaders of the group"
    STAFF = "every coordinator, and the centre"
    STAFF_OF_DISTRICT = "the coordinators of the family's or the group's district, and the centre"
    CENTRAL = "the centre alone"


SIGNED_IN = frozenset({Rule.LEADERS, Rule.LEADER_OF, Rule.STAFF, Rule.STAFF_OF_DISTRICT, Rule.CENTRAL})


# Posted to by machines, which have no page of ours: their own secret stands in the address.
FROM_OUTSIDE = frozenset({"unsubscribing.stop", "gateway.receipt", "gateway.answer"})


class Visitor(enum.Enum):
    """Who comes. A parent comes with a link of their own, the others sign in."""

    NOBODY = "nobody"
    AMINA = "amina"  # A parent in Farsta.
    BEN = "ben"  # A parent in Skarpnäck.
    CARLA = "carla"  # Leads the groups in Farsta.
    DENIZ = "deniz"  # Leads the groups in Skarpnäck.
    EVA = "eva"  # Coordinates Farsta.
    FILIP = "filip"  # Coordinates Skarpnäck.
    GRETA = "greta"  # Coordinates the whole city.
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Side(enum.Enum):
    """Whose things an address is about."""

    FARSTA = "farsta"
    SKARPNACK = "skarpnack"


PARENTS = {Visitor.AMINA: Side.FARSTA, Visitor.BEN: Side.SKARPNACK}
LEADERS = {Visitor.CARLA: Side.FARSTA, Visitor.DENIZ: Side.SKARPNACK}
COORDINATORS = {Visitor.EVA: Side.FARSTA, Visitor.FILIP: Side.SKARPNACK}


def may(visitor: Visitor, rule: Rule, side: Side) -> bool:
    """True when the rule opens the route for the visitor, in an address about that side's things."""
    staff = visitor in COORDINATORS or visitor is Visitor.GRETA
    return {
        Rule.PUBLIC: True,
        Rule.KNOWS_CODE: True,
        Rule.DEMO_ONLY: True,
        Rule.HAS_LINK: visitor in PARENTS,
        Rule.OWN_LINK: PARENTS.get(visitor) is side,
        Rule.LEADERS: visitor in LEADERS,
        Rule.LEADER_OF: LEADERS.get(visitor) is side,
        Rule.STAFF: staff,
        Rule.STAFF_OF_DISTRICT: COORDINATORS.get(visitor) is side or visitor is Visitor.GRETA,
        Rule.CENTRAL: visitor is Visitor.GRETA,
    }[rule]


RULES: dict[tuple[str, str], Rule] = {
    ("static", "GET"): Rule.PUBLIC,
    ("root", "GET"): Rule.PUBLIC,
    ("health.alive", "GET"): Rule.PUBLIC,
    ("health.ready", "GET"): Rule.PUBLIC,
    ("signin.form", "GET"): Rule.PUBLIC,
    ("signin.form", "POST"): Rule.PUBLIC,
    ("signin.sign_out", "POST"): Rule.PUBLIC,
    ("gateway.receipt", "POST"): Rule.KNOWS_CODE,
    ("gateway.answer", "POST"): Rule.KNOWS_CODE,
    ("dev.outbox", "GET"): Rule.DEMO_ONLY,
    ("dev.answer", "POST"): Rule.DEMO_ONLY,
    ("dev.clock", "GET"): Rule.DEMO_ONLY,
    ("dev.clock", "POST"): Rule.DEMO_ONLY,
    ("parents.start", "GET"): Rule.PUBLIC,
    ("parents.find", "GET"): Rule.PUBLIC,
    ("parents.programme", "GET"): Rule.PUBLIC,
    ("parents.groups", "GET"): Rule.PUBLIC,
    ("parents.fair", "GET"): Rule.PUBLIC,
    ("parents.privacy", "GET"): Rule.PUBLIC,
    ("parents.accessibility", "GET"): Rule.PUBLIC,
    ("parents.register", "GET"): Rule.PUBLIC,
    ("parents.register_start", "POST"): Rule.PUBLIC,
    ("parents.register_step", "GET"): Rule.PUBLIC,
    ("parents.register_step", "POST"): Rule.PUBLIC,
    ("parents.register_check", "GET"): Rule.PUBLIC,
    ("parents.register_send", "POST"): Rule.PUBLIC,
    ("parents.confirm", "GET"): Rule.KNOWS_CODE,
    ("parents.confirm", "POST"): Rule.KNOWS_CODE,
    ("parents.confirm_again", "POST"): Rule.KNOWS_CODE,
    ("parents.resend", "GET"): Rule.PUBLIC,
    ("parents.resend", "POST"): Rule.PUBLIC,
    ("parents.resent", "GET"): Rule.PUBLIC,
    ("parents.thanks", "GET"): Rule.HAS_LINK,
    ("parents.thanks_earlier", "POST"): Rule.HAS_LINK,
    ("short.mine", "GET"): Rule.HAS_LINK,
    ("short.offer", "GET"): Rule.HAS_LINK,
    ("short.invitation", "GET"): Rule.HAS_LINK,
    ("short.still_wanted", "GET"): Rule.HAS_LINK,
    ("parents.still_wanted", "GET"): Rule.HAS_LINK,
    ("parents.still_wanted_yes", "POST"): Rule.HAS_LINK,
    ("parents.mine", "GET"): Rule.HAS_LINK,
    ("parents.change", "GET"): Rule.OWN_LINK,
    ("parents.change", "POST"): Rule.OWN_LINK,
    ("parents.offer", "GET"): Rule.OWN_LINK,
    ("parents.accept", "POST"): Rule.OWN_LINK,
    ("parents.decline", "POST"): Rule.OWN_LINK,
    ("parents.accepted", "GET"): Rule.OWN_LINK,
    ("parents.invitation", "GET"): Rule.OWN_LINK,
    ("parents.invitation_yes", "POST"): Rule.OWN_LINK,
    ("parents.invitation_no", "POST"): Rule.OWN_LINK,
    ("parents.take", "POST"): Rule.OWN_LINK,
    ("parents.stay", "POST"): Rule.OWN_LINK,
    ("parents.leave", "GET"): Rule.OWN_LINK,
    ("parents.leave_now", "POST"): Rule.OWN_LINK,
    ("parents.away", "POST"): Rule.OWN_LINK,
    ("parents.coming", "POST"): Rule.OWN_LINK,
    ("parents.interest", "GET"): Rule.OWN_LINK,
    ("parents.interest_yes", "POST"): Rule.OWN_LINK,
    ("parents.interest_no", "POST"): Rule.OWN_LINK,
    ("parents.calendar", "GET"): Rule.HAS_LINK,
    ("parents.calendar", "POST"): Rule.HAS_LINK,
    ("parents.calendar_file", "GET"): Rule.HAS_LINK,
    ("parents.calendar_close", "POST"): Rule.HAS_LINK,
    ("parents.messages", "GET"): Rule.HAS_LINK,
    ("parents.contact", "GET"): Rule.HAS_LINK,
    ("parents.contact", "POST"): Rule.HAS_LINK,
    ("parents.messages", "POST"): Rule.HAS_LINK,
    ("unsubscribing.stop", "GET"): Rule.KNOWS_CODE,
    ("unsubscribing.stop", "POST"): Rule.KNOWS_CODE,
    ("feeds.calendar", "GET"): Rule.KNOWS_CODE,
    ("leaders.today", "GET"): Rule.LEADERS,
    ("leaders.calendar", "GET"): Rule.LEADERS,
    ("leaders.calendar", "POST"): Rule.LEADERS,
    ("leaders.calendar_close", "POST"): Rule.LEADERS,
    ("leaders.group", "GET"): Rule.LEADER_OF,
    ("leaders.paper", "GET"): Rule.LEADER_OF,
    ("leaders.meeting", "GET"): Rule.LEADER_OF,
    ("leaders.save", "POST"): Rule.LEADER_OF,
    ("leaders.follow_ups", "GET"): Rule.LEADERS,
    ("leaders.contact", "GET"): Rule.LEADER_OF,
    ("leaders.contact", "POST"): Rule.LEADER_OF,
    ("staff.overview", "GET"): Rule.STAFF,
    ("staff.queue", "GET"): Rule.STAFF,
    ("staff.calls_list", "GET"): Rule.STAFF,
    ("staff.call", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.call_said", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.call_sms", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.call_number", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.call_number", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.call_leaves", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.call_leaves", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.registration", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.spoken", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.spoken", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.withdraw", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.withdraw", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.by_hand", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.by_hand", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.offers", "GET"): Rule.STAFF,
    ("staff.take_back", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.take_back", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.runs", "GET"): Rule.STAFF,
    ("staff.run_request", "POST"): Rule.STAFF,
    ("staff.run", "GET"): Rule.STAFF,
    ("staff.publish", "GET"): Rule.STAFF,
    ("staff.publish", "POST"): Rule.CENTRAL,
    ("staff.discard", "POST"): Rule.CENTRAL,
    ("staff.run_families", "GET"): Rule.STAFF,
    ("staff.run_group", "GET"): Rule.STAFF,
    ("staff.group_line", "GET"): Rule.STAFF,
    ("staff.run_compare", "GET"): Rule.STAFF,
    ("staff.publish_choose", "GET"): Rule.STAFF,
    ("staff.publish_undo", "GET"): Rule.CENTRAL,
    ("staff.publish_undo", "POST"): Rule.CENTRAL,
    ("staff.exclude", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.exclude", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.release", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.steers", "GET"): Rule.STAFF,
    ("staff.steer", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.steer_lift", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.pin", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.pin", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.leave_out", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.leave_out", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.trial_new", "GET"): Rule.STAFF,
    ("staff.trial_new", "POST"): Rule.STAFF,
    ("staff.trial_apply", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.trial_apply", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.autopilots", "GET"): Rule.CENTRAL,
    ("staff.autopilot", "GET"): Rule.CENTRAL,
    ("staff.autopilot", "POST"): Rule.CENTRAL,
    ("staff.autopilot_restart", "GET"): Rule.CENTRAL,
    ("staff.autopilot_restart", "POST"): Rule.CENTRAL,
    ("staff.groups", "GET"): Rule.STAFF,
    # Any coordinator may look at a group to place a family there; names are shown of those whom they may see.
    ("staff.group", "GET"): Rule.STAFF,
    ("staff.group_new", "GET"): Rule.STAFF,
    ("staff.group_new", "POST"): Rule.STAFF,
    ("staff.group_open", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_change", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_change", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_cancel", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_cancel", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.alarm_settled", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.interest", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.interest", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_decide_later", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_decide_later", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_postpone", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_postpone", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_merge", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_merge", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_lower", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.group_lower", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.meeting_cancel", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.meeting_cancel", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.reminders", "GET"): Rule.STAFF,
    ("staff.reminder_plan", "GET"): Rule.CENTRAL,
    ("staff.reminder_plan", "POST"): Rule.CENTRAL,
    ("staff.openings", "GET"): Rule.STAFF,
    ("staff.openings_request", "POST"): Rule.STAFF,
    ("staff.wait_check", "GET"): Rule.STAFF,
    ("staff.certificates", "GET"): Rule.STAFF,
    ("staff.certificate_new", "GET"): Rule.CENTRAL,
    ("staff.certificate_new", "POST"): Rule.CENTRAL,
    ("staff.certificate_end", "GET"): Rule.CENTRAL,
    ("staff.certificate_end", "POST"): Rule.CENTRAL,
    ("staff.messages", "GET"): Rule.STAFF,
    ("staff.texts", "GET"): Rule.CENTRAL,
    ("staff.text", "GET"): Rule.CENTRAL,
    ("staff.text", "POST"): Rule.CENTRAL,
    ("staff.text_back", "GET"): Rule.CENTRAL,
    ("staff.text_back", "POST"): Rule.CENTRAL,
    ("staff.message_sure", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.message_again", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.message_now", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.messages_again", "GET"): Rule.STAFF,
    ("staff.messages_again", "POST"): Rule.STAFF,
    ("staff.message_costs", "GET"): Rule.CENTRAL,
    ("staff.message_health", "GET"): Rule.CENTRAL,
    ("staff.message_holds", "GET"): Rule.CENTRAL,
    ("staff.message_hold", "GET"): Rule.CENTRAL,
    ("staff.message_hold", "POST"): Rule.CENTRAL,
    ("staff.message_lift", "POST"): Rule.CENTRAL,
    ("staff.family_messages", "GET"): Rule.STAFF_OF_DISTRICT,
    ("staff.family_message", "POST"): Rule.STAFF_OF_DISTRICT,
    ("staff.replies_read", "POST"): Rule.STAFF_OF_DISTRICT,
}
