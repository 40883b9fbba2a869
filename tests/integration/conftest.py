# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for simulators and playbooks."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.integration.fault_table import TABLES, table
from tests.integration.harness import (
    CLIENT_ID,
    CLIENT_SECRET,
    HERE,
    SHIPPED,
    Run,
    Simulator,
    Task,
    environment,
    play,
    run_playbook,
)
from tests.integration.journals import database, new_postgres, new_sqlite, postgres
from tests.integration.operations import paced
from tests.integration.watch import nothing_secret_shows, own_simulators

__all__ = ["database", "new_postgres", "new_sqlite", "nothing_secret_shows", "own_simulators", "paced", "postgres"]


class Playbook(Protocol):
    """Run tasks against the simulator."""

    def __call__(
        self,
        tasks: Sequence[Task] | str,
        *arguments: str,
        env: dict[str, str] | None = None,
        url: str | None = None,
        **keywords: Any,
    ) -> Run:
        """``env`` is added to the environment, ``keywords`` to the play."""


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    """The simulator that the tests of one worker share."""
    sim = Simulator(
        *("--people", str(HERE / "data/people.csv"), "--seed", "5"),
        *("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}"),
        *("--credential", "small-id:small-secret-9z8y7x:Read Users"),
    )
    yield sim
    sim.stop()


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    """The shared simulator after a reset."""
    running.reset()
    return running


@pytest.fixture
def start() -> Iterator[Callable[..., Simulator]]:
    """Start a separate simulator with these arguments."""
    started: list[Simulator] = []

    def _start(*arguments: str) -> Simulator:
        started.append(Simulator("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}", *arguments))
        return started[-1]

    yield _start
    for each in started:
        each.stop()


@pytest.fixture(params=["here", "shipped"])
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Keywords of a task that runs in process or is shipped."""
    return {} if request.param == "here" else SHIPPED


@pytest.fixture
def playbook(tmp_path: Path, sim: Simulator) -> Playbook:
    """Run a playbook against the shared simulator, or the one at ``url``."""

    def _run(
        tasks: Sequence[Task] | str,
        *arguments: str,
        env: dict[str, str] | None = None,
        url: str | None = None,
        **keywords: Any,
    ) -> Run:
        text = play(tasks, **keywords)
        return run_playbook(tmp_path, text, environment(tmp_path, url or sim.url, **(env or {})), *arguments)

    return _run


def pytest_configure() -> None:
    """Let SIGINT interrupt the processes of the tests; a shell ignores it for its background jobs."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables of faults."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    for name, meaning in TABLES.items():
        lines = table(reports, name)
        if lines:
            terminalreporter.section(meaning)
            terminalreporter.write("\n".join(lines) + "\n")
