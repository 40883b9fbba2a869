# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_probe: what it prints is how the simulator is set, and it leaves the account as it was."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.answers import NEVER_ASKED, QUESTIONS
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.probe import PROBE
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import DISPLAY_NAME

from simulator.switches import SWITCHES
from tests.integration.harness import (
    BIN,
    CLIENT_ID,
    CLIENT_SECRET,
    Run,
    Simulator,
    environment,
    play,
    recap,
    run_playbook,
    task,
)
from tests.integration.journals import wait_until
from tests.integration.operations import OperationRunner

USER = "probe@example.com"
ROUNDS = max(len(switch.choices) for switch in SWITCHES)
"""So many settings of all switches together have each switch at each of its values."""
CROWD = 60
PLAYBOOK = "- import_playbook: community.onelogin.probe"
TASK = "community.onelogin.mfa_probe : Probe the account"


@pytest.fixture
def account(sim: Simulator) -> Simulator:
    """An account with a test user, who has no phone number."""
    sim.reset(people=[{"email": USER, "username": "probe"}])
    return sim


def probe(sim: Simulator, **options: Any) -> dict[str, Any]:
    """The result of a probe in this process."""
    given = {"base_url": sim.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "email": USER}
    checked = ArgumentSpecValidator(PROBE.options.specs).validate({**given, "progress": False, **options})
    assert not checked.error_messages
    return _batch.execute(PROBE, checked.validated_parameters)


def answers_of(result: dict[str, Any]) -> dict[str, str | None]:
    """The answers by name."""
    return {answer["name"]: answer["value"] for answer in result["answers"]}


def test_there_is_a_question_for_each_switch() -> None:
    assert set(QUESTIONS) == {switch.name for switch in SWITCHES} | {"page_size"}


@pytest.mark.once("it is about OneLogin's answers, without Ansible")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_answers_are_the_settings(sim: Simulator, paced: OperationRunner, number: int) -> None:
    crowd = [{"email": f"p{its}@example.com", "sim_enrolled": "Authenticator"} for its in range(CROWD)]
    sim.reset(people=[{"email": USER, "username": "probe"}, *crowd])
    paced("mfa_verification", batch=[{"email": its["email"]} for its in crowd], factor="Authenticator")
    wanted = {its.name: its.choices[number % len(its.choices)] for its in SWITCHES if its.name not in NEVER_ASKED}
    sim.set(switches=wanted, page_size=10 + number, remaining=250)
    _batch.Clock().sleep(60)  # type: ignore[attr-defined]  # until all events are listed

    result = probe(sim, use_rate_limit=True)
    without = {
        "wrong_otp_body": "401" not in (wanted["wrong_otp_verification"], wanted["wrong_otp_registration"]),
        "policy_list": wanted["policies"] == "406",
        "event_lag": wanted["enrolment_event"] == "none",
    }
    wanted = {name: choice for name, choice in wanted.items() if not without.get(name)}
    found = answers_of(result)
    assert {name: found[name] for name in wanted} == wanted, result
    assert found["page_size"] == str(10 + number)
    assert {name: found[name] for name in NEVER_ASKED} == dict.fromkeys(NEVER_ASKED)
    assert not result["failed"], result
    assert sim.person(USER)["devices"] == []
    assert sim.messages() == []
    assert [call for call in sim.writes() if f"/{sim.person(USER)['user_id']}/" not in call][CROWD:] == []


def run(home: Path, sim: Simulator, *arguments: str, text: str = PLAYBOOK, **extra: Any) -> Run:
    """Run the playbook, confirmed for the test user."""
    return run_playbook(
        home, text, environment(home, sim.url), "-e", json.dumps({**confirmed(sim), **extra}), *arguments
    )


def host_of(sim: Simulator) -> str:
    """The host of the account, as the confirmation names it."""
    return f"localhost:{sim.url.rpartition(':')[2]}"


def confirmed(sim: Simulator) -> dict[str, str]:
    """The variables that confirm a probe with the test user."""
    return {"mfa_probe_user": USER, "mfa_probe_confirm": f"{host_of(sim)}/{USER}"}


@pytest.mark.once("the tests of interruptions run it there")
def test_the_playbook(start: Callable[..., Simulator], tmp_path: Path) -> None:
    """It prints the block, starts the simulator with it, and shows no code and no seed at -vvvv (see watch.py)."""
    people = tmp_path / "people.csv"
    people.write_text(f"email,username\n{USER},probe\n")
    wanted = ("expired=404", "container=list", "wrong_otp_verification=pending", "verification_success=flat")
    sim = start("--people", str(people), "--speed", "60", *(word for its in wanted for word in ("--switch", its)))
    done = run(tmp_path, sim)
    assert done.rc == 0, done.output[-3000:]
    block = done.output.partition('make simulator ARGS="')[2].partition('"')[0].replace("\\\n", " ").split()
    assert {f"{its['name']}={its['value']}" for its in done.by_name[TASK]["answers"] if its["value"]} == set(
        block[1::2]
    )
    assert set(wanted) < set(block)
    assert "throttle (the response over the rate limit): The rate limit was not reached. Run again with" in done.output
    assert start(*block).admin("GET", "/settings")["switches"] == sim.admin("GET", "/settings")["switches"]
    assert sim.person(USER)["devices"] == []
    assert recap(done.output) == (set(), set())


