# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator in a process of its own, and playbooks that really run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import requests
import yaml

from tests.integration.watch import watch

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
CLIENT_ID, CLIENT_SECRET = "test-client-id", "test-client-secret-0a1b2c"
MODULES = sorted(
    p.stem for p in (ROOT / "plugins/modules").glob("*.py") if "OPERATION" in p.read_text(encoding="utf-8")
)
MESSAGES = ("POST /api/2/mfa/users/{user_id}/registrations", "POST /api/2/mfa/users/{user_id}/verifications")

Task = dict[str, Any]


class Simulator:
    """The process, and what its admin paths tell and take."""

    _running: ClassVar[list[Simulator]] = []

    def __init__(self, *arguments: str, authority: Path | None = None) -> None:
        """``authority`` is that of its certificate, where the arguments name one."""
        self.arguments, self.authority = arguments, authority
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith(f"{'https' if authority else 'http'}://127.0.0.1:"), self.stop()
        self.connect()

    def connect(self) -> None:
        """Open a connection to the admin paths: one of its own for each process."""
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = str(self.authority) if self.authority else True
        self._running.append(self)

    def stop(self) -> str:
        """End the process; what it said on its way."""
        if self in self._running:
            self._running.remove(self)
            watch.note_rows(self.secrets())
        self.process.terminate()
        return "".join(self.process.communicate(timeout=10))

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Ask an admin path."""
        answer = self._http.request(method, f"{self.url}/_simulator{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def secrets(self) -> list[dict[str, str]]:
        """Each secret it handed out or took, with its kind."""
        found: list[dict[str, str]] = self.admin("GET", "/secrets")
        return found

    @classmethod
    def all_secrets(cls) -> list[dict[str, str]]:
        """Those of all simulators that run."""
        return [row for sim in cls._running for row in sim.secrets()]

    @classmethod
    def forget(cls) -> None:
        """Have all that run forget their secrets."""
        for sim in cls._running:
            sim.admin("DELETE", "/secrets")

    def reset(self, people: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Back to how it started, or to other people."""
        self.admin("POST", "/reset", None if people is None else {"people": people})

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.admin("PATCH", "/settings", settings)

    def switch(self, **values: str) -> None:
        """Set switches."""
        self.set(switches=values)

    def fault(self, kind: str, method: str = "", path: str = "", **more: Any) -> None:
        """Have a fault wait for a call; ``times``, ``skip`` and ``params`` as the simulator takes them."""
        self.admin("POST", "/faults", {"fault": kind, "method": method, "path": path, **more})

    def state(self) -> Any:
        """All that is enrolled and under way."""
        return self.admin("GET", "/state")

    def person(self, name: str) -> Any:
        """One person's devices, registrations, verifications."""
        return self.admin("GET", f"/people/{name}")

    def messages(self, name: str | None = None) -> list[dict[str, Any]]:
        """What was sent to people, oldest first."""
        found: list[dict[str, Any]] = self.admin("GET", "/messages" + (f"?user={name}" if name else ""))
        return found

    def log(self) -> list[dict[str, Any]]:
        """The requests, oldest first."""
        found: list[dict[str, Any]] = self.admin("GET", "/log")
        return found

    def writes(self) -> list[str]:
        """The requests that could have changed something, tokens aside."""
        return [
            f"{row['method']} {row['path']}"
            for row in self.log()
            if row["method"] != "GET" and not row["path"].startswith("/auth/")
        ]

    def count(self, method: str, path: str) -> int:
        """How many requests had this method and end of path."""
        return sum(row["method"] == method and row["path"].endswith(path) for row in self.log())


