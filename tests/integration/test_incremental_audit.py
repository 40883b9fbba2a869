# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An incremental audit: whose devices it reads, and that it agrees with a full audit for every behaviour of the log."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any
from unittest.mock import patch

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch
from ansible_collections.community.onelogin.plugins.module_utils._engine import events as _events
from ansible_collections.community.onelogin.plugins.module_utils._operations.audit import OPERATION

from tests.integration.harness import Simulator
from tests.integration.journals import Database, wait_until
from tests.integration.operations import OperationRunner
from tests.integration.test_events import LOGS

pytestmark = pytest.mark.once(
    "it is about events and the journal, which are read the same way with and without Ansible"
)

DAY = 86400
SMS, EMAIL = "OneLogin SMS", "OneLogin Email"
PRIVATE = "Anna's own"
NAMES = [f"p{number}" for number in range(40)]
PEOPLE = [
    {
        "email": f"{name}@example.com",
        "username": name,
        "phone": "+12025550143",
        "sim_enrolled": enrolled,
    }
    for name, enrolled in zip(NAMES, ["", SMS] * 20, strict=True)
]
Factors = dict[int, list[str]]
Audit = Callable[..., dict[str, Any]]


@pytest.fixture
def pass_time(paced: OperationRunner) -> Callable[[float], None]:
    """Advance the time of the simulator and of the operations."""
    clock: Clock = vars(_batch)["Clock"]()
    return clock.sleep


def auditing(sim: Simulator, paced: OperationRunner, database: Database) -> Audit:
    """An incremental audit of everyone in a separate account."""
    sim.reset(PEOPLE)
    sim.set(limit=10**6, remaining=10**6)

    def run(**options: Any) -> dict[str, Any]:
        before = len(sim.log())
        given = {"batch": [{"user_id": paced.user(name)} for name in NAMES], "journal": database.where, **options}
        done = paced.run("role_audit", OPERATION, **given)
        asked = [row for row in sim.log()[before:] if row["path"].endswith("/devices")]
        assert len(asked) == done["incremental"]["asked"]
        return done

    return run


@pytest.fixture
def audit(sim: Simulator, paced: OperationRunner, database: Database) -> Audit:
    """An audit with a journal in either database."""
    return auditing(sim, paced, database)


def counts(done: dict[str, Any]) -> tuple[int, int, int]:
    """The numbers of people read because of events, because they are new, and in rotation."""
    its = done["incremental"]
    assert its["asked"] == its["named"] + its["new"] + its["in_turn"]
    return its["named"], its["new"], its["in_turn"]


def answers(done: dict[str, Any]) -> Factors:
    """The factors of everyone according to an audit."""
    return {
        result["user_id"]: sorted(device["type_display_name"] for device in result["devices"])
        for result in done["results"]
    }


def enrol(paced: OperationRunner, *names: str, journal: str = "none") -> None:
    """Enrol people without the audit's journal, as another program does."""
    how = {"factor": EMAIL, "verified": True, "display_name": PRIVATE}
    items = [{"user_id": paced.user(name), **how} for name in names]
    assert not paced("mfa_registration", batch=items, journal=journal)["failed"]


def remove(paced: OperationRunner, *names: str) -> None:
    """Remove the device of people."""
    items = [{"user_id": paced.user(name), "factor": SMS, "state": "absent"} for name in names]
    assert not paced("mfa_device", batch=items)["failed"]


def test_only_people_with_events_and_a_share_of_the_others_are_read(
    audit: Audit, paced: OperationRunner, pass_time: Callable[[float], None], sim: Simulator, database: Database
) -> None:
    first = audit()
    assert counts(first) == (0, 40, 0)
    assert counts(audit()) == (0, 0, 0)
    enrol(paced, "p0")
    remove(paced, "p1")
    before = database.everything()
    checked = audit(check_mode=True)
    assert database.everything() == before
    second = audit()
    assert PRIVATE not in json.dumps(database.everything(), default=str), "display names of devices are not stored"
    assert (counts(checked), counts(second), counts(audit())) == ((2, 0, 0), (2, 0, 0), (0, 0, 0))
    expected = {**answers(first), paced.user("p0"): [EMAIL], paced.user("p1"): []}
    assert answers(checked) == answers(second) == expected
    turns = []
    for _day in range(7):
        pass_time(DAY)
        turns.append(counts(audit())[2])
    assert sum(turns) == 40
    assert max(turns) <= 14, "the reads are spread over the rotation"
    whole = len(sim.log())
    audit()
    calls = [row["path"] for row in sim.log()[whole:] if row["path"].startswith("/api/")]
    assert calls == ["/api/1/events/types", "/api/1/events"]


