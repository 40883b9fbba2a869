# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job that is cancelled in AWX ends at once, leaves nothing behind that works on, and can be run again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.integration.harness import Simulator
from tests.integration.journals import PROTECT, SMS, Database, enrolments, told
from tests.integration.runner_jobs import Job, Way, credentials, people_as_hosts

pytestmark = pytest.mark.shows(
    "access token", "*/onelogin-token-*", "where workers die with their run nobody is left to remove it; owner only"
)

CONCURRENCY = 8
REGISTER = "POST /api/2/mfa/users/{user_id}/registrations"
ASK = "GET /api/2/mfa/users/{user_id}/registrations/{registration_id}"
LIFE = 931  # seconds: a message's 900, the time-out of a request, and one
# Seconds after which ansible-runner asks again whether the job is cancelled (its pexpect_timeout), and some grace.
RUNNER_LOOKS, GRACE = 5, 2


class Cancel:
    """Cancels a job when the simulator has had so many calls of a kind."""

    def __init__(self, sim: Simulator, kind: str, calls: int) -> None:
        self._sim, self._kind, self._calls = sim, kind, calls
        self.at = 0.0

    def __call__(self) -> bool:
        if not self.at and self._sim.admin("GET", "/log/summary")["counts"].get(self._kind, 0) >= self._calls:
            self.at = time.monotonic()
        return bool(self.at)


def _cancelled(way: Way, job: Job, sim: Simulator, cancel: Cancel) -> None:
    """Run it until it is cancelled; nothing of it is left when it has ended."""
    ended = way(job, cancel)
    took = time.monotonic() - cancel.at
    time.sleep(0.25)  # a worker looks every now and then whether the run is still there
    calls = sim.admin("GET", "/log/summary")["total"]
    left = [process.pid for process in psutil.process_iter(["cmdline"]) if _is_of(process, job)]
    time.sleep(1)
    assert ended.status == "canceled"
    assert took < RUNNER_LOOKS + GRACE
    assert (left, sim.admin("GET", "/log/summary")["total"]) == ([], calls)


def _is_of(process: psutil.Process, job: Job) -> bool:
    return any(str(job.folder) in argument for argument in process.info["cmdline"] or ())


def test_in_the_middle_of_a_batch(start: Callable[..., Simulator], new_postgres: Database, tmp_path: Path) -> None:
    """Whose message may be on its way gets another only when that is no good any more; all others are done at once."""
    # ansible-runner takes seconds to cancel it, in which a slow server lets few of these people be reached.
    hosts = people_as_hosts(32)
    sim = start("--count", "32", "--latency", "1500", "--answer", "never")
    factors = {"mfa_onboarding_factors": [{"factor": SMS}]}

    def job(name: str) -> Job:
        return Job(tmp_path / name, hosts, credentials(sim.url, new_postgres.where), factors)

    _cancelled(Job.run_on_node, job("cancelled"), sim, Cancel(sim, REGISTER, 10))
    assert 10 <= len(told(sim)) < len(hosts)
    claimed = {row["user_name"].partition("@")[0] for row in new_postgres.rows() if row["status"] == "claimed"}
    assert len(claimed) <= CONCURRENCY

    sim.set(latency=0)
    again = job("again").run_on_node()
    assert again.failed_hosts == claimed
    assert set(told(sim).values()) == {1}

    sim.admin("POST", "/clock", {"advance": LIFE})
    new_postgres.age(LIFE)
    last = job("last").run_on_node()
    assert last.status == "successful", last.stdout
    assert last.handed_on["mfa_onboarding_summary"]["by_factor"] == {SMS: {"pending": len(hosts)}}
    assert {email for email, made in enrolments(sim).items() if made[-1]["status"] == "pending"} == {
        variables["onelogin_email"] for variables in hosts.values()
    }


@pytest.mark.once("the test above shows whether the release matters")
def test_in_the_middle_of_a_wait(start: Callable[..., Simulator], new_postgres: Database, tmp_path: Path) -> None:
    hosts = people_as_hosts(10)
    sim = start("--count", "10", "--answer", "never")

    def job(name: str) -> Job:
        return Job(
            tmp_path / name,
            hosts,
            credentials(sim.url, new_postgres.where),
            {"mfa_onboarding_factors": [{"factor": PROTECT}], "mfa_onboarding_sheets": str(tmp_path / "sheets")},
        )

    _cancelled(Job.run, job("cancelled"), sim, Cancel(sim, ASK, 1))
    sim.set(answer="accept", answer_after=0)
    for email in enrolments(sim):
        sim.admin("POST", f"/people/{email}/approve", {})
    again = job("again").run()
    assert again.status == "successful", again.stdout
    assert again.handed_on["mfa_onboarding_summary"]["by_factor"] == {PROTECT: {"accepted": len(hosts)}}
    assert sim.admin("GET", "/log/summary")["counts"][REGISTER] == len(hosts)
