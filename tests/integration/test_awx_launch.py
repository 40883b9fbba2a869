# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of AWX's templates: a survey's answers, the credentials' environment and the project's files at work."""

from __future__ import annotations

import json
import shutil
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from scripts.download_collections import collections
from tests.integration.controller_rules import playbooks_in, wrong_with_answers
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, Run, Simulator, environment, recap, run_ansible, run_of
from tests.integration.mail_server import PASSWORD, USERNAME, serve
from tests.integration.test_awx import AWX, TEMPLATES, TYPES
from tests.integration.watch import watch

pytestmark = pytest.mark.once("its playbooks run there in test_role_*.py, its jobs in test_runner_jobs.py")

Launch = Callable[..., Run]


def injected(folder: Path, number: int, arguments: list[str], **inputs: Any) -> dict[str, str]:
    """The environment and the arguments that AWX's own code makes of the inputs of a credential."""
    kind = TYPES[number]
    env: dict[str, Any] = {}
    inject_credential(
        ManagedCredentialType(f"type{number}", **{key: kind[key] for key in ("name", "kind", "inputs", "injectors")}),
        Credential(inputs),
        env,
        {},
        arguments,
        str(folder),
        container_root=folder,
    )
    return env


@pytest.fixture
def launch(tmp_path: Path, sim: Simulator) -> Launch:
    """Run a job of a template with a survey's answers, and for the mail server with the inputs of its credential."""
    project = tmp_path / "project"
    shutil.copytree(AWX / "project", project)
    (tmp_path / "env").mkdir()
    (project / "none.json").write_text(json.dumps({"all": {"hosts": {}}}))

    def _launch(name: str, *arguments: str, mail: Mapping[str, Any] | None = None, **answers: Any) -> Run:
        (template,) = (template for template in TEMPLATES if template["name"] == name)
        assert list(wrong_with_answers({"spec": template["survey"]}, answers)) == []
        assert template["playbook"] in playbooks_in(project)
        # As AWX writes them: text is not to be templated.
        given = {**template.get("extra_vars", {}), **answers}
        lines = [f"{key}: {'!unsafe ' * isinstance(value, str)}{json.dumps(value)}" for key, value in given.items()]
        (tmp_path / "answers.yml").write_text("\n".join([*lines, "awx_job_id: 1"]))
        (tmp_path / "results.jsonl").write_text("")
        more = {"ANSIBLE_COLLECTIONS_PATH": str(collections())} if mail else {}
        machine = environment(tmp_path, "", **more)
        env = {name: value for name, value in machine.items() if not name.startswith("ONELOGIN_")}
        its: list[str] = []
        env |= injected(tmp_path, 0, its, base_url=sim.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        env |= injected(tmp_path, 1, its, url=str(tmp_path / "journal.sqlite"))
        if mail:
            env |= injected(tmp_path, 2, its, **mail)
        env |= {"ONELOGIN_TEST_RESULTS": str(tmp_path / "results.jsonl")}
        inventory = "none.json" if "people" in template else "onelogin.yml"
        command = ["ansible-playbook", template["playbook"], "-i", inventory, "-e", "@../answers.yml", *its]
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
    answers = {"mfa_challenge_survey_factors": [], "mfa_challenge_wait_timeout": 20}
    done = launch("OneLogin challenge", "--limit", people, **answers)
    assert recap(done.output) == ({"eve@example.com"}, {"rex@example.com"}), done.output


def test_an_identity_check_succeeds_only_with_proof(launch: Launch, sim: Simulator) -> None:
    check = "OneLogin identity check"
    assert launch(check, mfa_challenge_users="eve", mfa_challenge_factors="OneLogin Protect").rc == 0
    assert launch(check, mfa_challenge_users="rex@example.com", mfa_challenge_factors="OneLogin Protect").rc == 2
    silent = {"mfa_challenge_users": "nora", "mfa_challenge_factors": "OneLogin Protect"}
    assert launch(check, **silent, mfa_challenge_wait_timeout=1).rc == 2

    # The same person twice counts once.
    twice = {"mfa_challenge_users": "nora, Nora", "mfa_challenge_factors": "OneLogin SMS"}
    sent = launch(f"{check}, send a code", **twice, mfa_challenge_expires_in=600)
    (message,) = (message for message in sim.messages("nora") if message.get("code"))
    assert sent.rc == 0, sent.output
    assert "valid for 10 minutes" in sent.output
    code = {"username": "nora", "factor": "OneLogin SMS"}
    unproven = launch(f"{check}, codes", mfa_challenge_users=json.dumps([code]))
    assert (unproven.rc, "The person has not proven who they are. Run again" in unproven.output) == (2, True)
    given = launch(f"{check}, codes", mfa_challenge_users=json.dumps([{**code, "otp": message["code"]}]))
    assert given.rc == 0, given.output
    assert "accepted" in given.output
    assert len([message for message in sim.messages("nora") if message.get("code")]) == 1


def test_an_empty_answer_to_a_required_question_does_nothing(launch: Launch, sim: Simulator) -> None:
    """AWX accepts an empty list."""
    nothing = launch("OneLogin offboard", mfa_offboarding_users="rex", mfa_offboarding_factors=[])
    assert (nothing.rc, "Set mfa_offboarding_factors" in nothing.output, sim.writes()) == (2, True, []), nothing.output
    person = {"mfa_reset_users": "rex", "mfa_reset_challenge": "none"}
    nothing = launch("OneLogin reset", **person, mfa_reset_new_factors=[])
    assert (nothing.rc, "Set mfa_reset_new_factors" in nothing.output, sim.writes()) == (2, True, []), nothing.output


@pytest.mark.shows("mail password", "env/*", "AWX's own file of extra variables, in a folder that it removes")
def test_people_are_reminded_with_the_mail_server_of_the_credential(launch: Launch) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    watch.note("mail password", PASSWORD)
    with serve(tls_context=context, auth_required=True) as (server, mail):
        login = {**mail, "port": str(mail["port"]), "username": USERNAME, "password": PASSWORD}
        people = {"mfa_reminder_users": "kelly@example.com\neve@example.com"}
        done = launch("OneLogin remind", mail={**login, "subject": "Hello {name}", "body": "Hi,\n{name}"}, **people)
        assert done.rc == 0, done.output
        assert server.mail_to("kelly") == ("Hello Kelly Slater", "Hi,\nKelly Slater")
        assert server.received == {"kelly": 1}


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
