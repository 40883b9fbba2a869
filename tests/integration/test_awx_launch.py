# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of AWX's templates: a survey's answers, the credentials' environment and the project's files at work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from tests.integration.controller_rules import playbooks_in, wrong_with_answers
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, Run, Simulator, environment, recap, run_ansible, run_of
from tests.integration.test_awx import AWX, TEMPLATES, TYPES

pytestmark = pytest.mark.once("its playbooks run there in test_role_*.py, its jobs in test_runner_jobs.py")

Launch = Callable[..., Run]


def injected(folder: Path, number: int, **inputs: Any) -> dict[str, str]:
    """The environment that AWX's own code makes of what somebody filled in."""
    kind = TYPES[number]
    env: dict[str, Any] = {}
    inject_credential(
        ManagedCredentialType(f"type{number}", **{key: kind[key] for key in ("name", "kind", "inputs", "injectors")}),
        Credential(inputs),
        env,
        {},
        [],
        str(folder),
    )
    return env


@pytest.fixture
def launch(tmp_path: Path, sim: Simulator) -> Launch:
    """Run a job of a template with a survey's answers."""
    project = tmp_path / "project"
    shutil.copytree(AWX / "project", project)

    def _launch(name: str, *arguments: str, **answers: Any) -> Run:
        (template,) = (template for template in TEMPLATES if template["name"] == name)
        assert list(wrong_with_answers({"spec": template["survey"]}, answers)) == []
        assert template["playbook"] in playbooks_in(project)
        # As AWX writes them: text is not to be templated.
        lines = [f"{key}: {'!unsafe ' * isinstance(value, str)}{json.dumps(value)}" for key, value in answers.items()]
        (tmp_path / "answers.yml").write_text("\n".join([*lines, "awx_job_id: 1"]))
        (tmp_path / "results.jsonl").write_text("")
        env = {name: value for name, value in environment(tmp_path, "").items() if not name.startswith("ONELOGIN_")}
        env |= injected(tmp_path, 0, base_url=sim.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        env |= injected(tmp_path, 1, url=str(tmp_path / "journal.sqlite"))
        env |= {"ONELOGIN_TEST_RESULTS": str(tmp_path / "results.jsonl")}
        command = ["ansible-playbook", template["playbook"], "-i", "onelogin.yml", "-e", "@../answers.yml"]
        done = run_ansible(tmp_path, env, *command, *arguments, cwd=project)
        return run_of(tmp_path, done.returncode, done.stdout + done.stderr)

    return _launch


def devices(sim: Simulator, name: str) -> list[str]:
    """The names of a person's factors."""
    return [device["factor"] for device in sim.person(name)["devices"]]


def test_people_are_onboarded_as_the_inventory_says(launch: Launch, sim: Simulator, tmp_path: Path) -> None:
    sheets = {"mfa_onboarding_sheets": str(tmp_path / "sheets")}
    done = launch("OneLogin onboard", "--limit", "kelly@example.com,mia@example.com", **sheets)
    assert (done.rc, recap(done.output)) == (0, ({"kelly@example.com", "mia@example.com"}, set())), done.output
    assert devices(sim, "kelly") == devices(sim, "mia") == ["OneLogin Protect"]
    assert {row["user"] for row in sim.messages()} <= {"kelly", "mia"}


def test_people_are_onboarded_as_the_survey_says(launch: Launch, sim: Simulator) -> None:
    answers = {
        "mfa_onboarding_survey_factors": ["OneLogin Voice"],
        "mfa_onboarding_wait": "true",
        "mfa_onboarding_wait_timeout": 3,
        "mfa_onboarding_challenge": "false",
        "mfa_onboarding_concurrency": 2,
        "mfa_onboarding_max_fail_percentage": 90,
    }
    done = launch("OneLogin onboard", "--limit", "kelly@example.com,nils@example.com", **answers)
    assert recap(done.output) == ({"kelly@example.com"}, {"nils@example.com"}), done.output
    assert devices(sim, "kelly") == ["OneLogin Voice"]
    unwaited = launch("OneLogin onboard", "--limit", "nils@example.com", **{**answers, "mfa_onboarding_wait": "false"})
    assert (unwaited.rc, recap(unwaited.output)[1]) == (0, set()), unwaited.output


def test_codes_are_given_in_a_job_of_their_own(launch: Launch, sim: Simulator) -> None:
    sent = launch("OneLogin onboard", "--limit", "kelly@example.com", mfa_onboarding_survey_factors=["OneLogin SMS"])
    assert (sent.rc, devices(sim, "kelly")) == (0, []), sent.output
    (message,) = sim.messages("kelly")
    code = {"email": "kelly@example.com", "factor": "OneLogin SMS", "otp": message["code"]}
    done = launch("OneLogin onboard, codes", mfa_onboarding_users=json.dumps([code]))
    assert (done.rc, devices(sim, "kelly")) == (0, ["OneLogin SMS"]), done.output
    assert len(sim.messages("kelly")) == 1
    assert message["code"] not in done.output


def test_people_are_challenged_as_hosts(launch: Launch) -> None:
    people = "eve@example.com,rex@example.com"
    done = launch("OneLogin challenge", "--limit", people, mfa_challenge_wait_timeout=20)
    assert recap(done.output) == ({"eve@example.com"}, {"rex@example.com"}), done.output


def test_who_is_calling(launch: Launch, sim: Simulator) -> None:
    check = "OneLogin identity check"
    assert launch(check, mfa_challenge_users="eve", mfa_challenge_factors="OneLogin Protect").rc == 0
    assert launch(check, mfa_challenge_users="rex@example.com", mfa_challenge_factors="OneLogin Protect").rc == 2

    assert launch(check, mfa_challenge_users="nora", mfa_challenge_factors="OneLogin SMS").rc == 0
    (message,) = sim.messages("nora")
    code = {"username": "nora", "factor": "OneLogin SMS", "otp": message["code"]}
    told = launch(f"{check}, codes", mfa_challenge_users=json.dumps([code]))
    assert told.rc == 0, told.output
    assert "accepted" in told.output
    assert len(sim.messages("nora")) == 1


def test_people_are_offboarded(launch: Launch, sim: Simulator) -> None:
    answers = {"mfa_offboarding_users": "rex\nnora@example.com\n", "mfa_offboarding_factors": ["OneLogin Protect"]}
    refused = launch("OneLogin offboard", **answers, mfa_offboarding_max_people=1)
    assert (refused.rc, sim.writes()) == (2, []), refused.output
    done = launch("OneLogin offboard", **answers)
    assert (done.rc, devices(sim, "rex"), devices(sim, "nora")) == (0, [], ["OneLogin SMS"]), done.output
    gone = launch("OneLogin offboard", **{**answers, "mfa_offboarding_factors": ["all"]})
    assert (gone.rc, devices(sim, "nora")) == (0, []), gone.output


def test_coverage_is_a_gate(launch: Launch) -> None:
    people = {"mfa_audit_users": "eve@example.com\nkelly@example.com"}
    assert launch("OneLogin audit", **people, mfa_audit_fail_below=50).rc == 0
    assert launch("OneLogin audit", **people, mfa_audit_fail_below=51).rc == 2
    everybody = launch("OneLogin audit", "--limit", "eve@example.com,kelly@example.com", mfa_audit_fail_below=51)
    assert recap(everybody.output)[1] == {"kelly@example.com"}, everybody.output
