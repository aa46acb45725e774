"""Problem files are read as published, and refused whole when anything in them is wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from booking.allocation import files
from booking.allocation.rows import ProblemError

PROBLEM: dict[str, Any] = {
    "format": "likaplats-allocation/1",
    "seed": 7,
    "groups": [
        {
            "id": "g1",
            "programme": "abc",
            "districts": ["farsta"],
            "start": "2027-01-14",
            "capacity": 4,
            "confirmed": 3,
            "minimum": 4,
            "guest_places": 4,
        },
        {
            "id": "g2",
            "programme": "dad",
            "districts": ["*"],
            "start": "2027-01-14",
            "capacity": 4,
            "confirmed": 0,
            "minimum": 4,
            "guest_places": 0,
        },
    ],
    "families": [
        {
            "id": "f1",
            "programme": "abc",
            "district": "farsta",
            "waiting_since": "2026-03-14T09:00:00Z",
            "size": 1,
            "flexible": False,
            "cancelled": False,
            "choices": ["g1"],
        },
        {
            "id": "f2",
            "programme": "abc",
            "district": "farsta",
            "waiting_since": "2026-05-02T11:00:00+02:00",
            "size": 1,
            "choices": ["g1"],
            "lot": 0.25,
        },
    ],
}


def test_the_result_is_written_as_published(tmp_path: Path) -> None:
    source, target = tmp_path / "problem.json", tmp_path / "result.json"
    source.write_text(json.dumps(PROBLEM), encoding="utf-8")
    files.run(source, target, time_limit=5.0)
    result = json.loads(target.read_text(encoding="utf-8"))
    assert isinstance(result.pop("seconds"), float)
    assert result == {
        "format": "likaplats-allocation-result/1",
        "placements": [{"family": "f1", "group": "g1"}],
        "started": ["g1"],
        "exceptions": [],
        "seats": 4,
        "bound": 4,
        "proven": True,
        "stopped_early": False,
        "reasons": {
            "f1": {
                "code": "placed_resident",
                "group": "g1",
                "values": {"choice": 1, "since": "2026-03-14"},
            },
            "f2": {
                "code": "full_longer_wait",
                "group": "g1",
                "values": {"limit": "2026-03-14", "since": "2026-05-02"},
            },
        },
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "result.json"]


MISSING = "(left out)"


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        ("format", "likaplats-allocation/2", "the problem: format is 'likaplats-allocation/2', not"),
        ("seed", MISSING, "the problem: seed is missing"),
        ("seed", 1.5, "the problem: seed is not a whole number"),
        ("groups", {}, "the problem: groups is not a list"),
        ("groups 0", 5, "group number 1 is not a JSON object"),
        ("groups 0 id", MISSING, "group number 1: id is missing"),
        ("groups 0 id", 5, "group number 1: id is not a text"),
        ("groups 0 start", "2027-02-30", "group 'g1': start is '2027-02-30', not a date"),
        ("groups 0 start", "20270114", "group 'g1': start is '20270114', not a date"),
        ("groups 0 start", None, "group 'g1': start is not a text"),
        ("groups 0 capacity", True, "group 'g1': capacity is not a whole number"),
        ("groups 0 capacity", "12", "group 'g1': capacity is not a whole number"),
        ("groups 0 minimum", -1, "group 'g1': minimum is negative (-1)"),
        ("groups 0 districts", "farsta", "group 'g1': districts is not a list"),
        ("groups 0 districts", [1], "group 'g1': districts holds something that is not a text"),
        ("groups 1 id", "g1", "group 'g1': the id is used twice"),
        ("families 0 size", 3, "family 'f1': size is 3, not 1 or 2"),
        ("families 0 size", 1.0, "family 'f1': size is not a whole number"),
        ("families 0 flexible", 1, "family 'f1': flexible is neither true nor false"),
        ("families 0 lot", "first", "family 'f1': lot is not a number"),
        ("families 0 waiting_since", "in March", "family 'f1': waiting_since is 'in March', not a time"),
        ("families 0 waiting_since", "2026-03-14T09:00:00", "family 'f1': waiting_since is"),
        ("families 0 waiting_since", "0001-01-01T00:00:00+02:00", "family 'f1': waiting_since is"),
        ("families 0 choices", ["g9"], "family 'f1': chooses group 'g9', which is not among the groups"),
        ("families 0 choices", ["g2"], "family 'f1': chooses group 'g2' of programme 'dad'"),
        ("families 0 choices", ["g1", "g1"], "family 'f1': a group is chosen twice"),
        ("families 1 id", "f1", "family 'f1': the id is used twice"),
        ("families 1 district", MISSING, "family 'f2': district is missing"),
        ("families 0 id", "two\nlines", "family 'two\\nlines': "),
    ],
    ids=str,
)
def test_a_wrong_record_is_refused_in_one_line_and_nothing_is_written(
    tmp_path: Path, place: str, value: object, complaint: str
) -> None:
    problem = copy.deepcopy(PROBLEM)
    *path, last = [int(step) if step.isdigit() else step for step in place.split()]
    record: Any = problem
    for step in path:
        record = record[step]
    if value is MISSING:
        del record[last]
    else:
        record[last] = value
    if "\n" in str(value):
        record["size"] = 9
    source, target = tmp_path / "problem.json", tmp_path / "result.json"
    source.write_text(json.dumps(problem), encoding="utf-8")
    with pytest.raises(ProblemError) as refusal:
        files.run(source, target)
    assert str(refusal.value).startswith(complaint)
    assert "\n" not in str(refusal.value)
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "the problem is not JSON: Expecting value in line 1"),
        (b"{\n'a': 1}", "the problem is not JSON: Expecting property name"),
        (b"[]", "the problem is not a JSON object"),
        (b'{"seed": NaN}', "the problem is not JSON that can be read: NaN is not a number"),
        (b"\xff\xfe", "the problem is not UTF-8 text"),
        (b"[" * 100_000, "the problem is not JSON that can be read"),
    ],
    ids=["empty", "single quotes", "a list", "NaN", "not UTF-8", "nested without end"],
)
def test_a_file_that_is_no_problem_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    source = tmp_path / "problem.json"
    source.write_bytes(content)
    with pytest.raises(ProblemError) as refusal:
        files.read_problem(source)
    assert str(refusal.value).startswith(complaint)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"^the problem cannot be read: No such file or directory$"):
        files.read_problem(tmp_path / "nothing.json")


def test_a_result_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "problem.json"
    source.write_text(json.dumps(PROBLEM), encoding="utf-8")
    with pytest.raises(ProblemError, match="^the result cannot be written: "):
        files.run(source, tmp_path / "nowhere" / "result.json")
    assert [path.name for path in tmp_path.iterdir()] == ["problem.json"]


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_limit_is_a_number_of_seconds(tmp_path: Path, limit: float) -> None:
    with pytest.raises(ProblemError, match="time limit"):
        files.run(tmp_path / "a", tmp_path / "b", time_limit=limit)
