# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits with and without the account's events: the calls, and the delay until an answer is seen.

The operations run in this process on the simulator's clock, so that a wait of minutes takes no real time.
"""

from __future__ import annotations

import csv
import os
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch

from tests.benchmark.report import Case, Figure
from tests.benchmark.workspace import Workspace
from tests.integration.operations import OperationRunner, SharedClock
from tests.support.simulator_process import SimulatorProcess

_LONGEST = 90  # seconds until someone answers
_TIMEOUT = 300
_HOURLY = 5000
_LIFTED = 10**6
_SLEEP = 2


@dataclass(frozen=True)
class _Wait:
    """The figures of a wait.

    :param polls: calls that read a status.
    :param delay: the median of the seconds from an answer to the poll that found it.
    """

    accepted: int
    elapsed: int
    calls: int
    polls: int
    delay: float


def events(workspace: Workspace) -> Case:
    """People who answer at random times, waited for with and without events."""
    counts = (100, 1000, 5000) if not workspace.quick else (20,)
    figures: list[Figure] = []
    for count in counts:
        file = workspace.folder / "answering.csv"
        after = _answering(file, count)
        limits = {_LIFTED: "", **({_HOURLY: f", {_HOURLY} calls an hour"} if count == 1000 else {})}
        with workspace.simulator("--people", str(file)) as sim:
            for limit, said in limits.items():
                plain, watched = (_run(sim, after, limit, events=events) for events in (False, True))
                name = f"{count} people{said}"
                print(f"{name}: {plain}, {watched}", flush=True)
                most = 1.5 * count + watched.elapsed / _SLEEP
                figures += [
                    Figure(f"{name}: calls without events", plain.calls),
                    Figure(f"{name}: calls with events", watched.calls, most=most),
                    Figure(f"{name}: polls with events, a person", watched.polls / count, "x"),
                    Figure(f"{name}: calls with events compared with none", watched.calls / plain.calls, "x"),
                    Figure(f"{name}: delay without events, median", plain.delay, "s"),
                    Figure(f"{name}: delay with events, median", watched.delay, "s"),
                    Figure(f"{name}: acceptances seen", min(plain.accepted, watched.accepted), least=count, most=count),
                ]
    return Case("events", f"each person answers within {_LONGEST} s; on the simulator's clock", tuple(figures))


def _answering(file: Path, count: int) -> dict[str, float]:
    """Write people for the simulator; return the seconds after which each answers, by e-mail address."""
    chance, before = random.Random(5), _before(count)
    after = {
        f"person{number:05d}@example.com": before + round(chance.uniform(0, _LONGEST), 3) for number in range(count)
    }
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(("email", "sim_answer", "sim_answer_after"))
        table.writerows((email, "accept", seconds) for email, seconds in after.items())
    return after


def _before(count: int) -> float:
    """The maximum number of seconds for the enrolment, during which no one answers."""
    return 30 + count / 20


def _run(sim: SimulatorProcess, after: dict[str, float], limit: int, *, events: bool) -> _Wait:
    """Enrol everyone, and wait."""
    sim.reset()
    sim.set(limit=_LIFTED)
    clock = SharedClock(sim)
    began = clock.monotonic()
    with patch.object(_batch, "Clock", lambda: clock), patch.dict(os.environ, NO_PROXY="*", no_proxy="*"):
        runner = OperationRunner(sim)
        many: dict[str, Any] = {"concurrency": 16, "request_timeout": 60}
        items = [{"email": email, "factor": "OneLogin Protect"} for email in after]
        made = runner("mfa_registration", batch=items, **many)["results"]
        enrolled = len(sim.log())
        clock.sleep(began + _before(len(after)) - clock.monotonic())
        sim.set(limit=limit, remaining=limit)
        waited = runner("mfa_registration_wait", batch=made, timeout=_TIMEOUT, sleep=_SLEEP, events=events, **many)
    log = sim.log()
    answered = {row["registration"]["user_id"]: after[row["item"]["email"]] for row in made}
    return _Wait(
        waited["summary"].get("accepted", 0),
        waited["elapsed"],
        len(log) - enrolled,
        waited["polls"],
        median(_delays(log, enrolled, answered)),
    )


def _delays(log: list[dict[str, Any]], enrolled: int, after: dict[int, float]) -> list[float]:
    """The seconds from each answer, or from the start of the wait, to its last poll."""
    began = datetime.fromisoformat(log[enrolled]["time"]).timestamp()
    started: dict[int, float] = {}
    seen: dict[int, float] = {}
    for row in log:
        if "/registrations" in row["route"]:
            found = started if row["method"] == "POST" else seen
            found[int(row["path"].split("/")[5])] = datetime.fromisoformat(row["time"]).timestamp()
    return [seen[user] - max(began, started[user] + after[user]) for user in seen]
