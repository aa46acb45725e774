"""numba may speed a result up, never change it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.towns import town

ROOT = Path(__file__).resolve().parent.parent.parent.parent

PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
if sys.argv[1] == "plain":
    sys.modules["numba"] = None
from booking.allocation.engine import allocate
from booking.allocation.files import read_problem, result_text
from booking.allocation.speed import COMPILED
print(COMPILED)
for name in sys.argv[2:]:
    print(result_text(replace(allocate(read_problem(Path(name))), seconds=0.0)))
"""


def plans(how: str, files: list[Path]) -> tuple[bool, str]:
    """Return whether the engine was compiled, and what it made of the files; in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how, *map(str, files)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    compiled, _, text = done.stdout.partition("\n")
    return compiled == "True", text


@pytest.mark.sweep
@pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed; it comes with the extra 'scale'")
def test_a_compiled_engine_makes_the_same_plans(tmp_path: Path) -> None:
    drawn = [("100", seed, share) for seed in range(25) for share in (0.0, 0.3, 1.0)]
    drawn += [("1k-lean", 1, 0.3), ("1k", 1, 0.3), ("1k", 2, 1.0)]
    for size, seed, share in drawn:
        town(size, flexible=share, seed=seed).write(tmp_path / f"{size}-{seed}-{share}.json")
    files = sorted(tmp_path.iterdir())
    plain, compiled = plans("plain", files), plans("compiled", files)
    assert (plain[0], compiled[0]) == (False, True)
    assert plain[1] == compiled[1]
    assert plain[1].count("likaplats-allocation-result/1") == len(drawn)
