"""The top level is the customer's; what else may stand there is settled."""

import tomllib
from pathlib import Path

import pytest

from config import read
from tests.house.sources import ROOT, name, templates

THE_CUSTOMERS = {"booking", "config.py", "migrations", "pyproject.toml", "static", "templates", "tests"}
ADDED = {
    "README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "CONTRIBUTING.md", "dev.py", "docs", "benchmarks", "deploy",
    "Containerfile", "alembic.ini", "babel.cfg", "babel-letters.cfg", "package.json", "package-lock.json",
    "requirements.txt", "requirements-dev.txt", "requirements-npm.txt",
}  # fmt: skip
LEFT_BY_TOOLS = {"node_modules", "var", "dist", "build", "test-results", "__pycache__", "likaplats.egg-info"}
FOLDERS = ("base", "records", "catalogue", "people", "places", "course", "insight")
VAGUE = {"models.py", "services", "utils.py", "helpers.py", "repositories"}


def test_nothing_new_stands_on_the_top_level() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert there - THE_CUSTOMERS - ADDED - LEFT_BY_TOOLS == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name(path) for path in (ROOT / "booking").rglob("*") if path.name in VAGUE] == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-npm.txt"])
def test_a_lock_names_versions_and_hashes_but_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "http" not in text
    assert "index-url" not in text
    assert text.count("==") <= text.count("--hash=sha256:")


@pytest.mark.parametrize("word", ["resolved", "http"])
def test_the_npm_lock_names_no_address(word: str) -> None:
    assert word not in (ROOT / "package-lock.json").read_text()


def test_every_dependency_is_locked_and_explained() -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = (ROOT / "requirements-dev.txt").read_text()
    explained = (ROOT / "docs" / "dependencies.md").read_text()
    for requirement in (*facts["project"]["dependencies"], *facts["dependency-groups"]["dev"]):
        package = requirement.split(">")[0].split("[")[0]
        assert f"\n{package.lower()}" in locked
        assert f"| {package} |" in explained


@pytest.mark.parametrize(
    "forbidden",
    ["|safe", "| safe", "autoescape false", "<style", " style=", "<script>", "javascript:", " onclick=", " onchange="],
)
def test_no_template_escapes_the_escaping_or_the_content_policy(forbidden: str) -> None:
    def lines(path: Path) -> list[str]:
        return path.read_text(encoding="utf-8").lower().splitlines()

    places = [
        f"{name(p)}:{number}" for p in templates() for number, line in enumerate(lines(p), 1) if forbidden in line
    ]
    assert places == []


def test_every_module_has_its_place_in_the_order_of_imports() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    placed = {module.strip(" ()") for layer in contracts[0]["layers"] for module in layer.split("|")}
    nouns = [path for folder in FOLDERS for path in (ROOT / "booking" / folder).glob("*") if path.stem[0] != "_"]
    assert {f"booking.{path.parent.name}.{path.stem}" for path in nouns} - placed == set()


def test_the_example_for_a_server_names_only_settings_that_exist() -> None:
    lines = (ROOT / "deploy" / "likaplats.env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    secrets = dict.fromkeys(("LIKAPLATS_SECRET_KEY", "LIKAPLATS_LOOKUP_KEY"), "x" * 32)
    read({**example, **secrets, "LIKAPLATS_DATA_KEYS": "bGlrYXBsYXRzOiBhIGtleSBmb3IgdGVzdHMgb25seSE="})
