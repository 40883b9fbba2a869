# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator in its own process, and runs of real playbooks."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.download_collections import COLLECTIONS
from tests.integration.watch import watch
from tests.support.ansible_process import BIN, AnsibleServer, Command, Finished, run_command
from tests.support.simulator_process import CLIENT_ID, CLIENT_SECRET, ROOT, Ended, SimulatorProcess

__all__ = ["BIN", "CLIENT_ID", "CLIENT_SECRET", "ROOT"]

HERE = Path(__file__).parent
MODULES = sorted(
    p.stem for p in (ROOT / "plugins/modules").glob("*.py") if "OPERATION" in p.read_text(encoding="utf-8")
)
MESSAGES = ("POST /api/2/mfa/users/{user_id}/registrations", "POST /api/2/mfa/users/{user_id}/verifications")

Task = dict[str, Any]


class Simulator(SimulatorProcess):
    """A simulator whose secrets must not appear in output or files."""

    def stop(self) -> Ended:
        """End the process, and keep its secrets for the search at the end of the test."""
        if self in self.running:
            watch.note_rows(self.secrets())
        return super().stop()

    @classmethod
    def all_secrets(cls) -> list[dict[str, str]]:
        """The secrets of all running simulators."""
        return [row for sim in cls.running for row in sim.secrets()]

    @classmethod
    def forget(cls) -> None:
        """Make all running simulators forget their secrets."""
        for sim in cls.running:
            sim.admin("DELETE", "/secrets")


@dataclass(frozen=True)
class Run:
    """The result of a playbook; ``results`` are those of the collection's tasks, in order."""

    rc: int
    output: str
    results: list[dict[str, Any]]
    by_name: Mapping[str, dict[str, Any]]

    @property
    def only(self) -> dict[str, Any]:
        """The result, if there is exactly one."""
        (result,) = self.results
        return result

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The result of the task with this name."""
        return self.by_name[name]


def environment(home: Path, url: str, **more: str) -> dict[str, str]:
    """The environment of a playbook; only PATH comes from this machine."""
    env = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT / "tests/support/startup"),
        "ANSIBLE_ACTION_PLUGINS": str(HERE / "plugins/action"),
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "plugins/callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "plugins/connection"),
        "ANSIBLE_COLLECTIONS_PATH": str(home / "none"),
        # By default both are below the home folder in the password database, not below HOME.
        "ANSIBLE_REMOTE_TEMP": str(home / "remote"),
        "ANSIBLE_ASYNC_DIR": str(home / "async"),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_NOCOLOR": "1",
        # The most verbose output is searched for secrets.
        "ANSIBLE_VERBOSITY": "4",
        "ANSIBLE_VERBOSE_TO_STDERR": "1",
        "ANSIBLE_LOG_PATH": str(home / "ansible.log"),
        # As of ansible-core 2.21, results contain the arguments of a task only with this setting.
        "ANSIBLE_INJECT_INVOCATION": "1",
        "ONELOGIN_TEST_RESULTS": str(home / "results.jsonl"),
        "ONELOGIN_TEST_SIMULATOR": url,
        "ONELOGIN_BASE_URL": url,
        "ONELOGIN_CLIENT_ID": CLIENT_ID,
        "ONELOGIN_CLIENT_SECRET": CLIENT_SECRET,
        # A folder of certificates that does not exist must make no difference.
        "REQUESTS_CA_BUNDLE": str(home / "no-such-bundle.pem"),
        # Each request of a module of awx.awx would read those of this machine.
        "SSL_CERT_FILE": os.devnull,
        **more,
    }
    watch.note_environment(env)
    return env


server = AnsibleServer(environment)
# This is for tests that need other collections. Ansible searches for collections once, when it is imported.
server_of_collections = AnsibleServer(
    lambda home, url: environment(home, url, ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS))
)


def play(tasks: Sequence[Task] | str, **keywords: Any) -> str:
    """Build a playbook as text."""
    if isinstance(tasks, str):
        return tasks
    head = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    return yaml.safe_dump([{**head, **keywords, "tasks": list(tasks)}], sort_keys=False)


def run_ansible(home: Path, env: Mapping[str, str], *command: str, cwd: Path | None = None) -> Finished:
    """Run ``ansible-playbook`` or ``ansible-inventory`` in the home folder or another."""
    folder = cwd or home
    fitting = next((its for its in (server, server_of_collections) if its.fits(env, folder)), None)
    if not fitting:
        return run_command(env, folder, command, timeout=300)
    done = fitting.start(env, folder, command).wait()
    watch.hear(f"output of {' '.join(Path(word).name for word in command[:2])}", done.stdout, done.stderr)
    return done


def run_playbook(home: Path, text: str, env: Mapping[str, str], *arguments: str) -> Run:
    """Run a playbook and read its results; every run is checked for tracebacks."""
    done = run_ansible(home, env, "ansible-playbook", _write_playbook(home, text), *arguments)
    return run_of(home, done.returncode, done.stdout + done.stderr)


def start_playbook(home: Path, text: str, env: Mapping[str, str]) -> Command:
    """Start a playbook that the test can kill."""
    return server.start(env, home, ["ansible-playbook", _write_playbook(home, text)])


def _write_playbook(home: Path, text: str) -> str:
    file = home / "playbook.yml"
    file.write_text(text, encoding="utf-8")
    (home / "results.jsonl").write_text("")
    return str(file)


def run_of(home: Path, rc: int, output: str) -> Run:
    """Read the result of a playbook that ran in a folder."""
    assert "Traceback" not in output, output
    rows = [json.loads(line) for line in (home / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    # A play without hosts fails before its first task.
    assert rows or rc, output
    return Run(
        rc,
        output,
        [row["result"] for row in rows if row["action"].startswith("community.onelogin.")],
        {row["name"]: row["result"] for row in rows},
    )


def recap(output: str) -> tuple[set[str], set[str]]:
    """Return the changed and the failed hosts from Ansible's recap."""
    found = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) .* failed=(\d+)", output, re.MULTILINE)
    return {host for host, changed, _f in found if changed != "0"}, {
        host for host, _c, failed in found if failed != "0"
    }


