"""A problem is read piece by piece, and wherever the pieces are cut, it is the same problem or the same refusal."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.allocation import stream
from booking.allocation.files import parse_problem, problem_text
from booking.allocation.rows import ProblemError
from booking.allocation.stream import JsonStream, NotJson
from tests.unit.allocation.test_files import PROBLEM

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def read_whole(text: str) -> dict[str, Any]:
    """Read an object whose lists are read element by element."""
    source = JsonStream(io.StringIO(text))
    found: dict[str, Any] = {}
    for name in source.members():
        found[name] = list(source.elements()) if source.peek() == "[" else source.value()
    source.end()
    return found


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(st.text(max_size=5), values, max_size=5), st.integers(1, 12), st.sampled_from([None, 1]))
def test_whatever_the_pieces_the_values_are_the_same(content: dict[str, Any], piece: int, indent: int | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "PIECE", piece)
        assert read_whole(json.dumps(content, indent=indent)) == content


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet='{}[]",:0 1e.-tn\\x', max_size=12), st.integers(1, 12))
def test_whatever_the_pieces_what_is_no_json_is_refused(text: str, piece: int) -> None:
    try:
        is_object = isinstance(json.loads(text), dict)
    except ValueError:
        is_object = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "PIECE", piece)
        if is_object:
            read_whole(text)
        else:
            with pytest.raises(NotJson):
                read_whole(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"a": 1}\n\n{', "not JSON: Extra data in line 3"),
        ('{"a": 1,\n}', "not JSON: Expecting property name enclosed in double quotes in line 2"),
        ('{"a"\n\n 1}', "not JSON: Expecting ':' delimiter in line 3"),
        ('{"a": [1,\n 2\n 3]}', "not JSON: Expecting ',' delimiter in line 3"),
        ('{"a": [1,\n\n', "not JSON: Expecting value in line 3"),
        ('{"a": "never ends', "not JSON: Unterminated string starting at in line 1"),
        ('{"a": [1', "not JSON: Expecting ',' delimiter in line 1"),
        ('{"a": -Infinity}', "not JSON that can be read: -Infinity is not a number"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON that can be read: Exceeds the limit"),
    ],
)
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_a_fault_is_told_with_its_line(text: str, complaint: str, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PIECE", piece)
    with pytest.raises(NotJson) as refusal:
        read_whole(text)
    assert str(refusal.value).startswith(complaint)


@pytest.mark.parametrize("names", [("families", "groups", "seed", "format"), ("seed", "families", "format", "groups")])
def test_the_parts_of_a_problem_may_come_in_any_order(names: tuple[str, ...]) -> None:
    turned = parse_problem(json.dumps({name: PROBLEM[name] for name in names}))
    assert problem_text(turned) == problem_text(parse_problem(json.dumps(PROBLEM)))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"seed": 7', '"seed": 7, "seed": 7', "the problem: seed is given twice"),
        ('"families": [', '"groups": [], "families": [', "the problem: groups is given twice"),
        ('"id": "g1"', '"id": "g1", "id": "g3"', "group 'g3': id is given twice"),
        ('"size": 1, "choices"', '"size": 1, "size": 2, "choices"', "family 'f2': size is given twice"),
    ],
    ids=["seed", "groups", "a group's id", "a family's size"],
)
def test_what_is_given_twice_is_refused(old: str, new: str, complaint: str) -> None:
    text = json.dumps(PROBLEM)
    assert old in text
    with pytest.raises(ProblemError) as refusal:
        parse_problem(text.replace(old, new, 1))
    assert str(refusal.value) == complaint


@pytest.mark.parametrize("name", ["format", "seed", "groups", "families"])
def test_a_part_that_is_missing_is_named(name: str) -> None:
    rest = {other: value for other, value in PROBLEM.items() if other != name}
    with pytest.raises(ProblemError) as refusal:
        parse_problem(json.dumps(rest))
    assert str(refusal.value) == f"the problem: {name} is missing"


def test_a_remark_of_ones_own_does_no_harm() -> None:
    remark = {"remark": {"from": [1, {"deep": None}]}, **PROBLEM}
    assert problem_text(parse_problem(json.dumps(remark))) == problem_text(parse_problem(json.dumps(PROBLEM)))


def test_families_before_groups_are_checked_against_them_all_the_same() -> None:
    wrong = {**PROBLEM, "families": [{**PROBLEM["families"][0], "choices": ["g9"]}]}
    text = json.dumps({name: wrong[name] for name in ("format", "families", "groups", "seed")})
    with pytest.raises(ProblemError, match="^family 'f1': chooses group 'g9', which is not among the groups$"):
        parse_problem(text)
