# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for simulators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.harness import CREDENTIALS, DATA, Simulator


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    """The simulator that most tests share."""
    arguments = ["--people", str(DATA / "people.csv"), "--seed", "7"]
    # This is much longer than a few calls take on a slow machine, so that time passes only when a test advances it.
    arguments += ["--answer-after", "30"]
    for scope, pair in CREDENTIALS.items():
        arguments += ["--credential", ":".join((*pair, scope))]
    simulator = Simulator(*arguments)
    yield simulator
    simulator.stop()


@pytest.fixture
def sim(running: Simulator) -> Iterator[Simulator]:
    """The shared simulator after a reset, with a token that has all permissions."""
    running.admin("POST", "/reset")
    running.departures.clear()
    running.log_in()
    yield running
    assert not running.departures


@pytest.fixture
def start() -> Iterator[Callable[..., Simulator]]:
    """Start a separate simulator with its own arguments."""
    started: list[Simulator] = []

    def _start(*arguments: str, authority: Path | None = None) -> Simulator:
        started.append(Simulator(*arguments, authority=authority))
        return started[-1]

    yield _start
    for simulator in started:
        if simulator.process.returncode is None:
            simulator.stop()
    assert not [departure for simulator in started for departure in simulator.departures]
