# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a run is killed at any moment, the next run sends no message twice and completes the work."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Run, Simulator, Task, environment, play, run_playbook, start_playbook, task
from tests.integration.journals import (
    PROTECT,
    SMS,
    Database,
    Playing,
    by_person,
    enrolments,
    people,
    told,
    wait_until,
)

DATABASES = pytest.mark.libraries("test_a_batch_killed_at_ten_random_moments shows whether ansible-core matters")
POST = "(registrations|verifications)"
# The point that the request of a person has reached when the run is killed, and the fault that holds it there.
POINTS: dict[str, list[tuple[str, str, str, dict[str, Any]]]] = {
    "unclaimed": [("slow", "GET", "devices", {"seconds": 5})],
    "effective": [("slow", "POST", POST, {"seconds": 60})],
    "lost": [("hang", "POST", POST, {})],
    "answered": [("slow", "POST", POST, {"seconds": 5})],
    # This is later than the others, because it would keep them from sending.
    "throttled": [("slow", "GET", "devices", {"seconds": 1}), ("429", "POST", POST, {"headers": "retry_after"})],
}
SENT = ("effective", "answered")
OPEN = ("effective", "lost", "answered", "throttled")
LIFE = 151  # seconds: 120 of a message, the timeout of a request, and one


def info(database: Database, **options: object) -> Task:
    """Build a task that reads the journal."""
    return task("mfa_journal_info", {"journal": database.where, **options}, name="info")


def open_questions(run: Run) -> set[str]:
    """The people who are listed as possibly messaged."""
    return {entry["user"] for entry in run["info"]["entries"] if entry["status"] == "unconfirmed"}


def provoke(sim: Simulator, point: str, person: dict[str, Any]) -> None:
    """Inject a fault that holds the request of a person at a point."""
    for kind, method, path, params in POINTS[point]:
        sim.fault(kind, method, f"/{person['user_id']}/{path}$", params=params)


def kill_at_every_point(sim: Simulator, database: Database, run: Playing, at_each: int) -> None:
    """Kill the run when each request has reached its point; there is a number of people at each point."""

    def posted() -> bool:
        """A throttled request delays the next one: both are claimed and not yet sent."""
        posts = [row for row in sim.log() if row["method"] == "POST" and row["path"].startswith("/api")]
        faults = [row["fault"] for row in posts]
        return faults.count("slow") == 2 * at_each and faults.count("hang") == at_each and "429" in faults

    def answered() -> bool:
        """Responses that can no longer be recorded, and reads of devices after which nothing can be claimed."""
        statuses = [row["status"] for row in sim.log() if row["fault"] == "slow" and row["status"]]
        return statuses.count(201) == at_each and statuses.count(200) == at_each * 2

    wait_until(posted)
    with database.locked():
        assert not answered(), "the kill comes too late for this test"
        wait_until(answered)
        time.sleep(0.5)
        run.kill()
    sim.admin("DELETE", "/faults")


@pytest.mark.shows(
    "access token", "*/onelogin-token-*", "a run that a signal ends leaves the file behind, readable only by its owner"
)
@DATABASES
def test_registrations_of_a_run_killed_at_every_point(
    start: Callable[..., Simulator], playbook: Playbook, database: Database, tmp_path: Path
) -> None:
    sim = start("--count", "10", "--answer", "never")
    persons = people(10)
    cases = {
        person["email"]: (factor, point)
        for person, (factor, point) in zip(persons, [(f, p) for p in POINTS for f in (SMS, PROTECT)], strict=True)
    }
    for person in persons:
        provoke(sim, cases[person["email"]][1], person)
    batch = [{"email": person["email"], "factor": cases[person["email"]][0]} for person in persons]
    tasks = [
        task("mfa_registration", {"batch": batch, "concurrency": 16, "journal": database.where}, name="run"),
        info(database),
    ]
    run = Playing(tmp_path / "killed", sim.url, tasks)
    kill_at_every_point(sim, database, run, 2)
    assert list(told(sim).values()) == [1] * len(SENT), "one SMS for each request that took effect"

    again = playbook(tasks, url=sim.url)
    expected_open = {email for email, (factor, point) in cases.items() if factor == SMS and point in OPEN}
    assert open_questions(again) == expected_open
    for email, result in by_person(again["run"]).items():
        factor, point = cases[email]
        if email in expected_open:
            assert result["error"]["code"] == "unconfirmed", (point, result)
            assert "Run again after 20" in result["error"]["hint"]
        else:
            assert result["changed"], (factor, point, result)
            assert result["registration"]["id"] == enrolments(sim)[email][-1]["id"]
    assert set(told(sim).values()) == {1}
    assert len(told(sim)) == len(SENT) + 1, "the person whose request was not claimed got a message now"

    third = playbook(tasks, url=sim.url)
    for email, result in by_person(third["run"]).items():
        assert not result["changed"]
        assert result["failed"] == (email in expected_open)
    assert set(told(sim).values()) == {1}

    sim.admin("POST", "/clock", {"advance": LIFE})
    database.age(LIFE)
    late = playbook(tasks, url=sim.url)
    assert not late["run"]["failed"]
    assert open_questions(late) == set()
    for email, result in by_person(late["run"]).items():
        factor, point = cases[email]
        assert result["changed"] == (factor == SMS), (factor, point)
        assert result["registration"]["id"] == enrolments(sim)[email][-1]["id"]
        if factor == SMS:
            ended = "unconfirmed and expired" if email in expected_open else "expired"
            assert result["msg"].startswith(f"The earlier registration is {ended}, so there is a new one.")
    for person in persons:
        factor, point = cases[person["email"]]
        sent_before = factor == SMS and point in (*SENT, "unclaimed")
        assert told(sim).get(person["user_id"], 0) == (factor == SMS) + sent_before, (factor, point)


