# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases. Each is a complete command; its effect is checked in the simulator, not in its output."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from simulator.people import FIRST_ID
from simulator.simulation import DEFAULT_FACTORS
from tests.benchmark.audits import audits
from tests.benchmark.events import events
from tests.benchmark.report import Case, Figure
from tests.benchmark.workspace import SMS, Workspace, calls
from tests.integration.harness import Task
from tests.integration.runner_jobs import people_as_hosts
from tests.support.simulator_process import SimulatorProcess

_GROUPS = 5  # of the simulator's people
LATENCY = 20  # milliseconds
MEMORY = 250  # MiB
TOKEN = "POST /auth/oauth2/v2/token"
REGISTER = "POST /api/2/mfa/users/{user_id}/registrations"
ASKED = "GET /api/2/mfa/users/{user_id}/registrations/{registration_id}"


def _one_token(made: Mapping[str, int]) -> Figure:
    return Figure("token calls", made.get(TOKEN, 0), least=1, most=1)


def batch(workspace: Workspace) -> Case:
    """A thousand people in one task, compared with the baseline, a shipped module and uri."""
    count = workspace.size(1000, 20)
    people = workspace.people(count, verified=True)
    with workspace.simulator("--count", str(count), "--latency", str(LATENCY)) as sim:
        bare, ours, shipped = [], [], []
        made: Mapping[str, int] = {}
        bare_calls = 0
        # The runs alternate, so that other load on the machine affects all of them.
        for _turn in range(workspace.tries):
            sim.reset()
            bare.append(workspace.baseline(sim, people, 32))
            bare_calls = calls(sim)["total"]
            ours.append(workspace.enrol_all(sim, people))
            made = calls(sim)
            shipped.append(workspace.enrol_all(sim, people, shipped=True))
        uri = _uri(workspace, sim)
    best = min(run.seconds for run in ours)
    baseline = min(run.seconds for run in bare)
    return Case(
        "batch",
        f"{count} people pre-verified in one task, {LATENCY} ms latency, concurrency 32; best of {workspace.tries}",
        (
            Figure("people enrolled", made[REGISTER], least=count, most=count),
            Figure("calls", made["total"]),
            Figure("calls, compared with the bare thread pool", made["total"] - bare_calls),
            _one_token(made),
            Figure("time", best, "s"),
            Figure("processor time", min(run.cpu for run in ours), "s"),
            Figure("bare thread pool: time", baseline, "s"),
            Figure("bare thread pool: processor time", min(run.cpu for run in bare), "s"),
            Figure("time compared with the bare thread pool", best / baseline, "x", most=1.5),
            Figure(
                "processor time compared with the bare thread pool",
                min(run.cpu for run in ours) / min(run.cpu for run in bare),
                "x",
            ),
            Figure("playbook with nothing to do: time", workspace.start, "s"),
            Figure("time without that", best - workspace.start, "s"),
            Figure("shipped as a module: time", min(run.seconds for run in shipped), "s"),
            Figure("uri loop: time a person (extrapolated)", uri, "s"),
            Figure("uri loop: time, extrapolated", uri * count, "s"),
            Figure("faster than the uri loop", uri * count / best, "x", least=100),
            Figure("memory, largest process", max(run.largest for run in ours), "MiB"),
            Figure("memory, all processes", max(run.together for run in ours), "MiB", most=MEMORY),
        ),
    )


def journal(workspace: Workspace) -> Case:
    """The same batch with a journal in a file, where each claim is on disk before its message is sent."""
    count = workspace.size(1000, 20)
    people = workspace.people(count, verified=True)
    enrolled: list[int] = []
    figures: list[Figure] = []
    for latency in (LATENCY, 100):  # the latency of OneLogin is nearer to 100
        with workspace.simulator("--count", str(count), "--latency", str(latency)) as sim:
            without, kept = [], []
            for turn in range(workspace.tries):
                without.append(workspace.enrol_all(sim, people))
                kept.append(
                    workspace.enrol_all(sim, people, journal=str(workspace.folder / f"journal-{latency}-{turn}.sqlite"))
                )
            enrolled.append(calls(sim)[REGISTER])
        best, baseline = min(run.seconds for run in kept), min(run.seconds for run in without)
        figures += [
            Figure(f"{latency} ms: time", best, "s"),
            Figure(f"{latency} ms: without a journal: time", baseline, "s"),
            Figure(f"{latency} ms: time compared with no journal", best / baseline, "x", most=1.2),
            Figure(f"{latency} ms: processor time", min(run.cpu for run in kept), "s"),
            Figure(f"{latency} ms: without a journal: processor time", min(run.cpu for run in without), "s"),
        ]
    return Case(
        "journal",
        f"{count} people pre-verified in one task, {LATENCY} and 100 ms latency, concurrency 32;"
        f" best of {workspace.tries}",
        (Figure("people enrolled", min(enrolled), least=count, most=count), *figures),
    )


