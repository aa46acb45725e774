"""SMS that a family has answered with: when, from whom, what became of each.

Only those whose code says from whom they are: a shared number alone tells nobody's family.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from booking.base.texts import lazy
from booking.course.replies import Reply, ReplyState
from booking.people.registrations import Registration
from booking.web import access

MOST = 50
BECAME = {
    ReplyState.ACCEPTED: lazy("Tog platsen"),
    ReplyState.DECLINED: lazy("Tackade nej"),
    ReplyState.COMING: lazy("Kommer till träffen"),
    ReplyState.AWAY: lazy("Kan inte komma till träffen"),
    ReplyState.SAME: lazy("Var redan besvarat så"),
    ReplyState.CLOSED: lazy("Kom för sent"),
    ReplyState.STOPPED: lazy("Vill inte ha sms"),
    ReplyState.STARTED: lazy("Vill ha sms igen"),
    ReplyState.HELPED: lazy("Bad om hjälp"),
    ReplyState.UNCLEAR: lazy("Gick inte att förstå"),
    ReplyState.IGNORED: lazy("Ledde inte till något"),
}


def list_from(registration: Registration) -> Sequence[Reply]:
    """The latest answers of the registration's carers, newest first."""
    theirs = Reply.carer_id.in_([carer.id for carer in registration.carers])
    return access.db().scalars(select(Reply).where(theirs).order_by(Reply.id.desc()).limit(MOST)).all()
