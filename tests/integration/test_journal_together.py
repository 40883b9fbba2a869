# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several simultaneous runs for the same people together do what one run would do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.database import DatabaseJournal
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account, JournalKey

from tests.integration.harness import Simulator, task
from tests.integration.journals import PROTECT, SMS, Database, Playing, by_person, enrolments, people, told

pytestmark = pytest.mark.libraries("it is about SQLAlchemy and the databases")

PEOPLE = 100
CASES: dict[str, dict[str, Any]] = {
    "sms": {"factor": SMS},
    "verified sms": {"factor": SMS, "verified": True},
    "protect": {"factor": PROTECT},
}


def test_each_person_is_enrolled_once(start: Callable[..., Simulator], database: Database, tmp_path: Path) -> None:
    """Three runs with three tasks each, one for each kind of enrolment, with a journal that does not exist before."""
    sim = start("--count", str(PEOPLE), "--answer", "never", "--latency", "3", "--limit", "100000")
    tasks: list[dict[str, Any]] = []
    for name, item in CASES.items():
        third = people(PEOPLE)[list(CASES).index(name) :: len(CASES)]
        batch = [{"email": person["email"], **item} for person in third]
        tasks.append(
            task("mfa_registration", {"batch": batch, "concurrency": 16, "journal": database.where}, name=name)
        )
    under_way = [Playing(tmp_path / f"run{number}", sim.url, tasks) for number in range(3)]
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


def test_an_entry_that_cannot_be_recorded_fails_alone(database: Database) -> None:
    """One id is very long, which both databases accept; one has a character that PostgreSQL refuses."""
    ids = {number: f"id-{number}" for number in range(20)} | {5: "long" * 1000, 6: "not\0text"}

    def record(journal: DatabaseJournal, number: int) -> str:
        claim = journal.claim(JournalKey("registration", number, f"p{number}", "1", SMS), 120)
        try:
            journal.record_sent(claim, status="pending", object_id=ids[number], device_id=None, expires_at=None)
        except OneLoginError as error:
            return error.code
        return "recorded"

    with closing(DatabaseJournal(database.where, Account("acme"), Clock())) as journal, ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda number: record(journal, number), ids))
    refused = ["unavailable"] if database.url.get_backend_name() == "postgresql" else ["recorded"]
    assert outcomes[6:7] == refused
    assert set(outcomes[:6] + outcomes[7:]) == {"recorded"}
    assert {row["object_id"] for row in database.rows() if row["user_id"] != 6} == set(ids.values()) - {ids[6]}


def test_a_run_uses_one_connection_and_survives_its_loss(new_postgres: Database) -> None:
    account, key = Account("acme"), JournalKey("registration", 7, "kelly", "1", SMS)
    sessions = sqlalchemy.text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with (
        closing(DatabaseJournal(new_postgres.where, account, Clock())) as first,
        closing(DatabaseJournal(new_postgres.where, account, Clock())) as second,
    ):
        claim = first.claim(key, 120)
        first.announce(1)
        second.announce(1)
        with new_postgres.connected() as connection:
            pids = list(connection.execute(sessions).scalars())
            assert len(pids) == 2
            for pid in pids:
                connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        assert (first.find_pending(key), second.find_pending(key)) == (None, None), "both runs connect again"
        assert (first.count_calls_in_progress(), second.count_calls_in_progress()) == (2, 2), "both are active again"
        with ThreadPoolExecutor(2) as pool:
            again = [pool.submit(journal.claim, key, 120) for journal in (first, second)]
            assert not wait(again, 1).done, "the claim belongs to an active run, for itself and for others"
            first.release(claim)
            assert [its.result(60).state for its in again] == ["finished", "finished"]
