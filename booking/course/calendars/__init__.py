"""Calendar files: the meetings of a place in an e-mail, at my page's download, and at a private address.

``entries``  one meeting as one person's calendar shows it     ``writing``    entries as a file (RFC 5545, 5546)
``carers``   the entries of a place, and of all a carer's      ``leaders``    the meetings of one's own groups
``enclosed`` what goes with which letter                ``addresses``  private addresses, made and closed

Decided, and why:

- METHOD:PUBLISH, never REQUEST, and no ATTENDEE: a request gets buttons to accept it whose answers go to the sender,
  where nobody reads them, and a family that pressed "no" there would believe that it had told us. A published event
  is taken in without a question, and a file that names nobody shows no family to another. CANCEL goes the same way,
  as RFC 5546 (3.2.5 and 4.1) has it for what was published; both name the city as the organiser, as they must.
- The UID is a keyed hash of carer, meeting and place. It stays when the city changes its address, tells nobody which
  family or meeting it is, and two carers' differ. Who leaves a group and comes back has a new place and new UIDs, so
  that an old cancellation never meets a new meeting.
- SEQUENCE is twice the meeting's `version`, which rises at its every change, and one more once the place is gone. So
  whatever happens last to a meeting or to the place has the highest number, without a counter for each family.
- Times are instants in UTC, which is how they are kept: each meeting is an event of its own, and a term across a
  change to summer time needs no table of zones in the calendar programme, nor has an outdated one any say.
- A calendar is shared at home and at work: the title says no more than that one meets the city, CLASS is PRIVATE,
  and no link of anybody's own is in it. A *discreet* family's entries have neither place nor text.
- No alarm: the city's reminders come by themselves, and a family cannot stop an alarm at our page.
"""

from booking.course.calendars.addresses import Owner, close_address, has_address, list_behind, make_address
from booking.course.calendars.carers import list_all, list_of_place
from booking.course.calendars.enclosed import enclosed
from booking.course.calendars.entries import Entry
from booking.course.calendars.leaders import list_led
from booking.course.calendars.writing import CANCEL, CONTENT_TYPE, PUBLISH, fingerprint, write

__all__ = [
    "CANCEL",
    "CONTENT_TYPE",
    "PUBLISH",
    "Entry",
    "Owner",
    "close_address",
    "enclosed",
    "fingerprint",
    "has_address",
    "list_all",
    "list_behind",
    "list_led",
    "list_of_place",
    "make_address",
    "write",
]
