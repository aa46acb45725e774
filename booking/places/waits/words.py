"""A range as one says it to a family."""

from __future__ import annotations

from booking.base.texts import _, ngettext
from booking.places.waits.curve import Wait


def in_words(wait: Wait) -> str:
    """The range alone: "4–9 veckor", "högst 2 veckor", "minst 30 veckor"."""
    if wait.high_weeks is None:
        return ngettext("minst %(num)d vecka", "minst %(num)d veckor", wait.low_weeks)
    if wait.low_weeks == 0:
        return ngettext("högst %(num)d vecka", "högst %(num)d veckor", wait.high_weeks)
    return _("%(low)s–%(high)s veckor", low=wait.low_weeks, high=wait.high_weeks)


def heading(wait: Wait | None) -> str:
    """When an offer may come, as the heading of a step."""
    return _("Troligen om %(weeks)s", weeks=in_words(wait)) if wait else _("När en plats passar")


def sentence(wait: Wait | None, *, fresh: bool = False) -> str:
    """How much longer it may take, in one sentence, also where we cannot say; `fresh` for who has just registered."""
    if wait is None:
        return _("Vi kan inte säga än hur länge det dröjer.")
    if fresh:
        return _("Vi tror att det dröjer %(weeks)s innan ni får ett erbjudande.", weeks=in_words(wait))
    return _("Vi tror att det dröjer %(weeks)s till.", weeks=in_words(wait))


def how_sure(wait: Wait) -> str:
    """What the range is made of, and how often it holds."""
    where = _("i er stadsdel") if wait.near else _("i hela staden")
    return _(
        "Så har det varit för %(tenths)s av 10 familjer som er, %(where)s de senaste två åren.",
        tenths=wait.share // 10,
        where=where,
    )


def on_a_card(wait: Wait) -> str:
    """What stands on a full group's card."""
    return _("Kö, oftast %(weeks)s", weeks=in_words(wait))
