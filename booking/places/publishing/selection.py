"""Which part of a proposal is meant: whole groups, named by themselves or by their programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from booking.catalogue.groups import Group
from booking.places.runs import DecisionState, RunDecision


@dataclass(frozen=True, slots=True)
class Selection:
    """Every group of these programmes, and these groups. An empty selection means nothing at all."""

    programme_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()

    def chooses(self) -> ColumnElement[bool]:
        """As a condition on groups."""
        return Group.programme_id.in_(self.programme_ids) | Group.id.in_(self.group_ids)


def proposed(query: Select[Any], run_id: int, only: Selection | None = None) -> Select[Any]:
    """Narrow a query of decisions to those that propose an offer nobody has published or held back yet."""
    query = query.where(
        RunDecision.run_id == run_id, RunDecision.group_id.is_not(None), RunDecision.state == DecisionState.PROPOSED
    )
    return query if only is None else query.where(RunDecision.group_id.in_(select(Group.id).where(only.chooses())))


def count_left(db: Session, run_id: int, only: Selection | None = None) -> int:
    """How many offers publishing would try to make now."""
    return db.scalar(proposed(select(func.count(RunDecision.id)), run_id, only)) or 0
