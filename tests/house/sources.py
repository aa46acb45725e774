"""The project's own source files, as the house tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ("*.py", "booking/**/*.py", "tests/**/*.py", "migrations/**/*.py", "deploy/**/*.py", "benchmarks/**/*.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*patterns: str) -> list[Path]:
    """Every Python file of ours, or only those that match the patterns."""
    return sorted({path for pattern in patterns or PYTHON for path in ROOT.glob(pattern)})


def templates() -> list[Path]:
    """Every page, piece and message."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def name(path: Path) -> str:
    """The path as a reader would write it."""
    return path.relative_to(ROOT).as_posix()


def length(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function's place and its lines, from `def` to its last line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield f"{name(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Each call's line and what is called, as dotted text such as `db.execute` or `datetime.now`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
