# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in process: the same results as shipped, one token per run, progress lines, and prompt interruption."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import (
    BIN,
    HERE,
    MODULES,
    SHIPPED,
    Simulator,
    Task,
    environment,
    essence,
    in_background,
    play,
    task,
)
from tests.integration.journals import wait_until
from tests.support.ansible_process import kill_tree

KELLY, NILS, EVE = ({"user_id": number} for number in (36216766, 36216768, 36216769))
TOKEN = "/auth/oauth2/v2/token"
NOWHERE = {"ansible_python_interpreter": "/nowhere/python"}


def _everything() -> list[Task]:
    sms = {"email": "kelly@example.com", "factor": "SMS"}
    return [
        task("user_info", {"email": "k*@example.com", "fields": ["id", "email"]}),
        task("mfa_factor_info", KELLY),
        task("mfa_registration", {**sms, "verified": True}, check_mode=True, diff=True),
        task("mfa_registration", {**sms, "verified": True}, diff=True),
        task("mfa_registration", {**sms, "expires_in": 119}),
        task("mfa_registration", {**sms, "user_id": 5}),
        task("mfa_registration", {**sms, "nonsense": True}),
        task("mfa_registration", {**sms, "expires_in": "soon"}),
        task("mfa_registration", {"batch": [{**sms, "nonsense": True}]}),
        task(
            "mfa_registration",
            {"batch": [{**EVE, "factor": "Voice Mail"}, {"email": "none@example.com", "factor": "SMS"}]},
        ),
        task("mfa_registration", {**NILS, "factor": "OneLogin Protect"}, register="protect"),
        task("mfa_registration_info", {**NILS, "registration_id": "{{ protect.registration.id }}"}),
        task("mfa_registration_wait", {**NILS, "registration_id": "{{ protect.registration.id }}"}, check_mode=True),
        task("mfa_device_info", {"batch": [KELLY, EVE]}),
        task("mfa_verification", sms, register="sms"),
        task("mfa_verification_info", {**KELLY, "verification_id": "{{ sms.verification.id }}"}),
        task("mfa_verification_wait", {**KELLY, "verification_id": "none", "timeout": 1}),
        task("mfa_device", sms, diff=True),
        task("mfa_token", KELLY, check_mode=True),
        task("group_info"),
        task("policy_info"),
        task("event_info", {"limit": 1}),
        task("user", {**KELLY, "attributes": {"department": "Sales"}}, diff=True),
        task("mfa_journal", {"journal": "none.sqlite", "older_than": 0}),
        task("mfa_journal_info", {"journal": "none.sqlite"}),
        task("mfa_journal_info"),
        task("access_token", {"state": "absent"}),
        task("rate_limit_info", {"client_secret": "wrong-secret"}),
        task("rate_limit_info", {"client_secret": "wrong-secret", "base_url": "http://example.com"}),
    ]


@pytest.mark.shows("client secret", "*", "Ansible shows the lines of a playbook where a task failed; here they hold it")
def test_in_process_and_shipped_return_the_same(sim: Simulator, playbook: Playbook) -> None:
    tasks = _everything()
    assert {next(key for key in each if "." in key).rpartition(".")[2] for each in tasks} == set(MODULES)
    here = playbook(tasks, vars=NOWHERE)
    sim.reset()
    there = playbook(tasks, **SHIPPED)
    assert len(here.results) == len(tasks)
    for each, one, other in zip(tasks, here.results, there.results, strict=True):
        # One of them has the token of the run already.
        assert {**essence(one), "api": None} == {**essence(other), "api": None}, each
        assert one.get("invocation", {}) == other.get("invocation", {}) or one["failed"], each


def test_arguments_are_shown_as_configured(playbook: Playbook) -> None:
    quiet = {"ANSIBLE_INJECT_INVOCATION": "0"}
    here = playbook([task("mfa_device_info", KELLY)], env=quiet).only
    there = playbook([task("mfa_device_info", KELLY, **SHIPPED)], env=quiet).only
    # An older ansible-core does not have this setting.
    ansible = tuple(int(part) for part in metadata.version("ansible-core").split(".")[:2])
    assert ("invocation" in here) == ("invocation" in there) == (ansible < (2, 21))


