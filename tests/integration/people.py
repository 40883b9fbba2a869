# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the roles that process people: with their playbooks, for hosts or a list."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.integration.harness import Run, Simulator, environment, recap, run_playbook
from tests.integration.journals import Database, in_file

Hosts = Mapping[str, Mapping[str, Any]]


def host(name: str, **variables: Any) -> dict[str, Any]:
    """The variables of a host for a person of the simulated account."""
    return {"onelogin_email": f"{name}@example.com", **variables}


def one_at_a_time(sim: Simulator) -> bool:
    """Whether each request came after the end of the one before; all have the same latency."""
    latency = timedelta(milliseconds=sim.admin("GET", "/settings")["latency"])
    came = [datetime.fromisoformat(row["time"]) for row in sim.log()]
    return all(later - earlier > latency * 0.9 for earlier, later in pairwise(came))


class Done:
    """The outcome of a run: ``results`` and other facts of the role, and the result of each host."""

    def __init__(self, run: Run, role: str) -> None:
        self.rc, self.output, self.by_name = run.rc, run.output, run.by_name
        self.facts: dict[str, Any] = {}
        for name, result in run.by_name.items():
            if name.startswith(f"community.onelogin.{role} : "):
                self.facts |= result.get("ansible_facts", {})
        self.results: list[dict[str, Any]] = self.facts.get(f"{role}_results", [])
        self.hosts = set(re.findall(r"^(\S+) +: ok=", run.output, re.MULTILINE))
        self.changed, self.failed = recap(run.output)

    @property
    def statuses(self) -> dict[tuple[str, str | None], str]:
        """The status of each host and factor."""
        return {(row["host"], row["factor"]): row["status"] for row in self.results}

    def of(self, name: str) -> list[dict[str, Any]]:
        """The results of a host."""
        return [row for row in self.results if row["host"] == name]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The result of each person, by the name before the @."""
        return {str(row["user"]).partition("@")[0]: row for row in self.results}

    def row(self, name: str) -> dict[str, Any]:
        """The result of a host that has exactly one."""
        (row,) = self.of(name)
        return row


class Role:
    """Run the playbook of a role, or a text, with ``variables`` as defaults."""

    def __init__(self, folder: Path, sim: Simulator, role: str, playbook: str, **variables: Any) -> None:
        self.folder, self.sim, self.role, self.variables = folder, sim, role, variables
        self.text = f"- import_playbook: community.onelogin.{playbook}"

    @property
    def journal(self) -> Database:
        """The default journal of a run."""
        return in_file(self.folder / ".onelogin-journal.sqlite")

    def noted(self) -> dict[str, str]:
        """The status of each person in the journal, by the name before the @."""
        return {row["user_name"].partition("@")[0]: row["status"] for row in self.journal.rows()}

    def __call__(
        self,
        hosts: Hosts,
        *arguments: str,
        groups: Mapping[str, Sequence[str]] | None = None,
        text: str | None = None,
        env: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> Done:
        """``groups`` are hosts by group, ``extra`` extra variables."""
        inventory, variables = self.folder / "inventory.json", self.folder / "extra.json"
        children: dict[str, dict[str, Hosts]] = {
            group: {"hosts": {name: {} for name in names}} for group, names in (groups or {}).items()
        }
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "children": children}}))
        variables.write_text(json.dumps({**self.variables, **extra}))
        run = run_playbook(
            self.folder,
            text or self.text,
            environment(self.folder, self.sim.url, **(env or {})),
            *("-e", f"@{variables}", *arguments),
            *(("-i", str(inventory)) if hosts else ()),
        )
        return Done(run, self.role)
