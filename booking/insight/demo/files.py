"""The demo's data files, read where the package lies. Empty fields are empty strings."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "data"
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """The rows of a CSV file, each by the names in the first line."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def objects(name: str) -> list[dict[str, Any]]:
    """The objects of a JSON file."""
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found
