# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole runs of the roles: from the variables of hosts to the plan, and from the results of tasks to the last line.

The runs are in ``role_runs.yml``. It leaves out the fields of rows and work items that have the values below.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible_collections.community.onelogin.plugins.action import (
    role_addresses,
    role_note,
    role_plan,
    role_reset_items,
    role_results,
    role_show_plan,
    role_user_changes,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.reset import Reset, select_steps_before

from tests.unit.fixed_time import fixed_time
from tests.unit.harness import read_table
from tests.unit.test_role_actions import act
from tests.unit.test_role_settings import RUN, HostVars

__all__ = ["fixed_time"]

RUNS: dict[str, dict[str, Any]] = read_table("role_runs.yml")["runs"]
BLANK_ITEM: dict[str, Any] = {
    "groups": [],
    "name": None,
    "phone": None,
    "user_id": None,
    "user_status": None,
    "problem": None,
}
BLANK_ROW: dict[str, Any] = {
    "groups": [],
    "name": None,
    "factor": None,
    "changed": False,
    "failed": False,
    "awaits": None,
    "confirmed": False,
    "accepted_at": None,
    "elapsed": None,
    "error": None,
}


@pytest.fixture
def folder(fixed_time: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a run that takes place at a fixed time."""
    monkeypatch.setattr(secrets, "token_hex", lambda size: "00c0ffee"[: 2 * size])
    return tmp_path


def test_every_role_has_a_run() -> None:
    roles = {path.name for path in Path(__file__).parents[2].glob("roles/*") if path.is_dir()}
    # These do not work on people by themselves.
    assert {its["role"] for its in RUNS.values()} == roles - {"mfa_people", "mfa_probe", "mfa_report"}


@pytest.mark.parametrize("name", RUNS)
def test_a_whole_run(folder: Path, name: str) -> None:
    its = yaml.safe_load(yaml.safe_dump(RUNS[name]).replace("FOLDER", str(folder)))
    for file, text in its.get("files", {}).items():
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).write_text(text)
    found = run(its)
    expected = its["expected"]
    assert found.keys() == expected.keys()
    for part, value in expected.items():
        assert found[part] == value, part


def run(its: dict[str, Any]) -> dict[str, Any]:
    """Do the run of a role, and return its parts."""
    variables = _variables(its)
    made = act(role_plan, variables, its.get("args"), check_mode=its.get("check_mode", False))
    assert made.pop("started", "2026-01-01T12:00:00Z") == "2026-01-01T12:00:00Z"
    shown = {name: value for name, value in made.items() if name not in ("settings", "hosts", "plans", "role")}
    found: dict[str, Any] = {"plan": shown}
    if "work" in shown:
        shown["work"] = _shorten(shown["work"], BLANK_ITEM)
    if made["problem"]:
        return found
    made["started"] = "2026-01-01T12:00:00Z"
    for host in made["hosts"]:
        host["note"]["id"] = f"note of {host['name']}"
    with _operation(role_show_plan, its.get("limit") or {}):
        found["plan_lines"] = _lines(role_show_plan, {}, {"plan": made})
    steps, changes = its.get("steps", {}), its.get("user_changes")
    if changes:
        found["registrations"] = act(role_user_changes, {}, {"plan": made, "phones": changes["phones"]})["batch"]
        found["moves"] = act(role_user_changes, {}, {"plan": made, "steps": steps})["batch"]
    for step in its.get("resets", ()):
        args = {"plan": made, "steps": steps, "next": step}
        found[step] = act(role_reset_items, {}, args, check_mode=its.get("check_mode", False))["batch"]
    if "resets" in its and not its.get("check_mode"):
        before = select_steps_before("registered", steps)
        found["token_pages"] = Reset(made, before, predicts=False).list_token_pages()
    args = {"plan": made, "steps": steps, "user_changes": changes}
    if "users" in its:
        with _operation(role_addresses, {"users": its["users"]}):
            args["addresses"] = act(role_addresses, {}, {"user_ids": made["unnamed"]})["addresses"]
    done = act(role_results, variables, args, check_mode=its.get("check_mode", False))
    shown = {"done": done, "title": "The title", "report": its.get("report"), "sheets": its.get("sheets")}
    found["lines"] = _lines(role_results, {}, shown, check_mode=its.get("check_mode", False))
    return {**found, "result": {**done, "rows": _shorten(done["rows"], BLANK_ROW)}}


def _shorten(entries: list[dict[str, Any]], blank: dict[str, Any]) -> list[dict[str, Any]]:
    """Leave out the fields that are blank, which must be there."""
    assert all(entry.keys() >= blank.keys() for entry in entries)
    return [{key: value for key, value in entry.items() if blank.get(key, ...) != value} for entry in entries]


def _variables(its: dict[str, Any]) -> dict[str, Any]:
    role, play = its["role"], {**RUN, **its.get("variables", {}), "mfa_people_role": its["role"]}
    hosts = HostVars()
    for name, own in its["hosts"].items():
        # The tasks of the roles have this name, too.
        hosts[name] = {**own, "__mfa_people_host": act(role_note, {**play, **own})}
    groups = {"all": [*hosts, *its.get("others", ())], **its.get("groups", {})}
    every = {
        "ansible_play_batch": list(hosts),
        "ansible_play_hosts": list(hosts),
        "ansible_play_hosts_all": list(hosts),
    }
    return {**every, **play, "mfa_people_role": role, "groups": groups, "hostvars": hosts}


def _operation(action: Any, result: dict[str, Any]) -> Any:
    """Have the operation of an action return a result; the tests of the roles call the API."""
    return mock.patch.object(action.ActionModule, "run_operation", return_value=result)


def _lines(action: Any, variables: dict[str, Any], args: dict[str, Any], *, check_mode: bool = False) -> list[str]:
    lines: list[str] = []
    with mock.patch.object(action, "display", SimpleNamespace(display=lines.append)):
        act(action, variables, args, check_mode=check_mode)
    return lines