@dataclass(frozen=True)
class Run:
    """What came of a playbook: ``results`` of the collection's own tasks in their order."""

    rc: int
    output: str
    results: list[dict[str, Any]]
    by_name: Mapping[str, dict[str, Any]]

    @property
    def only(self) -> dict[str, Any]:
        """The result, where there is one."""
        (result,) = self.results
        return result

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The result of the task of that name."""
        return self.by_name[name]


def environment(home: Path, url: str, **more: str) -> dict[str, str]:
    """What a playbook finds in its environment: nothing of this machine's but its PATH."""
    env = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ANSIBLE_ACTION_PLUGINS": str(HERE / "plugins/action"),
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "plugins/callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "ANSIBLE_COLLECTIONS_PATH": str(home / "none"),
        # By default both are below the home of the user's record, not below HOME.
        "ANSIBLE_REMOTE_TEMP": str(home / "remote"),
        "ANSIBLE_ASYNC_DIR": str(home / "async"),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_NOCOLOR": "1",
        # All that Ansible can be made to say is searched for secrets.
        "ANSIBLE_VERBOSITY": "4",
        "ANSIBLE_VERBOSE_TO_STDERR": "1",
        "ANSIBLE_LOG_PATH": str(home / "ansible.log"),
        # As of ansible-core 2.21 results show a task's arguments on request only.
        "ANSIBLE_INJECT_INVOCATION": "1",
        "ONELOGIN_TEST_RESULTS": str(home / "results.jsonl"),
        "ONELOGIN_TEST_SIMULATOR": url,
        "ONELOGIN_BASE_URL": url,
        "ONELOGIN_CLIENT_ID": CLIENT_ID,
        "ONELOGIN_CLIENT_SECRET": CLIENT_SECRET,
        # A folder of certificates that is not there must not matter.
        "REQUESTS_CA_BUNDLE": str(home / "no-such-bundle.pem"),
        **more,
    }
    watch.note_environment(env)
    return env


def play(tasks: Sequence[Task] | str, **keywords: Any) -> str:
    """A playbook as text."""
    if isinstance(tasks, str):
        return tasks
    head = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    return yaml.safe_dump([{**head, **keywords, "tasks": list(tasks)}], sort_keys=False)


def run_playbook(home: Path, text: str, env: Mapping[str, str], *arguments: str) -> Run:
    """Run it and read the results; that no traceback was shown is checked for every run."""
    file, results = home / "playbook.yml", home / "results.jsonl"
    file.write_text(text, encoding="utf-8")
    results.write_text("")
    done = subprocess.run(
        [str(BIN / "ansible-playbook"), str(file), *arguments],
        cwd=home,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return run_of(home, done.returncode, done.stdout + done.stderr)


def run_of(home: Path, rc: int, output: str) -> Run:
    """What came of a playbook that ran in a folder."""
    assert "Traceback" not in output, output
    rows = [json.loads(line) for line in (home / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows, output
    return Run(
        rc,
        output,
        [row["result"] for row in rows if row["action"].startswith("community.onelogin.")],
        {row["name"]: row["result"] for row in rows},
    )


def recap(output: str) -> tuple[set[str], set[str]]:
    """The hosts that changed and those that failed, by Ansible's own recap."""
    found = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) .* failed=(\d+)", output, re.MULTILINE)
    return {host for host, changed, _f in found if changed != "0"}, {
        host for host, _c, failed in found if failed != "0"
    }


def task(module: str, options: Mapping[str, Any] | None = None, /, **keywords: Any) -> Task:
    """A task of the collection that does not end the play when it fails; ``keywords`` are the task's own."""
    return {"ignore_errors": True, f"community.onelogin.{module}": dict(options or {}), **keywords}


def in_background(folder: Path) -> dict[str, Any]:
    """Keywords of a task that runs as a module of its own, in the background.

    ansible-core cannot start an interpreter there whose path holds blanks or parentheses, so it goes by another.
    """
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o700)
    return {"async": 120, "poll": 1, "vars": {"ansible_python_interpreter": str(python)}}


def simulator(method: str, path: str, body: Any = None, **keywords: Any) -> Task:
    """A task that asks an admin path of the simulator, and puts what it says into ``answer``."""
    return {"simulator": {"method": method, "path": path, "body": body}, **keywords}


def code_of(person: str, register: str = "sent") -> Task:
    """A task after which ``{{ sent.answer.code }}`` is the code the person was last sent."""
    return simulator("GET", f"/people/{person}/message", register=register)


def made(index: int, what: str) -> str:
    """A template for the id of what the batch registered as ``made`` has made at a place."""
    return "{{ made.results[" + str(index) + "]." + what + ".id }}"


_ANSIBLES_OWN = ("ansible_loop_var", "item", "invocation", "attempts", "exception", "ansible_facts", "warnings")


def essence(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result without what Ansible adds, and with every time blurred: what a loop and a batch must agree on."""

    def blur(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: "a time" if key == "expires_at" and inner else blur(inner)
                for key, inner in value.items()
                if key not in ("elapsed", "polls", "request_id", "done_at")
            }
        return [blur(inner) for inner in value] if isinstance(value, list) else value

    kept = {k: v for k, v in result.items() if k not in _ANSIBLES_OWN and not k.startswith("_ansible")}
    # Callbacks of ansible-core 2.21 are not told whether an item of a loop failed.
    return {"failed": "error" in result, "changed": False, **dict(blur(kept))}