def _uri(workspace: Workspace, sim: SimulatorProcess) -> float:
    """The seconds per person with ansible.builtin.uri: devices and a registration, without token, pages and start."""
    count = workspace.size(20, 2)
    head = {"Authorization": "Bearer {{ token.json.access_token }}"}
    person = "{{ base }}/api/2/mfa/users/{{ item }}"
    body = {"factor_id": "{{ factor_id }}", "display_name": SMS, "verified": True}
    token: Task = {
        "ansible.builtin.uri": {
            "url": "{{ base }}/auth/oauth2/v2/token",
            "method": "POST",
            "url_username": "{{ lookup('env', 'ONELOGIN_CLIENT_ID') }}",
            "url_password": "{{ lookup('env', 'ONELOGIN_CLIENT_SECRET') }}",
            "force_basic_auth": True,
            "body_format": "json",
            "body": {"grant_type": "client_credentials"},
        },
        "register": "token",
    }
    devices: Task = {
        "ansible.builtin.uri": {"url": f"{person}/devices", "headers": head},
        "loop": list(range(FIRST_ID, FIRST_ID + count)),
        "register": "devices",
    }
    register: Task = {
        "ansible.builtin.uri": {
            "url": "{{ base }}/api/2/mfa/users/{{ item.item }}/registrations",
            "method": "POST",
            "headers": head,
            "body_format": "json",
            "body": body,
            "status_code": [200, 201],
        },
        "loop": "{{ devices.results | rejectattr('json') }}",
    }
    factor = next(factor.factor_id for factor in DEFAULT_FACTORS if factor.name == SMS)
    variables = {"base": sim.url, "factor_id": factor}
    sim.reset()
    once = workspace.playbook(sim, [token], vars=variables).seconds
    sim.reset()
    whole = workspace.playbook(sim, [token, devices, register], vars=variables).seconds
    if calls(sim)[REGISTER] != count:
        raise RuntimeError(f"the uri loop enrolled {calls(sim)[REGISTER]} of {count}")
    return (whole - once) / count


def loop(workspace: Workspace) -> Case:
    """A task for each person: the time of a task in addition to that of the API."""
    count, few = workspace.size(200, 5), workspace.size(20, 2)
    task: Task = {
        "community.onelogin.mfa_registration": {"email": "{{ item.email }}", "factor": SMS, "verified": True},
        "loop": "{{ people }}",
    }
    nothing: Task = {"ansible.builtin.debug": {"msg": "{{ item.email }}"}, "loop": "{{ people }}"}
    with workspace.simulator("--count", str(count), "--latency", str(LATENCY)) as sim:
        ours, idle = [], []
        made: Mapping[str, int] = {}
        for _turn in range(workspace.tries):
            sim.reset()
            ours.append(workspace.playbook(sim, [task], vars_files=[str(workspace.people(count))]))
            made = calls(sim)
            idle.append(workspace.playbook(None, [nothing], vars_files=[str(workspace.people(count))]))
        sim.reset()
        shipped = workspace.playbook(sim, [task], shipped=True, vars_files=[str(workspace.people(few))]).seconds
    item_calls = (made["total"] - made.get(TOKEN, 0)) / count
    item = (min(run.seconds for run in ours) - workspace.start) / count * 1000
    idle_item = (min(run.seconds for run in idle) - workspace.start) / count * 1000
    cpu_more = (min(run.cpu for run in ours) - min(run.cpu for run in idle)) / count * 1000
    shipped_item = (shipped - workspace.start) / few * 1000
    return Case(
        "loop",
        f"a loop of {count} single items, {LATENCY} ms latency; best of {workspace.tries}",
        (
            Figure("people enrolled", made[REGISTER], least=count, most=count),
            _one_token(made),
            Figure("calls an item", item_calls),
            Figure("time an item", item, "ms"),
            Figure("time an item beyond the calls' latency", item - item_calls * LATENCY, "ms", most=20),
            Figure("debug, which does nothing: time an item", idle_item, "ms"),
            Figure("processor time an item beyond debug's", cpu_more, "ms"),
            Figure("shipped as a module: time an item", shipped_item, "ms"),
            Figure("faster than shipped", shipped_item / item, "x"),
        ),
    )


