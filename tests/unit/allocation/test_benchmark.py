"""The benchmark runs as one command, and its figures are whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.allocation import main, run_apart
from benchmarks.towns import town

CONTENDERS = {
    "each district alone", "first come, first served", "deferred acceptance", "plain HiGHS model",
    "ours, --fast", "ours, 0.5 s", "ours", "ours, everyone flexible", "planned anew", "after one answer",
}  # fmt: skip


def test_all_contenders_are_measured_on_one_town_and_ours_breaks_no_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["100", "--time-limit", "1", "--together", "--json", str(tmp_path / "figures.json")])
    figures = json.loads((tmp_path / "figures.json").read_text())
    run = figures["towns"]["100"]["contenders"]
    assert set(run) == CONTENDERS
    assert [name for name, told in run.items() if "skipped" in told] == []
    assert [told["breaches"] for name, told in run.items() if name.startswith("ours")] == [{}] * 4
    assert run["ours"]["seats"] >= run["each district alone"]["seats"]
    assert all(target["measured"] is not None for target in figures["towns"]["100"]["targets"])
    assert f"cores {figures['where']['cores']}, python {figures['where']['python']}" in capsys.readouterr().out


def test_a_contender_in_a_process_of_its_own_tells_of_its_own_time_and_memory(tmp_path: Path) -> None:
    town("100").write(tmp_path / "town.json")
    told = run_apart("ours, --fast", tmp_path / "town.json", 1.0)
    assert told["breaches"] == {}
    assert 0 < told["seconds"] < 60
    assert 10 < told["peak_mb"] <= told["peak_mb_with_verify"] < 500


def test_a_contender_that_fails_stops_nobody_else(tmp_path: Path) -> None:
    assert run_apart("ours", tmp_path / "nothing.json", 1.0)["skipped"].startswith("FAILED: ")


def test_the_same_seed_draws_the_same_town_and_another_seed_another() -> None:
    drawn = [list(town("100", seed=seed).families()) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_whether_families_are_flexible_changes_nothing_else_in_a_town() -> None:
    some, all_of_them = (list(town("100", flexible=share).families()) for share in (0.25, 1.0))
    assert all_of_them == [row._replace(flexible=True) for row in some]
    assert 0.1 < sum(row.flexible for row in some) / len(some) < 0.4