def task(module: str, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Task:
    """Build a task of the collection that does not end the play if it fails; ``keywords`` are those of the task."""
    return {"ignore_errors": True, f"community.onelogin.{module}": dict(options or {}), **keywords}


SHIPPED: dict[str, Any] = {"vars": {"ansible_connection": "elsewhere"}}
"""Keywords of a task that is shipped."""


def in_background(folder: Path) -> dict[str, Any]:
    """Keywords of a shipped task in the background.

    ansible-core cannot start an interpreter whose path contains blanks or parentheses there, so a link is used.
    """
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o700)
    return {"async": 120, "poll": 1, "vars": {"ansible_python_interpreter": str(python)}}


def simulator(method: str, path: str, body: Any = None, **keywords: Any) -> Task:
    """Build a task that calls an admin path of the simulator; its result has the response as ``answer``."""
    return {"simulator": {"method": method, "path": path, "body": body}, **keywords}


def code_of(person: str, register: str = "sent") -> Task:
    """Build a task that sets ``{{ sent.answer.code }}`` to the last code that the person was sent."""
    return simulator("GET", f"/people/{person}/message", register=register)


def made(index: int, what: str) -> str:
    """Build a template for the id in one of the results that a batch registered as ``made``."""
    return "{{ made.results[" + str(index) + "]." + what + ".id }}"


_ANSIBLES_OWN = ("ansible_loop_var", "item", "invocation", "attempts", "exception", "ansible_facts", "warnings")


def essence(result: Mapping[str, Any]) -> dict[str, Any]:
    """Reduce a result to the values that are equal for a loop and a batch: without Ansible's keys and exact times."""

    def blur(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: "a time" if key in ("expires_at", "created_at") and inner else blur(inner)
                for key, inner in value.items()
                if key not in ("elapsed", "polls", "request_id", "done_at")
            }
        return [blur(inner) for inner in value] if isinstance(value, list) else value

    kept = {k: v for k, v in result.items() if k not in _ANSIBLES_OWN and not k.startswith("_ansible")}
    # Callbacks of ansible-core 2.21 do not learn whether an item of a loop failed.
    return {"failed": "error" in result, "changed": False, **dict(blur(kept))}