def hosts(workspace: Workspace) -> Case:
    """People as hosts, through the role."""
    count = workspace.size(1000, 5)
    inventory = workspace.folder / "inventory.json"
    people = json.loads(workspace.people(count).read_text(encoding="utf-8"))["people"]
    group = {
        "hosts": {person["email"].partition("@")[0]: {"onelogin_email": person["email"]} for person in people},
        "vars": {"mfa_onboarding_factors": [{"factor": SMS, "verified": True}]},
    }
    inventory.write_text(json.dumps({"people": group}), encoding="utf-8")
    # As the playbook of the collection calls it.
    role = {"name": "community.onelogin.mfa_onboarding", "rolespec_validate": False}
    with workspace.simulator("--count", str(count), "--latency", str(LATENCY)) as sim:
        run = workspace.playbook(sim, [{"ansible.builtin.import_role": role}], "-i", str(inventory), hosts="people")
        made = calls(sim)
        task = {"ansible.builtin.debug": {"msg": "idle"}}
        idle = workspace.playbook(sim, [task], "-i", str(inventory), hosts="people", gather_facts=False)
        # The default of the role is eight at a time.
        latency = made["total"] * LATENCY / 1000 / 8
        one_task = workspace.enrol_all(sim, workspace.people(count, verified=True)).seconds
    return Case(
        "hosts",
        f"{count} people as hosts through the role mfa_onboarding, {LATENCY} ms latency, default options",
        (
            Figure("people enrolled", made.get(REGISTER, 0), least=count, most=count),
            _one_token(made),
            Figure("calls", made["total"], most=2 * count + math.ceil(count / 100) + _GROUPS + 3),
            Figure("time", run.seconds, "s"),
            Figure("processor time", run.cpu, "s"),
            Figure("processor time compared with one idle task on the same hosts", run.cpu / idle.cpu, "x", most=3),
            Figure("time beyond the calls' latency", run.seconds - latency, "s", most=60),
            Figure("time a person", (run.seconds - workspace.start) / count * 1000, "ms"),
            Figure("time compared with one task for the same people", run.seconds / one_task, "x"),
            Figure("memory, all processes", run.together, "MiB"),
        ),
    )


def wait(workspace: Workspace) -> Case:
    """A wait for people who answer at random times, within the hourly rate limit of an account."""
    count, longest = workspace.size(1000, 10), workspace.size(110, 3)
    enrol: Task = {
        "community.onelogin.mfa_registration": {"batch": "{{ people }}", "concurrency": 32},
        "register": "made",
    }
    made_ids = "made.results | map(attribute='registration') | map(attribute='id')"
    made_for = "made.results | map(attribute='registration') | map(attribute='user_id')"
    pairs = f"dict({made_for} | zip({made_ids})) | dict2items('user_id', 'registration_id')"
    wait_for: Task = {
        "community.onelogin.mfa_registration_wait": {
            "batch": f"{{{{ {pairs} }}}}",
            "timeout": longest + 20,
            "concurrency": 32,
        }
    }
    after = _answering(workspace.folder / "answering.csv", count, longest)
    people = workspace.people(count, factor="OneLogin Protect")
    with workspace.simulator("--people", str(workspace.folder / "answering.csv"), "--latency", str(LATENCY)) as sim:
        run = workspace.playbook(sim, [enrol, wait_for], vars_files=[str(people)])
        log, made = sim.log(), calls(sim)
        left = sim.admin("GET", "/settings")["remaining"]
    delays = _delays(log, after)
    polls = made[ASKED]
    said = [line for line in run.output.splitlines() if line.startswith("onelogin:")]
    print(*said, sep="\n")
    return Case(
        "wait",
        f"{count} people enrol in OneLogin Protect, each answers within {longest} s, 5000 calls an hour",
        (
            Figure("acceptances seen", sum(delay >= 0 for delay in delays), least=count, most=count),
            _one_token(made),
            Figure("calls refused for the rate limit", sum(row["status"] == 429 for row in log), most=0),
            Figure("calls", made["total"]),
            Figure("calls left of the hour", left, least=0),
            Figure("polls", polls),
            Figure(
                "polls if everyone was polled every 2 s (calculated)", sum(math.ceil(s / 2) for s in after.values())
            ),
            Figure("delay of detection, median", median(delays), "s"),
            Figure("delay of detection, 95th of 100", quantiles(delays, n=20)[-1], "s"),
            Figure("delay of detection, longest", max(delays), "s"),
            Figure("progress lines", len(said)),
            Figure("time", run.seconds, "s"),
            Figure("processor time", run.cpu, "s"),
            Figure("memory, all processes", run.together, "MiB", most=MEMORY),
        ),
    )


