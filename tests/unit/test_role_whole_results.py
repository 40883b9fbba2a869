# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole result of each role, from the results of its tasks, and the items of each step of a reset."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.action import role_reset_items, role_results

from tests.unit.harness import read_table
from tests.unit.test_role_actions import act, plan

CASES: dict[str, dict[str, Any]] = read_table("role_results.yml")["roles"]


@pytest.fixture
def make_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the plan of a case, in UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    (tmp_path / "tasks.yml").write_text("[]\n")

    def make(role: str) -> dict[str, Any]:
        its = CASES[role]
        variables = {
            name: str(tmp_path / "tasks.yml") if value == "TASKS" else value
            for name, value in its.get("variables", {}).items()
        }
        made = plan(role, its["hosts"], its.get("args"), **variables)
        assert made["problem"] is None
        return made

    yield make
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("role", CASES)
def test_the_result_of_a_role(make_plan: Any, role: str) -> None:
    args = {"plan": make_plan(role), "steps": CASES[role]["steps"]}
    assert act(role_results, {"mfa_people_role": role}, args) == CASES[role]["result"]


@pytest.mark.parametrize("step", ["check", "challenge", "begin", "enrol", "end"])
def test_the_items_of_each_step_of_a_reset(make_plan: Any, step: str) -> None:
    its = CASES["mfa_reset"]
    args = {"plan": make_plan("mfa_reset"), "steps": its["steps"], "next": step}
    assert act(role_reset_items, {}, args)["batch"] == its["items"][step]
