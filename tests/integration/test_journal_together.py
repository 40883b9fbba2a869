# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs at the same moment, on the same people, do together what one would have done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator, task
from tests.integration.journals import PROTECT, SMS, Database, Playing, by_person, enrolments, people, told

pytestmark = pytest.mark.libraries("it is about SQLAlchemy and the databases")

PEOPLE = 100
CASES: dict[str, dict[str, Any]] = {
    "sms": {"factor": SMS},
    "verified sms": {"factor": SMS, "verified": True},
    "protect": {"factor": PROTECT},
}


@pytest.mark.parametrize("runs", [2, 4])
def test_each_person_is_enrolled_once(
    start: Callable[..., Simulator], database: Database, tmp_path: Path, runs: int
) -> None:
    """Three tasks a run, one for each way to be enrolled, on a journal that none of the runs has made beforehand."""
    sim = start("--count", str(PEOPLE), "--answer", "never", "--latency", "3", "--limit", "100000")
    tasks: list[dict[str, Any]] = []
    for name, item in CASES.items():
        third = people(PEOPLE)[list(CASES).index(name) :: len(CASES)]
        batch = [{"email": person["email"], **item} for person in third]
        tasks.append(
            task("mfa_registration", {"batch": batch, "concurrency": 16, "journal": database.where}, name=name)
        )
    under_way = [Playing(tmp_path / f"run{number}", sim.url, tasks) for number in range(runs)]
    done = [run.finish() for run in under_way]
    assert all(not result["failed"] for run in done for result in run.results), [run.output for run in done]
    there = enrolments(sim)
    assert len(there) == PEOPLE
    for name in CASES:
        results = [by_person(run[name]) for run in done]
        for email in results[0]:
            (registration,) = there[email]
            assert {result[email]["registration"]["id"] for result in results} == {registration["id"]}
            assert sum(result[email]["changed"] for result in results) == 1
    assert sorted(told(sim)) == [person["user_id"] for person in people(PEOPLE)[:: len(CASES)]]
    assert set(told(sim).values()) == {1}


def test_each_device_is_activated_once(start: Callable[..., Simulator], database: Database, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    rows = [f"p{n}@example.com,+1555000{n:04},{SMS}" for n in range(40)]
    file.write_text("\n".join(["email,phone,sim_enrolled", *rows]) + "\n")
    sim = start("--people", str(file), "--latency", "3")
    batch = [{"email": f"p{n}@example.com", "factor": SMS} for n in range(40)]
    tasks = [task("mfa_verification", {"batch": batch, "concurrency": 16, "journal": database.where}, name="run")]
    under_way = [Playing(tmp_path / f"run{number}", sim.url, tasks) for number in range(2)]
    done = [by_person(run.finish()) for run in under_way]
    assert set(told(sim).values()) == {1}
    assert len(told(sim)) == len(batch)
    for email in done[0]:
        assert done[0][email]["verification"]["id"] == done[1][email]["verification"]["id"]
        assert done[0][email]["changed"] != done[1][email]["changed"]
