"""Letters to a family that waits: that it is still in the queue, and once a year whether it still wants to be.

The thing of a message is the family for `still_waiting` and the question for `still_wanted`; either is about all that
the carer's family waits for at that moment.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.course import waiting_news
from booking.course.letters.writing import Look, Matter
from booking.outbox.letters import Dropped
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import waits
from booking.places.waits import Wait


def _still_waiting(db: Session, message: Message, carer: Carer, now: datetime) -> Matter | Dropped:
    found = waiting_news.still_waiting(db, message.thing_id, now=now)
    mine = [each for each in found if carer in each.carers]
    if not mine:
        return Dropped("the family does not wait in peace any more")
    return Matter({"waits": [_line(db, each, now) for each in mine], "sentence": waits.sentence})


def _line(db: Session, registration: Registration, now: datetime) -> tuple[object, object, Wait | None]:
    wait = waits.expected(db, registration, now=now)
    return registration.programme, today(registration.waiting_since), wait


def _still_wanted(db: Session, message: Message, carer: Carer, now: datetime) -> Matter | Dropped:
    mine = [each.registration for each in waiting_news.list_to_answer(db, carer)]
    if not mine:
        return Dropped("it was answered, or the family does not wait any more")
    return Matter({"waits": [(each.programme, today(each.waiting_since)) for each in mine]}, path="k")


LOOKS: dict[str, Look] = {"still_waiting": _still_waiting, "still_wanted": _still_wanted}
