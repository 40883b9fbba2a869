# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed, at whatever moment, has nobody messaged twice by the next, and no question goes unasked."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from tests.integration.conftest import Playbook
from tests.integration.harness import Run, Simulator, Task, task
from tests.integration.journals import (
    PROTECT,
    SMS,
    Database,
    Forge,
    Playing,
    by_person,
    enrolments,
    told,
    wait_until,
)

# Where in its work a person's request is when the run is killed, and what makes it be there.
POINTS = {
    "unclaimed": ("slow", "GET", "devices", {"seconds": 3}),
    "effective": ("slow", "POST", "(registrations|verifications)", {"seconds": 60}),
    "lost": ("hang", "POST", "(registrations|verifications)", {}),
    "answered": ("slow", "POST", "(registrations|verifications)", {"seconds": 3}),
    "throttled": ("429", "POST", "(registrations|verifications)", {"headers": "retry_after"}),
}
SENT = ("effective", "answered")
OPEN = ("effective", "lost", "answered", "throttled")
LIFE = 151  # seconds: a message's 120, the time-out of a request, and one


def info(database: Database, **options: object) -> Task:
    """A task that reads the journal."""
    return task("mfa_journal_info", {"journal": database.where, **options}, name="info")


def open_questions(run: Run) -> set[str]:
    """Who is listed as possibly messaged."""
    return {entry["user"] for entry in run["info"]["entries"] if entry["status"] == "unconfirmed"}


def provoke(sim: Simulator, point: str, person: dict[str, int]) -> None:
    """Have one person's request stay where it is wanted."""
    kind, method, path, params = POINTS[point]
    sim.fault(kind, method, f"/{person['user_id']}/{path}$", params=params)


def kill_at_every_point(sim: Simulator, database: Database, run: Playing, people: int) -> None:
    """Kill the run when each request is where it is to be."""

    def arrived() -> bool:
        posts = [row for row in sim.log() if row["method"] == "POST" and row["path"].startswith("/api")]
        return len({row["path"] for row in posts}) == people * 4 // 5

    wait_until(arrived)
    with database.locked():
        time.sleep(3.5)  # answers that cannot be noted any more, and devices after which nothing can be claimed
        statuses = [row["status"] for row in sim.log() if row["fault"] == "slow"]
        assert statuses.count(201) >= people // 5
        run.kill()


def test_registrations_killed_at_every_point(
    start: Callable[..., Simulator], playbook: Playbook, database: Database, tmp_path: Path
) -> None:
    sim = start("--count", "10")
    people = [{"user_id": person["user_id"], "email": person["email"]} for person in sim.state()["people"]]
    cases = {
        person["email"]: (factor, point)
        for person, (factor, point) in zip(people, [(f, p) for p in POINTS for f in (SMS, PROTECT)], strict=True)
    }
    for person in people:
        provoke(sim, cases[person["email"]][1], person)
    batch = [{"email": person["email"], "factor": cases[person["email"]][0]} for person in people]
    tasks = [
        task("mfa_registration", {"batch": batch, "concurrency": 16, "journal": database.where}, name="run"),
        info(database),
    ]
    run = Playing(tmp_path / "killed", sim.url, tasks)
    kill_at_every_point(sim, database, run, len(people))
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
    assert len(told(sim)) == len(SENT) + 1, "the one that was not even claimed has got hers"

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
            ended = "unconfirmed and expired" if email in expected_open else "rejected"
            assert result["msg"].startswith(f"The earlier registration is {ended}, so there is a new one.")
    for person in people:
        factor, point = cases[person["email"]]
        sent_before = factor == SMS and point in (*SENT, "unclaimed")
        assert told(sim).get(person["user_id"], 0) == (factor == SMS) + sent_before, (factor, point)


def test_verifications_killed_at_every_point(
    start: Callable[..., Simulator], playbook: Playbook, database: Database, tmp_path: Path
) -> None:
    people_file = tmp_path / "people.csv"
    rows = [f"p{n}@example.com,+1555000000{n},{SMS}" for n in range(5)]
    people_file.write_text("\n".join(["email,phone,sim_enrolled", *rows]) + "\n")
    sim = start("--people", str(people_file))
    people = [{"user_id": person["user_id"], "email": person["email"]} for person in sim.state()["people"]]
    cases = dict(zip([person["email"] for person in people], POINTS, strict=True))
    for person in people:
        provoke(sim, cases[person["email"]], person)
    batch = [{"email": email, "factor": SMS} for email in cases]
    tasks = [
        task("mfa_verification", {"batch": batch, "concurrency": 16, "journal": database.where}, name="run"),
        info(database),
    ]
    run = Playing(tmp_path / "killed", sim.url, tasks)
    kill_at_every_point(sim, database, run, len(people))
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
    for person in people:
        sent_before = cases[person["email"]] in (*SENT, "unclaimed")
        assert told(sim)[person["user_id"]] == 1 + sent_before


def test_fifty_random_moments_of_a_batch(start: Callable[..., Simulator], tmp_path: Path) -> None:
    """Ten batches; each is killed five times over, at some moment, before it is let run to its end."""
    seed = 20261122
    chance = random.Random(seed)
    sim = start("--count", "200", "--latency", "5")
    forge = Forge(tmp_path, sim.url)
    emails = [person["email"] for person in sim.state()["people"]]
    batch = [{"email": email, "factor": SMS} for email in emails]
    cut_short = questions = 0
    try:
        for batch_number in range(10):
            sim.reset()
            journal = str(tmp_path / f"journal-{batch_number}.sqlite")
            tasks = [
                task("mfa_registration", {"batch": batch, "concurrency": 16, "journal": journal}, name="run"),
                task("mfa_journal_info", {"journal": journal, "status": ["unconfirmed"]}, name="info"),
            ]
            for _kill in range(5):
                sim.admin("DELETE", "/log")
                process = forge.start(tasks)
                wait_until(lambda: sim.admin("GET", "/log/summary")["total"])
                time.sleep(chance.uniform(0.0, 0.9))
                forge.kill(process)
                cut_short += not (tmp_path / "results.jsonl").read_text()
            forge.start(tasks)
            last = forge.wait()
            assert set(told(sim).values()) <= {1}, f"seed {seed}, batch {batch_number}"
            unconfirmed = open_questions(last)
            there = enrolments(sim)
            for email, result in by_person(last["run"]).items():
                if email in unconfirmed:
                    assert result["error"]["code"] == "unconfirmed"
                    assert "Run again after 20" in result["error"]["hint"]
                    continue
                (registration,) = there[email]
                assert result["registration"]["id"] == registration["id"]
            questions += len(unconfirmed)
            assert not list(tmp_path.glob("journal-*-run-*")), "no lock is left behind"
    finally:
        forge.stop()
    assert cut_short >= 25, "most of the kills hit a run at its work"
    assert 0 < questions <= 50 * 16, "some, but no more than were under way"
