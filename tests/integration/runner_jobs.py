# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX makes them, run by ansible-runner as AWX runs them.

What AWX puts where is read off its source, https://github.com/ansible/awx: ``awx/main/tasks/jobs.py`` (the private data
directory), ``awx/main/tasks/receptor.py`` (transmit, worker, process), ``awx/main/tasks/callback.py`` (what it keeps)
and ``get_script_data`` in ``awx/main/models/inventory.py`` (the inventory and its slices).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

import ansible_runner  # type: ignore[import-untyped]
import yaml
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from tests.integration.controller_rules import hosts_of_jobs
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, ROOT, environment
from tests.integration.watch import watch

Hosts = Mapping[str, Mapping[str, Any]]
Cancel = Callable[[], bool]

AWX = ROOT / "playbooks/awx"
TEMPLATE, WORKFLOW = "OneLogin onboard", "OneLogin onboard and challenge"
CREDENTIAL_TYPES = yaml.safe_load((AWX / "credential_types.yml").read_text(encoding="utf-8"))

Credentials = Mapping[str, Mapping[str, Any]]
"""What somebody has filled in, by the name of the credential type."""


def credentials(url: str, journal: str) -> dict[str, dict[str, Any]]:
    """Those for the simulated account."""
    api = {"base_url": url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return {"OneLogin API": api, "OneLogin journal": {"url": journal}}


def slice_of(hosts: Hosts, number: int, count: int) -> Hosts:
    """The hosts of one slice, counted from 1."""
    return {name: hosts[name] for name in hosts_of_jobs(hosts, count)[number - 1]}


def people_as_hosts(count: int) -> dict[str, dict[str, Any]]:
    """The first people of the simulator, as an inventory has them."""
    names = [f"person{number:05d}" for number in range(1, count + 1)]
    return {name: {"onelogin_email": f"{name}@example.com"} for name in names}


@dataclass(frozen=True)
class Ended:
    """What came of a job."""

    status: str
    events: list[dict[str, Any]]

    @property
    def stdout(self) -> str:
        """What the job's page shows."""
        return "\n".join(event.get("stdout", "") for event in self.events)

    @property
    def stats(self) -> dict[str, Any]:
        """The data of the event that sums up the playbook."""
        (stats,) = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(stats)

    @property
    def failed_hosts(self) -> set[str]:
        """The hosts of a relaunch on failed hosts."""
        return {*self.stats["failures"], *self.stats["dark"]}

    @property
    def handed_on(self) -> dict[str, Any]:
        """The variables that the next nodes of a workflow get."""
        return dict(self.stats["artifact_data"])


@dataclass
class Job:
    """A job of a template on one of the collection's playbooks.

    :param folder: a folder of its own, which need not exist.
    :param hosts: the enabled hosts of its inventory, or of its slice, with their variables.
    :param credentials: what is attached to it.
    :param variables: of the inventory, for all hosts.
    :param answers: extra variables, as from a survey.
    :param arguments: what else of the template ends up as arguments, such as the limit.
    :param playbook: of its project, or the full name of a collection's.
    :param workflow: the name of the workflow it belongs to; that of the template for a slice.
    """

    folder: Path
    hosts: Hosts
    credentials: Credentials
    variables: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    playbook: str = "onboard.yml"
    number: int = 1
    workflow: str | None = None

    def run(self, cancel: Cancel = lambda: False) -> Ended:
        """Run it on this machine."""
        events: list[dict[str, Any]] = []
        with mock.patch.dict(os.environ, self._machine(), clear=True):
            done = ansible_runner.interface.run(
                **self._parameters(), event_handler=_keeper(events), cancel_callback=cancel, quiet=True
            )
        return self._ended(done.status, events)

    def run_on_node(self, cancel: Cancel = lambda: False) -> Ended:
        """Run it as on an execution node, whose receptor starts the worker, and terminates it to cancel a job."""
        events: list[dict[str, Any]] = []
        # No callback at all would have ansible-runner take over this process's signals.
        given = {**self._parameters(), "cancel_callback": lambda: False, "quiet": True}
        command = [sys.executable, "-m", "ansible_runner", "worker", "--private-data-dir", str(self.folder / "node")]
        worker = subprocess.Popen(
            command, cwd=self.folder, env=self._machine(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.1):
                if cancel():
                    worker.terminate()
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        with worker:
            ansible_runner.interface.run(streamer="transmit", _output=worker.stdin, **given)
            done = ansible_runner.interface.run(
                streamer="process", _input=worker.stdout, event_handler=_keeper(events), **given
            )
        over.set()
        watcher.join()
        return self._ended(done.status, events)

    def _machine(self) -> dict[str, str]:
        """The environment of the machine it runs on, in which there is nothing of OneLogin."""
        found = environment(self.folder / "home", "")
        mine = r"ONELOGIN_|ANSIBLE_(ACTION|CALLBACK|LOCALHOST|INVENTORY|NOCOLOR)"
        return {name: value for name, value in found.items() if not re.match(mine, name)}

    def _parameters(self) -> dict[str, Any]:
        """Make the private data directory; what ansible-runner is called with."""
        private = self.folder / "private"
        for part in ("inventory", "env", "../home"):
            (private / part).mkdir(mode=0o700, parents=True)
        shutil.copytree(AWX / "project", private / "project")
        self._write_inventory(private / "inventory/hosts")
        arguments = ["-u", "root", *self.arguments]
        env, self._safe_env = self._environment(private, arguments)
        meta = {"awx_job_id": self.number, "awx_job_launch_type": "workflow" if self.workflow else "manual"}
        meta |= {
            "awx_job_template_name": TEMPLATE,
            **({"awx_workflow_job_name": self.workflow} if self.workflow else {}),
        }
        (private / "env/extravars").write_text(_unsafe({**self.answers, **meta}))
        (private / "env/cmdline").write_text(ansible_runner.utils.args2cmdline(*arguments))
        settings = {"job_timeout": 0, "suppress_ansible_output": True, "suppress_output_file": True}
        (private / "env/settings").write_text(json.dumps(settings))
        return {
            "ident": self.number,
            "private_data_dir": str(private),
            "playbook": self.playbook,
            "inventory": str(private / "inventory/hosts"),
            "suppress_env_files": True,
            "fact_cache_type": "",
            "envvars": env,
        }

    def _write_inventory(self, file: Path) -> None:
        hostvars = {
            name: {**variables, "remote_tower_enabled": "true", "remote_tower_id": number}
            for number, (name, variables) in enumerate(self.hosts.items(), 1)
        }
        data = {"all": {"hosts": list(self.hosts), "vars": self.variables}, "_meta": {"hostvars": hostvars}}
        file.write_text(f"#! /usr/bin/env python3\nprint({json.dumps(data)!r})\n", encoding="utf-8")
        file.chmod(0o700)

    def _environment(self, private: Path, arguments: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The job's environment and its safe form; what the injectors want as arguments is added to those."""
        env: dict[str, Any] = {
            "ANSIBLE_COLLECTIONS_PATH": str(private / "requirements_collections"),
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "AWX_HOST": "https://awx.example.com",
            "AWX_PRIVATE_DATA_DIR": str(private),
            "INVENTORY_ID": "1",
            "JOB_ID": str(self.number),
            "MAX_EVENT_RES": "700000",
        }
        safe: dict[str, Any] = {}
        for its in CREDENTIAL_TYPES:
            if its["name"] in self.credentials:
                kind = ManagedCredentialType(
                    namespace="", name=its["name"], kind=its["kind"], inputs=its["inputs"], injectors=its["injectors"]
                )
                given = Credential(dict(self.credentials[its["name"]]))
                inject_credential(kind, given, env, safe, arguments, str(private), container_root=private)
        watch.note_environment(env)
        return env, safe

    def _ended(self, status: str, events: list[dict[str, Any]]) -> Ended:
        """Have what AWX keeps of it watched: its events, and its environment with the injectors' own safe form."""
        command = json.loads((self.folder / f"private/artifacts/{self.number}/command").read_text())
        watch.hear("the job's environment", json.dumps({**command["env"], **self._safe_env}))
        watch.hear("the job's events", json.dumps(events))
        return Ended(status, events)


def _keeper(events: list[dict[str, Any]]) -> Callable[[dict[str, Any]], bool]:
    def keep(event: dict[str, Any]) -> bool:
        events.append(event)
        return True  # AWX has them in its database; here they are to be found among the artifacts as well

    return keep


def _unsafe(value: Any) -> str:
    """As AWX writes extra variables: no text in them is to be templated."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {_unsafe(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_unsafe, value)) + "]"
    return ("!unsafe " if isinstance(value, str) else "") + json.dumps(value)


class Way(Protocol):
    """Runs a job until it ends or is cancelled."""

    def __call__(self, job: Job, cancel: Cancel = ..., /) -> Ended:
        """Run it."""
