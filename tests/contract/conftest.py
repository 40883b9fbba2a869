# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running simulators for the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.contract.harness import CREDENTIALS, DATA, Simulator


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    """The simulator most tests share."""
    arguments = ["--people", str(DATA / "people.csv"), "--seed", "7"]
    # Long beside what a busy machine takes for a few calls, so that time only passes when told to.
    arguments += ["--answer-after", "30"]
    for scope, pair in CREDENTIALS.items():
        arguments += ["--credential", ":".join((*pair, scope))]
    simulator = Simulator(*arguments)
    yield simulator
    simulator.stop()


@pytest.fixture
def sim(running: Simulator) -> Iterator[Simulator]:
    """The shared simulator, fresh, with a token that may do everything."""
    running.admin("POST", "/reset")
    running.departures.clear()
    running.log_in()
    yield running
    assert not running.departures


@pytest.fixture
def start() -> Iterator[Callable[..., Simulator]]:
    """Start a simulator of one's own with arguments of one's own."""
    started: list[Simulator] = []

    def _start(*arguments: str) -> Simulator:
        started.append(Simulator(*arguments))
        return started[-1]

    yield _start
    for simulator in started:
        if simulator.process.returncode is None:
            simulator.stop()
    assert not [departure for simulator in started for departure in simulator.departures]