@pytest.mark.shows(
    "access token", "*/onelogin-token-*", "a run that a signal ends leaves the file behind, readable only by its owner"
)
@DATABASES
def test_verifications_of_a_run_killed_at_every_point(
    start: Callable[..., Simulator], playbook: Playbook, database: Database, tmp_path: Path
) -> None:
    people_file = tmp_path / "people.csv"
    rows = [f"p{n}@example.com,+1555000000{n},{SMS}" for n in range(5)]
    people_file.write_text("\n".join(["email,phone,sim_enrolled", *rows]) + "\n")
    sim = start("--people", str(people_file))
    persons = [{"user_id": person["user_id"], "email": person["email"]} for person in sim.state()["people"]]
    cases = dict(zip([person["email"] for person in persons], POINTS, strict=True))
    for person in persons:
        provoke(sim, cases[person["email"]], person)
    batch = [{"email": email, "factor": SMS} for email in cases]
    tasks = [
        task("mfa_verification", {"batch": batch, "concurrency": 16, "journal": database.where}, name="run"),
        info(database),
    ]
    run = Playing(tmp_path / "killed", sim.url, tasks)
    kill_at_every_point(sim, database, run, 1)
    assert list(told(sim).values()) == [1] * len(SENT)

    again = playbook(tasks, url=sim.url)
    expected_open = {email for email, point in cases.items() if point in OPEN}
    assert open_questions(again) == expected_open
    for email, result in by_person(again["run"]).items():
        assert result["failed"] == (email in expected_open)
        if email not in expected_open:
            assert result["verification"]["id"]
        else:
            assert result["error"]["code"] == "unconfirmed"
    assert set(told(sim).values()) == {1}
    assert len(told(sim)) == len(SENT) + 1

    sim.admin("POST", "/clock", {"advance": LIFE})
    database.age(LIFE)
    late = playbook(tasks, url=sim.url)
    assert not late["run"]["failed"], late.output
    for person in persons:
        sent_before = cases[person["email"]] in (*SENT, "unclaimed")
        assert told(sim)[person["user_id"]] == 1 + sent_before


@pytest.mark.shows(
    "access token", "*/onelogin-token-*", "a run that a signal ends leaves the file behind, readable only by its owner"
)
def test_a_batch_killed_at_ten_random_moments(
    start: Callable[..., Simulator], database: Database, tmp_path: Path
) -> None:
    """A batch is killed ten times at random moments before it can run to its end."""
    chance = random.Random(database.url.get_backend_name())
    sim = start("--count", "200", "--latency", "5")
    batch = [{"email": person["email"], "factor": SMS} for person in people(200)]
    tasks = [
        task("mfa_registration", {"batch": batch, "concurrency": 16, "journal": database.where}, name="run"),
        task("mfa_journal_info", {"journal": database.where, "status": ["unconfirmed"]}, name="info"),
    ]
    cut_short = 0
    for _kill in range(10):
        sim.admin("DELETE", "/log")
        run = start_playbook(tmp_path, play(tasks), environment(tmp_path, sim.url))
        wait_until(lambda: sim.admin("GET", "/log/summary")["total"])
        time.sleep(chance.uniform(0.0, 0.5))
        run.kill()
        cut_short += not (tmp_path / "results.jsonl").read_text()
    last = run_playbook(tmp_path, play(tasks), environment(tmp_path, sim.url))
    assert set(told(sim).values()) <= {1}
    unconfirmed = open_questions(last)
    there = enrolments(sim)
    for email, result in by_person(last["run"]).items():
        if email in unconfirmed:
            assert result["error"]["code"] == "unconfirmed"
            assert "Run again after 20" in result["error"]["hint"]
            continue
        (registration,) = there[email]
        assert result["registration"]["id"] == registration["id"]
    assert not list(tmp_path.glob("**/journal*-run-*")), "no lock remains"
    assert cut_short >= 3, "some of the kills hit a run during its work"
    assert len(unconfirmed) <= 10 * 16, "at most the concurrent requests of each run"
