# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_challenge and its playbook: the answers, who gets a message, and that no one gets two at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator
from tests.integration.people import Role

PEOPLE = """\
email,username,phone,sim_enrolled,sim_answer
yes@example.com,yes,+15550000001,OneLogin Protect,accept
no@example.com,no,+15550000002,OneLogin Protect,reject
silent@example.com,silent,+15550000003,OneLogin Protect,never
code@example.com,code,+15550000004,OneLogin SMS,never
none@example.com,none,+15550000005,,accept
"""
WANTED = {"yes": "OneLogin Protect", "no": "OneLogin Protect", "silent": "OneLogin Protect", "code": "OneLogin SMS"}


@pytest.fixture
def challenge(tmp_path: Path, start: Callable[..., Simulator]) -> Role:
    """Run the playbook against people. Some of them answer."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    sim = start("--people", str(tmp_path / "people.csv"), "--answer-after", "0.5")
    return Role(tmp_path, sim, "mfa_challenge", "challenge", mfa_challenge_wait_timeout=3)


def _hosts(*names: str, **more: Any) -> dict[str, Any]:
    return {
        name: {
            "onelogin_email": f"{name}@example.com",
            "mfa_challenge_factors": [{"factor": WANTED.get(name, "OneLogin Protect"), **more}],
        }
        for name in names
    }


def _by_username(name: str) -> dict[str, Any]:
    return {"onelogin_username": name, "mfa_challenge_factors": [{"factor": WANTED[name]}]}


def test_each_host_gets_the_result_of_its_own_person(challenge: Role) -> None:
    first = challenge({**_hosts("yes", "no", "silent", "code", "none"), "twin": _by_username("code")})
    assert {row["host"]: row["status"] for row in first.results} == {
        "yes": "accepted",
        "no": "rejected",
        "silent": "timeout",
        "code": "pending",
        "none": "not_found",
        "twin": "invalid",
    }
    assert (first.rc, first.failed) == (2, {"no", "silent", "none", "twin"})
    # Without the code there is no proof. No other code is sent.
    unproven = challenge(_hosts("yes", "code"), mfa_challenge_fail_pending=True)
    assert (unproven.failed, unproven.row("code")["status"]) == ({"code"}, "timeout")
    assert "Run again with the person's code as otp before" in unproven.row("code")["msg"]
    assert len(challenge.sim.messages("code")) == 1
    assert "does the same for code@example.com" in first.row("twin")["msg"]
    assert first.row("yes")["confirmed"]
    assert first.row("yes")["accepted_at"]
    assert first.row("code")["awaits"] == "otp"
    assert challenge.noted() == {"yes": "accepted", "no": "rejected", "silent": "pending", "code": "pending"}

    posts, messages = challenge.sim.count("POST", "/verifications"), len(challenge.sim.messages())
    again = challenge(_hosts("silent", "code"))
    assert again.row("silent")["verification"]["id"] == first.row("silent")["verification"]["id"]
    assert again.changed == set()
    assert (challenge.sim.count("POST", "/verifications"), len(challenge.sim.messages())) == (posts, messages)

    anew = challenge(_hosts("yes"))
    assert anew.row("yes")["verification"]["id"] != first.row("yes")["verification"]["id"], (
        "a second challenge is a new verification"
    )


def test_in_a_workflow_only_newly_enrolled_people_are_challenged(challenge: Role) -> None:
    """test_runner_jobs.py shows what the onboarding job hands on."""
    text = "- import_playbook: community.onelogin.challenge_enrolled"
    unknown = challenge(_hosts("yes"), text=text)
    assert (unknown.rc, "mfa_onboarding_enrolled is not set" in unknown.output) == (2, True)
    # A workflow that enrolled no one challenges no one, whatever the inventory has.
    none = challenge(_hosts("yes"), text=text, mfa_onboarding_enrolled=[])
    assert (none.rc, "This workflow has enrolled no one, so no one is challenged." in none.output) == (0, True)
    assert challenge.sim.messages() == []
    # The factors of the survey take the place of those that were enrolled.
    enrolled = [{"user_id": challenge.sim.person("yes")["user_id"], "factors": [{"device_id": "1"}]}]
    done = challenge({}, text=text, mfa_onboarding_enrolled=enrolled, mfa_challenge_factors=["OneLogin Protect"])
    assert (done.rc, [row["status"] for row in done.results]) == (0, ["accepted"])


def test_a_code_is_sent_by_a_later_run(challenge: Role) -> None:
    sent = challenge(_hosts("code"))
    code = challenge.sim.admin("GET", "/people/code@example.com/message")["code"]
    run = challenge(_hosts("code", otp=code), "-vvv")
    assert (run.row("code")["status"], run.changed, len(challenge.sim.messages())) == ("accepted", {"code"}, 1)
    assert run.row("code")["verification"]["id"] == sent.row("code")["verification"]["id"]
    assert code not in run.output


def test_options_can_be_text_from_a_survey(challenge: Role) -> None:
    extra: dict[str, Any] = {"mfa_challenge_users": "yes@example.com", "mfa_challenge_factors": "OneLogin Protect"}
    run = challenge({}, **extra, mfa_challenge_wait="true", mfa_challenge_wait_events="yes")
    assert (run.rc, run.rows["yes"]["status"]) == (0, "accepted")
    assert challenge.sim.count("GET", "/api/1/events/types") == 1
    run = challenge({}, **{**extra, "mfa_challenge_users": "silent@example.com"}, mfa_challenge_wait="false")
    assert (run.rc, run.rows["silent"]["status"]) == (0, "pending")


def test_check_mode_sends_no_message(challenge: Role) -> None:
    run = challenge(_hosts("yes", "code", "none"), "--check")
    assert challenge.sim.writes() == []
    assert (run.changed, run.failed) == ({"yes", "code"}, {"none"})
    assert "would get a message" in run.row("yes")["msg"] + run.row("code")["msg"]
