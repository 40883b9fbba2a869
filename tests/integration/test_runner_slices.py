# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of one job, at the same time, on one account and with one journal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.integration.controller_rules import merge_artifacts
from tests.integration.harness import Simulator
from tests.integration.journals import PROTECT, SMS, Database, enrolments, told, wait_until
from tests.integration.runner_jobs import TEMPLATE, Ended, Hosts, Job, credentials, people_as_hosts, slice_of

pytestmark = pytest.mark.once("slices share a journal and a limit, as the runs of test_journal_together.py do")

SLICES = 2


def _run(
    folder: Path,
    sim: Simulator,
    journal: Database,
    hosts: Hosts,
    variables: Mapping[str, Any],
    meanwhile: Callable[[], None] = lambda: None,
) -> Sequence[Ended]:
    """All slices at once, each on a node of its own."""
    filled_in = credentials(sim.url, journal.where)
    jobs = [
        Job(
            folder / f"slice{number}",
            slice_of(hosts, number, SLICES),
            filled_in,
            variables,
            number=number,
            workflow=TEMPLATE,
        )
        for number in range(1, SLICES + 1)
    ]
    with ThreadPoolExecutor(SLICES) as pool:
        under_way = pool.map(Job.run_on_node, jobs)
        meanwhile()
        return list(under_way)


def test_each_person_is_enrolled_once_with_no_more_calls_than_slices_cost(
    start: Callable[..., Simulator], new_postgres: Database, tmp_path: Path
) -> None:
    """Beside two calls a person, each slice reads the limit, the factors and the pages of users for itself."""
    hosts = people_as_hosts(20)
    sim = start("--count", "250", "--latency", "5")
    ended = _run(tmp_path, sim, new_postgres, hosts, {"mfa_onboarding_factors": [{"factor": SMS}]})
    assert [job.status for job in ended] == ["successful"] * SLICES, ended[0].stdout
    assert sorted(told(sim).values()) == [1] * len(hosts)
    assert [len(made) for made in enrolments(sim).values()] == [1] * len(hosts)
    summaries = [job.handed_on["mfa_onboarding_summary"] for job in ended]
    assert [summary["changed"] for summary in summaries] == [len(hosts) // SLICES] * SLICES
    # AWX hands on the summary of one slice, which says so, and not those enrolled in one slice as all.
    merged = merge_artifacts(job.handed_on for job in ended)
    assert merged.keys() == {"mfa_onboarding_summary"}
    assert merged["mfa_onboarding_summary"]["slice"]
    assert all("This is one slice of a sliced job." in job.stdout for job in ended)
    pages, groups = 3, 5
    assert sim.admin("GET", "/log/summary")["total"] <= 2 * len(hosts) + SLICES * (pages + groups + 2)


def test_the_hourly_limit_is_kept_together(
    start: Callable[..., Simulator], new_postgres: Database, tmp_path: Path
) -> None:
    """The slices wait for its end, and go on then; test_client.py shows that they leave room for each other's calls."""
    hosts = people_as_hosts(30)
    sim = start("--count", "30", "--latency", "50", "--limit", "62")

    def restart_the_hour() -> None:
        """Once the first slice calls, and however long it took to start."""
        wait_until(sim.log)
        sim.set(window=40)  # longer than the slices take to start and to spend it, also on a busy machine

    factors = {"mfa_onboarding_factors": [{"factor": SMS}]}
    ended = _run(tmp_path, sim, new_postgres, hosts, factors, restart_the_hour)
    assert [job.status for job in ended] == ["successful"] * SLICES, ended[0].stdout
    assert sorted(told(sim).values()) == [1] * len(hosts)
    assert any("onelogin: the hourly rate limit is reached" in job.stdout for job in ended)


def test_a_relaunch_on_failed_hosts_touches_only_those(
    start: Callable[..., Simulator], new_postgres: Database, tmp_path: Path
) -> None:
    """AWX relaunches a slice with the hosts that failed as its limit."""
    hosts = people_as_hosts(8)
    factors = {"mfa_onboarding_factors": [{"factor": PROTECT}], "mfa_onboarding_sheets": str(tmp_path / "sheets")}
    number, refusing = 2, set(list(hosts)[1::SLICES][:2])
    rows = [f"{name}@example.com,{'' if name in refusing else 'accept'}" for name in hosts]
    (tmp_path / "people.csv").write_text("\n".join(["email,sim_answer", *rows]) + "\n")
    sim = start("--people", str(tmp_path / "people.csv"), "--answer", "reject", "--answer-after", "0")
    ended = _run(tmp_path, sim, new_postgres, hosts, factors)
    assert [job.failed_hosts for job in ended] == [set(), refusing]

    sim.set(answer="accept")
    sim.admin("DELETE", "/log")
    again = Job(
        tmp_path / "again",
        slice_of(hosts, number, SLICES),
        credentials(sim.url, new_postgres.where),
        factors,
        arguments=["-l", ",".join(sorted(refusing))],
        number=SLICES + 1,
    ).run_on_node()
    assert again.status == "successful", again.stdout
    assert set(again.stats["processed"]) == refusing
    ids = {person["user_id"] for person in sim.state()["people"] if person["email"].partition("@")[0] in refusing}
    assert {int(found[1]) for row in sim.log() if (found := re.search(r"/users/(\d+)/", row["path"]))} == ids
    assert all(made[-1]["status"] == "accepted" for made in enrolments(sim).values())