def test_without_a_local_connection_of_this_user_the_module_is_shipped(sim: Simulator, playbook: Playbook) -> None:
    """A missing interpreter matters only if a module is shipped."""
    done = playbook(
        [
            task("mfa_device_info", KELLY, name="here"),
            task("mfa_device_info", KELLY, name="async", **{"async": 30, "poll": 1}),
            task("mfa_device_info", KELLY, name="elsewhere", **SHIPPED),
            task("mfa_device_info", KELLY, name="become", become=True, vars={"ansible_become_exe": "/nowhere/sudo"}),
        ],
        vars=NOWHERE,
    )
    assert not done["here"]["failed"]
    assert done["async"]["failed"]
    assert done["elsewhere"]["failed"]
    assert done["become"]["failed"]
    assert sim.count("GET", "/devices") == 1


def test_a_shipped_module_can_run_in_the_background(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    done = playbook([task("mfa_device_info", KELLY, **in_background(tmp_path))])
    assert done.only["devices"] == []


@pytest.mark.shows("client secret", "*", "Ansible shows the lines of a playbook where a task failed; here they hold it")
def test_the_keywords_of_tasks_work_as_they_do_for_modules(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    credential = {"ONELOGIN_CLIENT_ID": "wrong", "ONELOGIN_CLIENT_SECRET": "wrong-secret"}
    right = environment(tmp_path, "")
    done = playbook(
        [
            task("mfa_device_info", KELLY, name="wrong"),
            task(
                "mfa_device_info",
                KELLY,
                name="environment",
                environment={name: right[name] for name in credential},
            ),
            task("mfa_device_info", KELLY, name="wrong again"),
            task(
                "mfa_registration_info",
                {**KELLY, "registration_id": "{{ item }}"},
                name="loop",
                loop=["a", "b"],
                module_defaults={
                    "group/community.onelogin.onelogin": {
                        "client_id": right["ONELOGIN_CLIENT_ID"],
                        "client_secret": right["ONELOGIN_CLIENT_SECRET"],
                    }
                },
            ),
            task(
                "mfa_device_info", KELLY, name="until", register="tried", retries=2, delay=0, until="tried is success"
            ),
            task("mfa_device_info", KELLY, name="hidden", no_log=True),
        ],
        env=credential,
        vars=NOWHERE,
    )
    assert done["wrong"]["error"]["code"] == done["wrong again"]["error"]["code"] == "unauthorized"
    assert done["environment"]["devices"] == []
    assert [result["error"]["code"] for result in done["loop"]["results"]] == ["not_found", "not_found"]
    assert done["until"]["attempts"] == 2
    assert "error" not in done["hidden"]


def test_a_delegated_task_runs_in_process_if_its_host_is_local(sim: Simulator, playbook: Playbook) -> None:
    away = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1, **NOWHERE}
    local = {"ansible_connection": "local"}
    done = playbook(
        [
            task("mfa_device_info", KELLY, name="away", ignore_unreachable=True, vars=away),
            task("mfa_device_info", KELLY, name="delegated", delegate_to="localhost", vars={**NOWHERE, **local}),
        ]
    )
    assert done["delegated"]["devices"] == []
    assert sim.count("GET", "/devices") == 1


def _hosts(count: int) -> str:
    return ",".join(f"host{number}" for number in range(count)) + ","


def test_a_run_requests_one_token(sim: Simulator, playbook: Playbook) -> None:
    tasks = [
        task("mfa_device_info", {"user_id": "{{ 36216766 + (ansible_play_hosts.index(inventory_hostname) % 3) }}"})
    ]
    done = playbook(tasks * 3, "-i", _hosts(6), hosts="all", env={"ANSIBLE_FORKS": "6"})
    assert len(done.results) == 18
    assert not any(result["failed"] for result in done.results)
    assert sim.count("POST", TOKEN) == 1


def test_an_expired_token_is_renewed_once_for_all_hosts(sim: Simulator, playbook: Playbook) -> None:
    ask = task("mfa_device_info", KELLY)
    expire = {"simulator": {"method": "POST", "path": "/tokens/expire"}, "run_once": True}
    done = playbook([ask, expire, ask, ask], "-i", _hosts(6), hosts="all", env={"ANSIBLE_FORKS": "6"})
    assert not any(result["failed"] for result in done.results)
    assert sim.count("POST", TOKEN) == 2


def test_the_shared_token_is_removed_at_the_end_of_the_run(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    show = "find $HOME/.ansible/tmp -name 'onelogin-token-*' -printf '%m %s\\n'"
    done = playbook([task("mfa_device_info", KELLY), {"ansible.builtin.shell": show, "name": "show"}])
    mode, size = done["show"]["stdout"].split()
    assert mode == "600"
    assert int(size) > 20
    assert not list(tmp_path.rglob("onelogin-token-*"))


def test_requests_is_loaded_before_the_workers_are_forked(playbook: Playbook, tmp_path: Path) -> None:
    (tmp_path / "loaded.py").write_text(
        "import sys\n"
        "from ansible.plugins.callback import CallbackBase\n"
        "class CallbackModule(CallbackBase):\n"
        "    CALLBACK_TYPE, CALLBACK_NAME = 'notification', 'loaded'\n"
        "    def v2_runner_on_start(self, host, task):\n"
        "        self._display.display(f'requests loaded: {\"requests\" in sys.modules}')\n"
    )
    plugins = f"{tmp_path}{os.pathsep}{HERE / 'plugins/callback'}"
    done = playbook(
        [task("mfa_device_info", KELLY)],
        env={"ANSIBLE_CALLBACK_PLUGINS": plugins, "ANSIBLE_CALLBACKS_ENABLED": "results,loaded"},
    )
    assert "requests loaded: True" in done.output


def _waits(sim: Simulator, playbook: Playbook, timeout: int, **more: Any) -> str:
    """Wait for a person who never answers, and return the output."""
    done = playbook(
        [
            task("mfa_registration", {"email": "nils@example.com", "factor": "OneLogin Protect"}, register="made"),
            task(
                "mfa_registration_wait",
                {
                    "batch": [{"email": "nils@example.com", "registration_id": "{{ made.registration.id }}"}],
                    "timeout": timeout,
                    **more,
                },
                name="wait",
            ),
        ]
    )
    assert done["wait"]["results"][0]["error"]["code"] == "timeout"
    return done.output


def test_a_long_wait_shows_progress_and_a_short_one_does_not(sim: Simulator, playbook: Playbook) -> None:
    said = [line for line in _waits(sim, playbook, 7).splitlines() if line.startswith("onelogin:")]
    assert len(said) == 1
    assert re.fullmatch(r"onelogin: 0 of 1 done, 1 waiting, \d+s of 7s, \d+ calls left this hour", said[0])
    assert "onelogin:" not in _waits(sim, playbook, 2)
    assert "onelogin:" not in _waits(sim, playbook, 7, progress=False)


def test_a_sleep_for_the_rate_limit_is_shown(sim: Simulator, playbook: Playbook) -> None:
    sim.set(window=3600)
    sim.set(remaining=0, window=15)
    done = playbook([task("mfa_device_info", KELLY)])
    assert not done.only["failed"]
    assert re.search(r"onelogin: the hourly rate limit is reached; continuing at \S+ \(in \d+ s\)", done.output)


def test_a_batch_that_cannot_fit_the_rate_limit_is_refused_first(sim: Simulator, playbook: Playbook) -> None:
    sim.set(remaining=8)
    people = [
        {"email": f"{name}@example.com"} for name in ("kelly", "eve", "rita", "nils", "nora", "zoe", "abe", "ben")
    ]
    batch = [{**person, "factor": "SMS", "verified": True} for person in people]
    done = playbook([task("mfa_registration", {"batch": batch, "rate_limit_timeout": 60})])
    assert done.only["error"]["code"] == "rate_limited"
    assert "8 to 16 API calls are needed" in done.only["msg"]
    assert not sim.writes()


def test_a_batch_that_fits_only_in_part_shows_when_it_continues(sim: Simulator, playbook: Playbook) -> None:
    sim.set(window=3600)
    sim.set(remaining=6, window=15)
    people = [{"user_id": 36216766 + number, "factor": "SMS", "verified": True} for number in range(3)]
    people[2] = {"email": "nils@example.com", "factor": "OneLogin Email", "verified": True}
    people[1] = {"email": "eve@example.com", "factor": "OneLogin Email", "verified": True}
    done = playbook([task("mfa_registration", {"batch": people})])
    assert not any(result["failed"] for result in done.only["results"]), done.output
    assert re.search(r"onelogin: 3 to 6 API calls are needed and \d remain this hour; .* continues at", done.output)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_interruption_ends_a_wait_at_once(sim: Simulator, tmp_path: Path, sent: signal.Signals) -> None:
    tasks = [
        task("mfa_registration", {**NILS, "factor": "OneLogin Protect"}, register="made"),
        task(
            "mfa_registration_wait",
            {**NILS, "registration_id": "{{ made.registration.id }}", "sleep": 0.2, "max_sleep": 0.2},
        ),
    ]
    (tmp_path / "playbook.yml").write_text(play(tasks))
    (tmp_path / "results.jsonl").touch()
    with subprocess.Popen(
        [str(BIN / "ansible-playbook"), str(tmp_path / "playbook.yml")],
        env=environment(tmp_path, sim.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        polls = "/registrations/"
        until = time.monotonic() + 30
        while not any(polls in row["path"] for row in sim.log()):
            assert time.monotonic() < until
            time.sleep(0.2)
        process.send_signal(sent)
        output, _nothing = process.communicate(timeout=5)
    assert process.returncode != 0
    assert re.search(
        r"^onelogin: interrupted at 0 of 1 done, 1 waiting, \d+s of 5m, \d+ calls left this hour$", output, re.M
    )
    time.sleep(1.5)
    asked = len(sim.log())
    time.sleep(1)
    assert len(sim.log()) == asked, "a thread still polls"
    assert not list(tmp_path.rglob("onelogin-token-*"))


def test_a_token_is_removed_at_sigterm_between_tasks_and_by_the_next_run_after_a_kill(
    sim: Simulator, playbook: Playbook, tmp_path: Path
) -> None:
    tasks = [task("mfa_device_info", KELLY), {"ansible.builtin.wait_for": {"timeout": 30}}]
    (tmp_path / "playbook.yml").write_text(play(tasks))
    for sent, left in ((signal.SIGTERM, 0), (signal.SIGKILL, 1)):
        (tmp_path / "results.jsonl").write_text("")
        with subprocess.Popen(
            [str(BIN / "ansible-playbook"), str(tmp_path / "playbook.yml")],
            env=environment(tmp_path, sim.url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            until = time.monotonic() + 60
            while not (tmp_path / "results.jsonl").read_text():
                assert time.monotonic() < until
                time.sleep(0.1)
            (token,) = tmp_path.rglob("onelogin-token-*")
            assert token.stat().st_mode & 0o777 == 0o600
            if sent == signal.SIGKILL:
                kill_tree(process.pid)
            else:
                process.send_signal(sent)
        # Ansible's own handler fails with another code if a worker has just ended.
        assert process.returncode != 0
        assert len(list(tmp_path.rglob("onelogin-token-*"))) == left
    assert not playbook([task("mfa_device_info", KELLY)]).only["failed"]
    assert not list(tmp_path.rglob("onelogin-token-*"))


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_interrupted_shipped_module_returns_its_results_so_far(
    sim: Simulator, playbook: Playbook, tmp_path: Path, sent: signal.Signals
) -> None:
    persons = [{**KELLY, "factor": "OneLogin Protect"}, {**NILS, "factor": "OneLogin Protect"}]
    sim.set(answer_after=600)  # the test answers earlier
    made = playbook([task("mfa_registration", {"batch": persons})]).only["results"]
    sim.admin("POST", f"/people/{KELLY['user_id']}/approve")
    waits = [{"user_id": one["registration"]["user_id"], "registration_id": one["registration"]["id"]} for one in made]
    with subprocess.Popen(
        [sys.executable, "-m", "ansible_collections.community.onelogin.plugins.modules.mfa_registration_wait"],
        env=environment(tmp_path, sim.url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        arguments = {"batch": waits, "sleep": 0.2, "max_sleep": 0.2, "timeout": 60}
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
        process.stdin.close()
        wait_until(lambda: sum("/registrations/" in row["path"] for row in sim.log()) >= 3)
        process.send_signal(sent)
        result = json.loads(process.stdout.read())
        process.wait(5)
    assert (result["failed"], result["interrupted"]) == (True, True)
    kelly, nils = result["results"]
    assert (kelly["failed"], kelly["registration"]["status"]) == (False, "accepted")
    assert (nils["failed"], nils["error"]["code"]) == (True, "timeout")
