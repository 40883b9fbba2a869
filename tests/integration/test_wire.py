# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A broken server or proxy: no endless wait, no unlimited memory, no mixed-up responses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import ROOT, Simulator, task
from tests.integration.operations import OperationRunner
from tests.integration.watch import watch

pytestmark = pytest.mark.libraries("it is about the client")

PEOPLE = ("kelly", "nora", "eve", "nils", "rita", "mia")


@pytest.fixture
def runner(sim: Simulator) -> OperationRunner:
    """The modules without Ansible, in real time."""
    return OperationRunner(sim, watch.hear)


@pytest.mark.parametrize("fault", ["drip", "drip_header", "hang"])
def test_a_wait_ends_at_its_timeout_during_any_call(sim: Simulator, runner: OperationRunner, fault: str) -> None:
    person: dict[str, Any] = {"user_id": runner.user("kelly")}
    sim.set(answer="never")
    made = runner("mfa_registration", **person, factor="OneLogin SMS")
    sim.fault(fault, "GET", "/registrations/", times=None)
    named = {**person, "registration_id": made["registration"]["id"]}
    waited = runner("mfa_registration_wait", **named, timeout=2, request_timeout=30)
    assert waited["error"]["code"] == "timeout"
    assert waited["elapsed"] <= 10  # without a deadline, the client would read a slow response to its last byte


@pytest.mark.parametrize("fault", ["drip", "drip_header"])
def test_a_task_ends_at_its_timeout_during_any_call(
    sim: Simulator, playbook: Playbook, way: dict[str, Any], fault: str
) -> None:
    sim.set(answer="never")
    sim.fault(fault, "GET", "/registrations/", times=None)
    who = {"email": "kelly@example.com"}
    sent = task("mfa_registration", {**who, "factor": "OneLogin Voice"}, register="sent")
    wait = task("mfa_registration_wait", {"batch": "{{ [sent] }}", "timeout": 2}, name="wait", **way)
    run = playbook([sent, wait])
    assert run["wait"]["results"][0]["error"]["code"] == "timeout"
    assert run["wait"]["elapsed"] <= 10


def test_early_hints_do_not_mix_up_responses(sim: Simulator, runner: OperationRunner) -> None:
    truth = {name: sim.person(name)["devices"] for name in PEOPLE}
    sim.fault("early_hints", "GET", "/devices$", times=3)
    for _run in range(3):
        for result in runner("mfa_device_info", batch=list(PEOPLE), concurrency=2)["results"]:
            if result["failed"]:
                continue
            ids = {device["device_id"] for device in result["devices"]}
            assert ids == {device["device_id"] for device in truth[result["item"]["username"]]}


def test_a_post_with_early_hints_is_not_sent_twice(sim: Simulator, runner: OperationRunner, tmp_path: Path) -> None:
    person: dict[str, Any] = {"user_id": runner.user("kelly"), "journal": str(tmp_path / "journal.sqlite")}
    sim.fault("early_hints", "POST", "/registrations$")
    for _run in range(2):
        assert runner("mfa_registration", **person, factor="OneLogin SMS")["error"]["code"] == "unconfirmed"
    assert len(sim.messages("kelly")) == 1


def test_pages_without_an_end_are_an_error(sim: Simulator, runner: OperationRunner) -> None:
    sim.fault("endless_pages", "GET", "/users$", times=None)
    found = runner("user_info", firstname="*")
    assert found["error"]["code"] == "bad_response"
    assert "does not end after 2 pages" in found["error"]["message"]
    assert sim.count("GET", "/users") == 2


@pytest.mark.parametrize(
    "fault", [{"fault": "gzip", "megabytes": 256}, {"fault": "oversized", "megabytes": 3072}], ids=str
)
def test_no_response_fills_the_memory(sim: Simulator, tmp_path: Path, fault: dict[str, Any]) -> None:
    sim.fault(fault["fault"], "GET", "/devices$", times=None, params={"megabytes": fault["megabytes"]})
    script = f"""
import json, resource
from tests.integration.operations import OperationRunner
from types import SimpleNamespace
sim = SimpleNamespace(url={sim.url!r})
result = OperationRunner(sim)("mfa_device_info", user_id={sim.person("kelly")["user_id"]}, request_timeout=30)
print(json.dumps([result["error"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True, cwd=tmp_path
    )
    error, megabytes = json.loads(done.stdout)
    assert error["code"] == "bad_response"
    assert error["message"] in (
        "OneLogin's response is compressed as gzip, which was not requested.",
        "OneLogin's response is longer than 16 MiB.",
    )
    assert megabytes < 200


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_no_proxy_is_used_for_this_machine(runner: OperationRunner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert not runner("mfa_device_info", user_id=runner.user("kelly"), request_timeout=5)["failed"]
