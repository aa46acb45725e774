"""Open invitations: the last places of a group that begins soon go to the first who answers, and it is said plainly.

In the last days before a group begins (`Policy.reply_last_days`) there is no time for one offer after another. When
the group starts anyway and has places left, every family that ticked *short notice*, waits without an offer, does not
rest and can come is told at the same moment, once for each group, in waking hours. The first to press the button has
the place. A longer wait gives no precedence here: all were told at once, and whoever becomes able later is told
within a minute too. The hold for residents, the places for guests and everything else stand as always.

So that nobody slips in between, such places go by invitation alone: no run gives them away, and nobody takes them
at once from their page (`goes_by_invitation`). A no costs nothing and is not a no to anything else; silence neither
pauses nor costs anything. An invitation ends with the group's first meeting, and rests when that is put off;
while the group is full, its page says so.

``invitation``  the mapped class, its states, who goes by invitation
``inviting``    who is invited, and the round that invites them
``answering``   the first to answer gets the place
"""

from booking.places.invitations.answering import TAKEN, accept, decline, has_room, in_the_way, may_be_answered
from booking.places.invitations.invitation import (
    Invitation,
    InvitationState,
    Refused,
    get_by_code,
    goes_by_invitation,
    list_open,
)
from booking.places.invitations.inviting import end_over, invite, list_due

__all__ = [
    "TAKEN",
    "Invitation",
    "InvitationState",
    "Refused",
    "accept",
    "decline",
    "end_over",
    "get_by_code",
    "goes_by_invitation",
    "has_room",
    "in_the_way",
    "invite",
    "list_due",
    "list_open",
    "may_be_answered",
]