def _answering(file: Path, count: int, longest: float) -> dict[int, float]:
    """Write people for the simulator who answer within this time; return the time of each by user id."""
    chance = random.Random(5)
    after = {FIRST_ID + number: round(chance.uniform(0, longest), 3) for number in range(count)}
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(("id", "email", "sim_answer", "sim_answer_after"))
        for number, (user_id, seconds) in enumerate(after.items(), 1):
            table.writerow((user_id, f"person{number:05d}@example.com", "accept", seconds))
    return after


def _delays(log: list[dict[str, Any]], after: dict[int, float]) -> list[float]:
    """The seconds between each person's answer and the poll that found it, which is the last poll of the person."""
    answered, learned = {}, {}
    for row in log:
        moment = datetime.fromisoformat(row["time"]).timestamp()
        kind = f"{row['method']} {row['route']}"
        if kind in (REGISTER, ASKED):
            user_id = int(row["path"].split("/")[5])
            if kind == REGISTER:
                answered[user_id] = moment + after[user_id]
            else:
                learned[user_id] = moment
    # Both are times of arrival and include the latency, so the difference is exact to milliseconds.
    return [max(0.0, late) if (late := learned[user] - answered[user]) > -0.1 else late for user in answered]


def growth(workspace: Workspace) -> Case:
    """Ten times the people: time a person and memory."""
    few, many = workspace.size(1000, 20), workspace.size(10_000, 100)
    per_person, runs, made = {}, {}, {}
    for count in (few, many):
        people = workspace.people(count, verified=True)
        arguments = ("--count", str(count), "--latency", str(LATENCY), "--limit", "1000000")
        with workspace.simulator(*arguments) as sim:
            tried = [workspace.enrol_all(sim, people) for _turn in range(workspace.tries if count == few else 1)]
            runs[count], made[count] = min(tried, key=lambda run: run.seconds), calls(sim)
        per_person[count] = (runs[count].seconds - workspace.start) / count * 1000
    return Case(
        "growth",
        f"{few} and {many} people pre-verified in one task, {LATENCY} ms latency, concurrency 32",
        (
            Figure("people enrolled", made[many][REGISTER], least=many, most=many),
            _one_token(made[many]),
            Figure("calls", made[many]["total"]),
            Figure("time", runs[many].seconds, "s"),
            Figure(f"time a person, {few} people, start left out", per_person[few], "ms"),
            Figure(f"time a person, {many} people, start left out", per_person[many], "ms"),
            Figure("time a person compared with fewer people", per_person[many] / per_person[few], "x", most=1.1),
            Figure(f"memory, {few} people, largest process", runs[few].largest, "MiB"),
            Figure(f"memory, {few} people, all processes", runs[few].together, "MiB"),
            Figure(f"memory, {many} people, largest process", runs[many].largest, "MiB"),
            Figure(f"memory, {many} people, all processes", runs[many].together, "MiB", most=MEMORY),
        ),
    )


def slices(workspace: Workspace) -> Case:
    """Jobs as AWX runs them, each with its slice of the people, on one account and with one journal in PostgreSQL."""
    count, latency = workspace.size(800, 8), 250
    hosts = people_as_hosts(count)
    seconds: dict[int, float] = {}
    made: dict[int, Mapping[str, int]] = {}
    refused = 0
    arguments = ("--count", str(count), "--latency", str(latency))
    with workspace.simulator(*arguments) as sim:
        for jobs in (1, 2, 4):
            sim.reset()
            with workspace.postgres() as journal:
                seconds[jobs] = workspace.onboard(sim, journal, hosts, [{"factor": SMS, "verified": True}], jobs)
            made[jobs] = calls(sim)
            refused += sum(row["status"] == 429 for row in sim.log())
    return Case(
        "slices",
        f"{count} people as hosts, pre-verified, {latency} ms latency, in 1, 2 and 4 jobs of ansible-runner at a time",
        (
            Figure("people enrolled", min(of[REGISTER] for of in made.values()), least=count, most=count),
            Figure("calls refused for the rate limit", refused, most=0),
            *(Figure(f"{_jobs(jobs)}: calls", made[jobs]["total"]) for jobs in made),
            *(Figure(f"{_jobs(jobs)}: time", seconds[jobs], "s") for jobs in made),
            Figure("calls of 4 jobs compared with 1", made[4]["total"] / made[1]["total"], "x", most=1.05),
            Figure("time of 2 jobs compared with 1", seconds[2] / seconds[1], "x", most=1),
            Figure("time of 4 jobs compared with 2", seconds[4] / seconds[2], "x", most=1),
        ),
    )


def _jobs(number: int) -> str:
    return "1 job" if number == 1 else f"{number} jobs"


CASES: dict[str, Callable[[Workspace], Case]] = {
    case.__name__: case for case in (batch, journal, loop, hosts, wait, events, audits, growth, slices)
}