def test_what_is_refused(account: Simulator, tmp_path: Path) -> None:
    """Nothing is asked in check mode, and without a confirmation that names exactly this account and user."""
    right = f"{host_of(account)}/{USER}"
    cases: list[tuple[bool, dict[str, Any], str]] = [
        (True, {}, "The probe does not run in check mode. The probe would ask the account localhost"),
        (False, {"mfa_probe_confirm": ""}, f"To confirm this, set mfa_probe_confirm to {right}. Nothing was done."),
        (False, {"mfa_probe_confirm": right.upper()}, f"mfa_probe_confirm is {right.upper()}."),
        (False, {"mfa_probe_confirm": f"acme.onelogin.com/{USER}"}, f"set mfa_probe_confirm to {right}"),
        (False, {"mfa_probe_user": "other@example.com"}, "set mfa_probe_confirm to localhost"),
        (False, {"mfa_probe_user": ""}, "mfa_probe_user is not set."),
        (False, {"mfa_probe_comfirm": right}, "mfa_probe_comfirm (did you mean mfa_probe_confirm?)"),
    ]
    tasks = [
        task("role_probe", vars={"mfa_probe_user": USER, "mfa_probe_confirm": right, **options}, check_mode=check_mode)
        for check_mode, options, _message in cases
    ]
    done = run_playbook(tmp_path, play(tasks), environment(tmp_path, account.url))
    assert [its.get("failed") for its in done.results] == [True] * len(cases)
    for (_check_mode, _options, message), result in zip(cases, done.results, strict=True):
        assert message in result["msg"]
    assert account.log() == []


@pytest.mark.usefixtures("paced")
def test_devices_that_are_not_of_the_probe(sim: Simulator) -> None:
    sim.reset(people=[{"email": USER, "sim_enrolled": "OneLogin Protect"}])
    (before,) = sim.person(USER)["devices"]
    refused = probe(sim)
    assert refused["error"]["code"] == "invalid"
    assert f"The user has devices: OneLogin Protect ({before['device_id']})." in refused["msg"]
    assert sim.writes() == []

    kept = probe(sim, keep_devices=True)
    assert (kept["failed"], answers_of(kept)["already_enrolled"]) == (False, "second_device")
    assert sim.person(USER)["devices"] == [before]


def test_a_device_that_a_killed_probe_has_left_is_removed(account: Simulator, paced: OperationRunner) -> None:
    left = paced("mfa_registration", email=USER, factor="OneLogin Email", display_name=DISPLAY_NAME, verified=True)
    assert left["registration"]["device_id"]
    assert not probe(account)["failed"]
    assert account.person(USER)["devices"] == []


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize(
    ("method", "path", "kind", "skip"),
    [
        ("POST", "/registrations$", "reset_after", 3),
        ("PUT", "/registrations/", "reset_after", 1),
        ("GET", "/events$", "503", 2),
        ("POST", "/verifications$", "403", 0),
    ],
)
def test_a_failure_is_undone(account: Simulator, method: str, path: str, kind: str, skip: int) -> None:
    """The answers until then are returned. Where the answer is lost, the device is known by its name."""
    account.fault(kind, method, path, skip=skip, times=20)
    result = probe(account, retries=1)
    assert result["failed"]
    assert "DELETE" in " ".join(account.writes())
    assert answers_of(result)["filter_case"] == "insensitive"
    (last,) = (answer for answer in result["answers"] if answer["name"] == "expired")
    assert (last["value"], last["reason"]) == (None, "The probe ended before it asked this.")
    assert account.person(USER)["devices"] == []


@pytest.mark.usefixtures("paced")
def test_what_cannot_be_undone_is_named(account: Simulator) -> None:
    account.fault("503", "DELETE", "/devices/", times=None)
    result = probe(account, retries=1)
    assert (
        "The devices of the probe, named 'community.onelogin probe', may still be there. Run the probe again"
        in (result["error"]["hint"])
    )
    account.admin("DELETE", "/faults")
    assert not probe(account)["failed"]
    assert account.person(USER)["devices"] == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_probe_is_undone(account: Simulator, tmp_path: Path, sent: signal.Signals) -> None:
    """Also if the signal ends the run at once, since the worker sees that."""
    account.set(latency=100)
    with subprocess.Popen(
        [BIN / "ansible-playbook", "community.onelogin.probe", "-e", json.dumps(confirmed(account))],
        env=environment(tmp_path, account.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        wait_until(lambda: account.person(USER)["devices"])
        process.send_signal(sent)
        output, _nothing = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "onelogin: probe@example.com: The probe was interrupted. Its devices are removed." in output
    assert account.person(USER)["devices"] == []
    assert not list(tmp_path.rglob("onelogin-token-*"))
