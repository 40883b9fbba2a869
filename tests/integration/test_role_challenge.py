# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_challenge and its playbook: who answers, who is asked, and that nobody is asked twice at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator, environment, recap, run_playbook
from tests.integration.test_role_onboarding import Start

pytestmark = pytest.mark.each_release

PEOPLE = """\
email,phone,sim_enrolled,sim_answer
yes@example.com,+15550000001,OneLogin Protect,accept
no@example.com,+15550000002,OneLogin Protect,reject
silent@example.com,+15550000003,OneLogin Protect,never
code@example.com,+15550000004,OneLogin SMS,never
none@example.com,+15550000005,,accept
"""
WANTED = {"yes": "OneLogin Protect", "no": "OneLogin Protect", "silent": "OneLogin Protect", "code": "OneLogin SMS"}


class Challenge:
    """Runs the playbook, and holds what the last run came to."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self.folder, self.sim = folder, sim

    def __call__(self, hosts: dict[str, Any], *arguments: str, **extra: Any) -> dict[str, dict[str, Any]]:
        """The rows by person."""
        inventory = self.folder / "inventory.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
        run = run_playbook(
            self.folder,
            "- import_playbook: community.onelogin.challenge",
            environment(self.folder, self.sim.url),
            *("-e", json.dumps({"mfa_challenge_wait_timeout": 3, **extra}), *arguments),
            *(("-i", str(inventory)) if hosts else ()),
        )
        self.rc, self.output = run.rc, run.output
        self.changed, self.failed = recap(run.output)
        facts = run.by_name.get("community.onelogin.mfa_challenge : Bring the results together", {})
        rows = facts.get("ansible_facts", {}).get("mfa_challenge_results", [])
        return {str(row["user"]).partition("@")[0]: row for row in rows}


@pytest.fixture
def challenge(tmp_path: Path, start: Start) -> Challenge:
    """The playbook against people of whom some answer."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    return Challenge(tmp_path, start("--people", str(tmp_path / "people.csv"), "--answer-after", "0.5"))


def _hosts(*names: str, **more: Any) -> dict[str, Any]:
    return {
        name: {
            "onelogin_email": f"{name}@example.com",
            "mfa_challenge_factors": [{"factor": WANTED.get(name, "OneLogin Protect"), **more}],
        }
        for name in names
    }


def test_each_host_gets_the_verdict_on_its_own_person(challenge: Challenge) -> None:
    rows = challenge(_hosts("yes", "no", "silent", "code", "none"))
    assert {name: row["status"] for name, row in rows.items()} == {
        "yes": "accepted",
        "no": "rejected",
        "silent": "timeout",
        "code": "pending",
        "none": "not_found",
    }
    assert (challenge.rc, challenge.failed) == (2, {"no", "silent", "none"})
    assert rows["yes"]["confirmed"]
    assert rows["yes"]["accepted_at"]
    assert rows["code"]["awaits"] == "otp"

    posts, messages = challenge.sim.count("POST", "/verifications"), len(challenge.sim.messages())
    again = challenge(_hosts("silent", "code"))
    assert again["silent"]["verification"]["id"] == rows["silent"]["verification"]["id"]
    assert challenge.changed == set()
    assert (challenge.sim.count("POST", "/verifications"), len(challenge.sim.messages())) == (posts, messages)

    anew = challenge(_hosts("yes"))
    assert anew["yes"]["verification"]["id"] != rows["yes"]["verification"]["id"], "whether she is there now"


def test_a_code_is_given_back_on_another_run(challenge: Challenge) -> None:
    sent = challenge(_hosts("code"))
    code = challenge.sim.admin("GET", "/people/code@example.com/message")["code"]
    told = challenge(_hosts("code", otp=code), "-vvv")
    assert (told["code"]["status"], challenge.changed, len(challenge.sim.messages())) == ("accepted", {"code"}, 1)
    assert told["code"]["verification"]["id"] == sent["code"]["verification"]["id"]
    assert code not in challenge.output


def test_text_from_a_survey_is_enough(challenge: Challenge) -> None:
    extra = {"mfa_challenge_users": "yes@example.com", "mfa_challenge_factors": "OneLogin Protect"}
    rows = challenge({}, **extra, mfa_challenge_wait="true")
    assert (challenge.rc, rows["yes"]["status"]) == (0, "accepted")
    rows = challenge({}, **{**extra, "mfa_challenge_users": "silent@example.com"}, mfa_challenge_wait="false")
    assert (challenge.rc, rows["silent"]["status"]) == (0, "pending")


def test_check_mode_asks_nobody(challenge: Challenge) -> None:
    rows = challenge(_hosts("yes", "code", "none"), "--check")
    assert challenge.sim.writes() == []
    assert (challenge.changed, challenge.failed) == ({"yes", "code"}, {"none"})
    assert "would be sent a message" in rows["yes"]["msg"] + rows["code"]["msg"]


def test_a_setting_that_is_not_good_is_refused_before_anybody_is_asked(challenge: Challenge) -> None:
    challenge(_hosts("yes"), mfa_challenge_wait_timeout="soon")
    assert challenge.rc != 0
    assert "mfa_challenge_wait_timeout" in challenge.output
    assert challenge.sim.log() == []
