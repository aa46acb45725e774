"""`flask --app booking allocate PROBLEM RESULT`: what it leaves behind and what it says, when all is well or not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from booking import commands
from booking.allocation import files
from booking.allocation.engine import allocate
from booking.allocation.reasons import Reason
from tests.unit.allocation.test_files import PROBLEM

ROOT = Path(__file__).resolve().parent.parent.parent
SAYS = "1 of 2 families placed, 4 seats (the best there is)."


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """A problem of two families, on file."""
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM), encoding="utf-8")
    return path


def run(*words: object) -> Result:
    """Run the command where there are no settings and no database."""
    app = commands.only("LIKAPLATS_SECRET_KEY is not set.")
    return app.test_cli_runner().invoke(args=["allocate", *map(str, words)])


def refusal(*words: object) -> str:
    """Return the one line with which the command ends."""
    found = run(*words)
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (2, "", 1), found.output
    return found.stderr.removeprefix("Error: ").strip()


@pytest.mark.parametrize(
    "options", [(), ("--fast",), ("--time-limit", "5"), ("--fast", "--time-limit", "0.01")], ids=str
)
def test_it_ends_with_0_and_says_what_came_of_it(problem: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    found = run(problem, tmp_path / "result.json", *options)
    assert (found.exit_code, found.stdout.strip(), found.stderr) == (0, SAYS, "")
    assert json.loads((tmp_path / "result.json").read_text())["placements"] == [{"family": "f1", "group": "g1"}]


def test_a_file_that_begins_with_a_byte_order_mark_is_read(problem: Path, tmp_path: Path) -> None:
    problem.write_bytes(b"\xef\xbb\xbf" + problem.read_bytes())
    assert run(problem, tmp_path / "result.json").exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"capacity": 4', '"capacity": 1' + "0" * 30, "group 'g1': capacity is too large (1"),
        ('"capacity": 4', '"capacity": 1' + "0" * 5000, "the problem is not JSON that can be read: Exceeds the limit"),
        ('"capacity": 4', '"capacity": 1e3', "group 'g1': capacity is not a whole number"),
        ('"lot": 0.25', '"lot": 1e999', "family 'f2': lot is inf, not a number"),
        ('"size": 1', '"size": 1, "size": 1', "family 'f1': size is given twice"),
        ('"families": [', '"families": [[],', "family number 1 is not a JSON object"),
        ("2026-03-14T", "+002026-03-14T", "family 'f1': waiting_since is '+002026-03-14T09:00:00Z', not a time"),
        ('"f1", "programme": "abc"', '"f\\u0000\\n\\ud800", "programme": ""', "family 'f\\x00\\n\\ud800': an id, a"),
    ],
    ids=["10^30", "10^5000", "1e3", "infinite", "twice", "a list", "a long year", "an odd id"],
)
def test_one_line_names_the_record_that_is_wrong(
    problem: Path, tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in problem.read_text()
    problem.write_text(problem.read_text().replace(old, new, 1))
    assert refusal(problem, tmp_path / "result.json").startswith(complaint)
    assert not (tmp_path / "result.json").exists()


def test_a_seed_and_a_lot_may_be_as_large_as_they_like(problem: Path, tmp_path: Path) -> None:
    text = problem.read_text().replace('"seed": 7', f'"seed": {10**40}').replace('"lot": 0.25', f'"lot": -{10**40}')
    problem.write_text(text)
    assert run(problem, tmp_path / "result.json").exit_code == 0


def test_what_cannot_be_read_or_written_is_said(problem: Path, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    assert refusal(tmp_path, result) == "the problem cannot be read: Is a directory"
    assert refusal(tmp_path / "nothing.json", result) == "the problem cannot be read: No such file or directory"
    assert refusal(problem, tmp_path) == "the result cannot be written: Is a directory"
    assert refusal(problem, "/") == "the result cannot be written: Is a directory"
    assert (
        refusal(problem, tmp_path / "no" / "folder.json") == "the result cannot be written: No such file or directory"
    )
    assert refusal(problem, problem / "below.json") == "the result cannot be written: Not a directory"
    assert refusal(problem, tmp_path / ("x" * 250)) == "the result cannot be written: File name too long"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json"]


def test_an_old_result_stays_when_there_is_no_new_one(problem: Path, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text("as it was")
    problem.write_text("{")
    refusal(problem, result)
    assert result.read_text() == "as it was"


def test_a_link_to_a_result_stays_a_link(problem: Path, tmp_path: Path) -> None:
    result, link = tmp_path / "result.json", tmp_path / "link.json"
    result.write_text("as it was")
    link.symlink_to(result)
    assert run(problem, link).exit_code == 0
    assert link.is_symlink()
    assert json.loads(result.read_text())["seats"] == 4


def test_a_result_can_go_to_where_there_is_no_file(problem: Path) -> None:
    assert run(problem, "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


class Interrupted(dict[str, Reason]):
    """Reasons during whose writing somebody presses Ctrl-C."""

    def __iter__(self) -> Iterator[str]:
        yield next(super().__iter__())
        raise KeyboardInterrupt


def test_ctrl_c_while_the_result_is_written_leaves_the_old_one_and_nothing_half(problem: Path, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text("as it was")
    plan = allocate(files.read_problem(problem))
    with pytest.raises(KeyboardInterrupt):
        files.write_result(result, replace(plan, reasons=Interrupted(plan.reasons)))
    assert result.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "result.json"]


def test_ctrl_c_while_the_problem_is_read_ends_without_a_result(tmp_path: Path) -> None:
    """The problem is a pipe whose other end keeps it waiting, so that it is known where the signal hits."""
    pipe, result = tmp_path / "problem.json", tmp_path / "result.json"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "flask", "--app", "booking", "allocate", str(pipe), str(result)]
    # Whoever runs the tests in the background has Ctrl-C switched off, and a child inherits that.
    switched = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, switched)
    with process, pipe.open("w") as other_end:
        other_end.write('{"format": "likaplats-allocation/1", "groups": [')
        other_end.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (1, "", "Aborted!")
    assert [path.name for path in tmp_path.iterdir()] == ["problem.json"]
