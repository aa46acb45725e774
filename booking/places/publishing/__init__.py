"""Publishing: a proposal becomes offers, in waves, each judged once more against the world as it is now.

``selection``   which part of a proposal is meant
``publish``     publish all or some of it; what is left stays proposed, to be published later or thrown away
``offering``    one group's offers: made together or, when too few are left, not at all
``undoing``     take back what nobody has been told yet, and one unanswered offer with an apology

The messages of a publishing wait `Policy.undo_minutes` in the outbox. So long, nothing is shown to the families
either, and all of it can be undone without a word. Loads no engine: the web may call it.
"""

from booking.places.publishing.publish import Published, publish
from booking.places.publishing.selection import Selection, count_left
from booking.places.publishing.undoing import Unsent, take_back, undo, unsent

__all__ = ["Published", "Selection", "Unsent", "count_left", "publish", "take_back", "undo", "unsent"]
