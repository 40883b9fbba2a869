# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-rulebook, as a user starts it, and the simulated account whose events it reads."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import yaml

from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, ROOT, Simulator, environment
from tests.support.ansible_process import kill_tree

BIN = Path(os.environ.get("ONELOGIN_TEST_RULEBOOK", "make-eda-sets-this"))
PATIENCE = 240  # seconds, on a busy machine
INVENTORY = {
    "all": {
        "hosts": {"localhost": None},
        "vars": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
    }
}


def wait_until(condition: Callable[[], Any], what: str, explain: Callable[[], str] = lambda: "") -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what}\n{explain()}"
        time.sleep(0.1)


def user_environment(folder: Path, url: str) -> dict[str, str]:
    """The environment of a user who has installed ansible-rulebook and this collection, for an account."""
    (folder / "tmp").mkdir()
    collections = folder / "collections/ansible_collections/community"
    collections.mkdir(parents=True)
    (collections / "onelogin").symlink_to(ROOT)
    return {
        **environment(folder, url, ANSIBLE_COLLECTIONS_PATH=str(folder / "collections")),
        "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
        "TMPDIR": str(folder / "tmp"),
        "PWD": str(folder),
        **{name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ},
    }


class Rulebook:
    """Starts ansible-rulebook with a rulebook in a folder, again and again, with what it keeps between its runs.

    :param rulebook: the name of one of the collection, or its text.
    :param persistent: whether its rule engine keeps events in a database.
    """

    def __init__(
        self, folder: Path, sim: Simulator, rulebook: str, *, persistent: bool = True, **variables: Any
    ) -> None:
        self.folder, self.sim = folder, sim
        self.state = folder / "state.json"
        self.output = folder / "rulebook.log"
        self.environment = user_environment(folder, sim.url)
        if not rulebook.startswith("community.onelogin."):
            (folder / "rulebook.yml").write_text(rulebook)
            rulebook = "rulebook.yml"
        self.set(INVENTORY, "inventory.yml")
        settings = {"onelogin_interval": 1, "onelogin_state_file": str(self.state), **variables}
        self.command = ["ansible-rulebook", "-r", rulebook, "-i", "inventory.yml", "-e", "vars.yml", "-vv"]
        if persistent:
            settings["drools_db_file_path"] = str(folder / "rules/engine")
            self.command += ["--persistence-id", "test"]
        self.set(settings, "vars.yml")
        self.process: subprocess.Popen[bytes] | None = None
        self._started: list[psutil.Process] = []

    def set(self, content: Any, name: str) -> None:
        """Write a YAML file."""
        (self.folder / name).write_text(yaml.safe_dump(content))

    def start(self) -> None:
        """Start it, and wait until it has read the events once."""
        read = self.reads()
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [BIN / self.command[0], *self.command[1:]],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_until(lambda: self.reads() > read or self.ended(), "it reads no events")

    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self.process is None or self.process.poll() is not None

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it by a signal, and with SIGKILL also the playbook that it has started."""
        assert self.process
        if by is signal.SIGKILL:
            with suppress(psutil.NoSuchProcess):
                kill_tree(self.process.pid)
        else:
            self._started += psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(by)
        self.process.wait(PATIENCE)
        self.process = None

    def close(self) -> None:
        """End it, and playbooks that outlive it: ansible-rulebook does not end them at SIGTERM."""
        if not self.ended():
            self.stop(signal.SIGKILL)
        for process in self._started:
            if process.is_running():  # psutil also compares the time of its start
                with suppress(psutil.NoSuchProcess):
                    kill_tree(process.pid)

    def wait_for_end(self) -> int:
        """Wait until it ends by itself, and return its exit status."""
        assert self.process
        self.wait_until(self.ended, "it does not end")
        return self.process.wait()

    def reads(self) -> int:
        """The number of times that the events were asked for."""
        return self.sim.count("GET", "/api/1/events")

    def read_again(self) -> None:
        """Wait until events that were written by now were read, and handed over."""
        read = self.reads()
        self.wait_until(lambda: self.reads() >= read + 3, "it reads no events")

    def wait_until(self, condition: Callable[[], Any], what: str) -> None:
        """Wait for something that it does."""
        wait_until(condition, what, self.said)

    def said(self) -> str:
        """What it has printed."""
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""


class Administrator:
    """Causes events, by API calls of its own."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make a call that must succeed."""
        url, http = self.sim.url, self.sim.http
        token = http.post(
            f"{url}/auth/oauth2/v2/token",
            json={"grant_type": "client_credentials"},
            auth=(CLIENT_ID, CLIENT_SECRET),
            timeout=30,
        ).json()["access_token"]
        done = http.request(
            method, f"{url}/api/2/mfa/users/{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        assert done.ok, done.text
        return done.json() if done.text else None

    def user_id(self, name: str) -> int:
        """The id of a person."""
        return int(self.sim.person(name)["user_id"])

    def remove(self, name: str, factor: str) -> None:
        """Remove a person's device."""
        (device,) = (its["device_id"] for its in self.sim.person(name)["devices"] if its["factor"] == factor)
        self.call("DELETE", f"{self.user_id(name)}/devices/{device}")

    def push(self, name: str) -> None:
        """Send a push."""
        (device,) = (
            its["device_id"] for its in self.sim.person(name)["devices"] if its["factor"] == "OneLogin Protect"
        )
        self.call("POST", f"{self.user_id(name)}/verifications", {"device_id": device})

    def enrol(self, name: str) -> None:
        """Enrol a person in OneLogin SMS."""
        factors = self.call("GET", f"{self.user_id(name)}/factors")
        (factor,) = (its["factor_id"] for its in factors if its["name"] == "OneLogin SMS")
        self.call(
            "POST",
            f"{self.user_id(name)}/registrations",
            {"factor_id": factor, "display_name": "OneLogin SMS", "verified": True},
        )

    def issue_tokens(self, name: str, number: int) -> None:
        """Cause many events."""
        for _number in range(number):
            self.call("POST", f"{self.user_id(name)}/mfa_token", {})
