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

from tests.integration.harness import (
    BIN,
    Run,
    Simulator,
    environment,
    play,
    recap,
    run_playbook,
    task,
)
from tests.integration.journals import wait_until

USER = "probe@example.com"
PLAYBOOK = "- import_playbook: community.onelogin.probe"
TASK = "community.onelogin.mfa_probe : Probe the account"


@pytest.fixture
def account(sim: Simulator) -> Simulator:
    """An account with a test user, who has no phone number."""
    sim.reset(people=[{"email": USER, "username": "probe"}])
    return sim


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
