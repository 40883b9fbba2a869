# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator in its own process, and a client of its admin paths. Every suite starts its simulators with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import requests
import urllib3

ROOT = Path(__file__).parents[2]
CLIENT_ID, CLIENT_SECRET = "test-client-id", "test-client-secret-0a1b2c"
CREDENTIAL = ("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}")
"""The arguments that give the account the credential that playbooks use."""


class Ended(NamedTuple):
    """How the process ended: its exit status and what it printed after its URL."""

    code: int
    stdout: str
    stderr: str


class SimulatorProcess:
    """A running simulator.

    :param arguments: options of the simulator's command line.
    :param authority: the file of the authority that issued its certificate, if the arguments name a certificate.
    """

    running: ClassVar[list[SimulatorProcess]] = []

    def __init__(self, *arguments: str, authority: Path | None = None) -> None:
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
        if not self.url.startswith("http"):
            self.process.kill()
            raise AssertionError(self.process.communicate())
        self.running.append(self)
        self.connect()

    def connect(self) -> None:
        """Open connections. A forked process needs connections of its own."""
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(self.authority) if self.authority else True
        # Tests call the admin paths often, and a session of requests takes twice the processor time.
        authority = {"ca_certs": str(self.authority)} if self.authority else {}
        self._admin = urllib3.connection_from_url(self.url, timeout=30, retries=False, **authority)

    def stop(self) -> Ended:
        """End the process, if it still runs."""
        if self in self.running:
            self.running.remove(self)
        self.http.close()
        self._admin.close()
        self.process.terminate()
        stdout, stderr = self.process.communicate(timeout=30)
        return Ended(self.process.returncode, stdout, stderr)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Call an admin path, which must succeed."""
        sent = None if body is None else json.dumps(body)
        answer = self._admin.request(
            method, f"/_simulator{path}", body=sent, headers={"Content-Type": "application/json"}
        )
        assert answer.status == 200, answer.data.decode()
        return json.loads(answer.data)

    def reset(self, people: Sequence[Mapping[str, Any]] | None = None, **others: Any) -> None:
        """Restore the state at the start, or start with other people, ``groups``, ``policies`` or ``factors``."""
        self.admin("POST", "/reset", others if people is None else {"people": people, **others})

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.admin("PATCH", "/settings", settings)

    def switch(self, **values: str) -> None:
        """Set switches."""
        self.set(switches=values)

    def pass_time(self, seconds: float) -> None:
        """Advance the simulated clock."""
        self.admin("POST", "/clock", {"advance": seconds})

    def fault(self, kind: str, method: str = "", path: str = "", **more: Any) -> None:
        """Inject a fault into a matching call; ``times``, ``skip`` and ``params`` as the simulator takes them."""
        self.admin("POST", "/faults", {"fault": kind, "method": method, "path": path, **more})

    def state(self) -> Any:
        """All devices, registrations and verifications."""
        return self.admin("GET", "/state")

    def person(self, name: str) -> Any:
        """One person's devices, registrations and verifications."""
        return self.admin("GET", f"/people/{name}")

    def messages(self, name: str | None = None) -> list[dict[str, Any]]:
        """The messages sent to all people, or to one person, oldest first."""
        found: list[dict[str, Any]] = self.admin("GET", "/messages" + (f"?user={name}" if name else ""))
        return found

    def log(self) -> list[dict[str, Any]]:
        """The requests, oldest first."""
        found: list[dict[str, Any]] = self.admin("GET", "/log")
        return found

    def writes(self) -> list[str]:
        """The requests that can change something, except those for tokens."""
        return [
            f"{row['method']} {row['path']}"
            for row in self.log()
            if row["method"] != "GET" and not row["path"].startswith("/auth/")
        ]

    def count(self, method: str, path: str) -> int:
        """The number of requests with this method and this end of the path."""
        return sum(row["method"] == method and row["path"].endswith(path) for row in self.log())

    def secrets(self) -> list[dict[str, str]]:
        """Each secret it issued or received, with its kind."""
        found: list[dict[str, str]] = self.admin("GET", "/secrets")
        return found
