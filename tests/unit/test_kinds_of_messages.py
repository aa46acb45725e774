"""Every kind of message that can be sent has a name that staff understand."""

from __future__ import annotations

from booking import composers
from booking.outbox import kinds
from config import Settings


def every_kind() -> set[str]:
    settings = Settings(database_url="sqlite://", secret_key="", data_keys=(), lookup_key="")
    return set(composers.build(settings))


def test_every_kind_that_somebody_composes_has_a_name_for_staff() -> None:
    assert every_kind() - kinds.KINDS.keys() == set()


def test_no_kind_is_named_that_nobody_composes() -> None:
    assert kinds.KINDS.keys() - every_kind() == set()


def test_a_code_and_a_link_go_at_night_and_an_offer_does_not() -> None:
    assert [kinds.is_urgent(kind) for kind in ("confirm", "link", "offer")] == [True, True, False]


def test_a_kind_without_a_name_is_shown_as_it_is_written() -> None:
    assert (kinds.label("offer"), kinds.label("something_new")) == ("Erbjudande", "something_new")
