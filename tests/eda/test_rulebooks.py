# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rulebook of the collection runs its playbook for an event, once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.eda.harness import INVENTORY, Administrator, Rulebook
from tests.integration.harness import ROOT, Simulator

RULEBOOKS = ROOT / "extensions/eda/rulebooks"
PLAYED = re.compile(r"^localhost .*: .*ok=(\d+)", re.MULTILINE)


def _read_report(rulebook: Rulebook) -> Any:
    return json.loads((rulebook.folder / "reports/mfa-audit.json").read_text(encoding="utf-8"))


def _after_removal(rulebook: Rulebook, sim: Simulator) -> None:
    assert [row["user"] for row in _read_report(rulebook)["rows"]] == ["jane@example.com"]
    assert "OneLogin Protect: A device is enrolled." in rulebook.said()


def _after_refusal(rulebook: Rulebook, sim: Simulator) -> None:
    assert {row["user"] for row in _read_report(rulebook)["rows"]} == {"jane@example.com"}
    assert [row["kind"] for row in sim.messages("jane")] == ["push"], "she gets no other push"


def _after_enrolment(rulebook: Rulebook, sim: Simulator) -> None:
    assert sim.person("john")["group_id"] == 7
    assert sim.messages() == []
    assert len(sim.person("john")["devices"]) == 1


CASES: dict[str, tuple[Callable[[Administrator], None], Callable[[Rulebook, Simulator], None]]] = {
    "removed_factor": (lambda admin: admin.remove("jane", "OneLogin SMS"), _after_removal),
    "refused_push": (lambda admin: admin.push("jane"), _after_refusal),
    "finished_enrolment": (lambda admin: admin.enrol("john"), _after_enrolment),
}


def test_each_rulebook_has_a_case() -> None:
    assert {path.stem for path in RULEBOOKS.glob("*.yml")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_rulebook_plays_its_playbook_once(rulebook: Callable[..., Rulebook], account: Simulator, name: str) -> None:
    cause, check = CASES[name]
    rules = rulebook(f"community.onelogin.{name}")
    (play,) = yaml.safe_load((RULEBOOKS / f"{name}.yml").read_text(encoding="utf-8"))
    inventory = json.loads(json.dumps(INVENTORY))
    inventory["all"]["vars"] |= {
        "mfa_audit_report": str(rules.folder / "reports"),
        "mfa_onboarding_group": "MFA required",
    }
    rules.set(inventory, "inventory.yml")
    rules.start()
    cause(Administrator(account))
    rules.wait_until(lambda: PLAYED.search(rules.said()), f"{play['name']}: nothing was played")
    check(rules, account)
    rules.read_again()
    assert len(PLAYED.findall(rules.said())) == 1, rules.said()
