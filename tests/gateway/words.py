"""The words on the command line by which a stand-in is told what is to go wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.gateway.faults import Fault, Faults


def add_to(parser: argparse.ArgumentParser) -> None:
    """The words that every stand-in knows."""
    parser.add_argument("--latency", type=_seconds, default=(0.0, 0.0), help="seconds to an answer, such as 0.05-0.2")
    parser.add_argument("--fault", type=_fault, action="append", default=[], help="a fault and its share: stall=0.01")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another order of faults")
    parser.add_argument("--log", type=Path, help="a file that gets a line of JSON for each message taken")


def faults_from(given: argparse.Namespace, *, doubled: float = 0.0, swapped: float = 0.0) -> Faults:
    """The plan that the words describe."""
    return Faults(dict(given.fault), given.latency, doubled, swapped, given.seed)


def _fault(word: str) -> tuple[Fault, float]:
    name, _, share = word.partition("=")
    return Fault(name), float(share)


def _seconds(word: str) -> tuple[float, float]:
    least, _, most = word.partition("-")
    return float(least), float(most or least)