def test_every_page_of_events_is_read(audit: Audit, paced: OperationRunner, sim: Simulator) -> None:
    sim.switch(event_page="50")
    audit()
    enrol(paced, *NAMES)
    remove(paced, *NAMES[1::2])
    with patch.object(_events, "_MOST_PAGES", 1):
        assert counts(audit()) == (40, 0, 0)


@pytest.mark.parametrize("log", LOGS, ids=str)
def test_after_a_rotation_an_incremental_audit_equals_a_full_one(
    sim: Simulator,
    paced: OperationRunner,
    new_sqlite: Database,
    pass_time: Callable[[float], None],
    log: dict[str, str],
) -> None:
    """Each answer has its time, and is the state at that time."""
    audit = auditing(sim, paced, new_sqlite)
    chance = random.Random(str(log))
    sim.switch(**log)
    with_sms = {name for index, name in enumerate(NAMES) if index % 2}
    without_email = set(NAMES)
    history: list[tuple[str, Factors]] = []

    def full() -> Factors:
        whole = paced("mfa_device_info", batch=[{"user_id": paced.user(name)} for name in NAMES])
        return answers(whole)

    for _day in range(5):
        lost, gained = (chance.sample(sorted(names), 2) for names in (with_sms, without_email))
        with_sms -= set(lost)
        without_email -= set(gained)
        remove(paced, *lost)
        enrol(paced, *gained)
        pass_time(60)
        history.append((sim.admin("POST", "/clock", {"advance": 0})["time"], full()))
        done = audit()
        for result in done["results"]:
            then = [state for at, state in history if at[:19] <= result["asked_at"][:19]]
            assert answers({"results": [result]}).items() <= then[-1].items()
        if not log:
            assert answers(done) == full(), "with all events, each audit equals a full one"
        pass_time(DAY * chance.uniform(0.3, 1.2))
    pass_time(7 * DAY)
    assert answers(audit()) == full()


def test_without_events_everyone_is_read_and_a_warning_is_shown(
    audit: Audit, paced: OperationRunner, sim: Simulator
) -> None:
    audit()
    sim.fault("403", "GET", "/api/1/events", times=None)
    remove(paced, "p1", "p3")
    blind = audit()
    assert (counts(blind), blind["incremental"]["since"]) == ((0, 40, 0), None)
    (warning,) = blind["warnings"]
    assert "cannot read events (403)" in warning
    sim.admin("DELETE", "/faults")
    assert counts(audit()) == (2, 0, 0), "earlier events are read later, for people who are known already"
    sim.fault("400", "GET", "/api/1/events", times=None)
    with pytest.raises(KeyError):  # there are no results, so no old answer counts as current
        audit()


def test_a_registration_in_the_same_journal_needs_no_event(
    audit: Audit, paced: OperationRunner, sim: Simulator, database: Database
) -> None:
    audit()
    sim.switch(events_listed="none")
    enrol(paced, "p0", journal=database.where)
    enrol(paced, "p2")
    done = audit()
    assert counts(done) == (1, 0, 0)
    assert (answers(done)[paced.user("p0")], answers(done)[paced.user("p2")]) == ([EMAIL], [])


def test_a_killed_audit_continues_where_it_stopped(audit: Audit, sim: Simulator) -> None:
    def asked() -> int:
        return sum(row["path"].endswith("/devices") for row in sim.log())

    def run() -> None:
        sim.connect()  # two processes cannot share a connection
        audit(concurrency=1)

    sim.set(latency=40)
    process = get_context("fork").Process(target=run)
    process.start()
    wait_until(lambda: asked() > 3)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    sim.set(latency=0)
    before = asked()
    assert before < 40
    left = counts(audit())[1]
    assert 40 - before <= left <= 40 - before + 1
