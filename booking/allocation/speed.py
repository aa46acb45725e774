"""One source, two speeds: the inner loops run as plain Python, or compiled where numba is installed.

Rule: numba may speed a result up, never change it. What is marked `compiled` therefore keeps to whole
numbers, loops and columns; the columns are lists in plain Python and numpy arrays when compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar, cast

_numba: Any = import_module("numba") if find_spec("numba") else None

COMPILED = _numba is not None
"""Whether marked functions are compiled in this process."""

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function where numba is installed, and leave it as it is where it is not."""
    if _numba is None:
        return function
    try:
        return cast(Function, _numba.njit(cache=True)(function))
    except RuntimeError:
        # No folder to keep the compiled code in; it is then compiled anew in every process.
        return cast(Function, _numba.njit(function))
