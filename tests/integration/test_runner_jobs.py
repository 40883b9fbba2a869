# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As AWX runs it: what a job shows, and what it hands on to the next node of a workflow."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.integration.harness import Simulator
from tests.integration.runner_jobs import WORKFLOW, Ended, Job, credentials
from tests.integration.watch import watch

PEOPLE = {
    "anna": {"factor": "OneLogin SMS"},
    "bert": {"factor": "OneLogin SMS"},
    "cleo": {"factor": "Authenticator"},
    "dora": {"factor": "OneLogin Protect"},
    "emil": {"factor": "OneLogin Voice"},
}
WRONG = "wrong-but-a-secret-4d5e6f"
PASSWORD = "the-journal-s-password-7f3c"


def _answer(name: str, otp: str) -> dict[str, Any]:
    return {"email": f"{name}@example.com", **PEOPLE[name], "otp": otp}


def _seed(sheets: Path, name: str) -> str:
    """The secret that a person's sheet shows, without the blanks between its groups."""
    (page,) = (page.read_text() for page in sheets.glob("*.html") if f"{name}@example.com" in page.read_text())
    found = re.search(r'<code id="key">([^<]{8,})</code>', page)
    assert found
    return found[1].replace(" ", "")


@pytest.fixture
def five(start: Callable[..., Simulator], tmp_path: Path) -> Simulator:
    """People who take longer to answer than work may be silent."""
    rows = [f"{name}@example.com,+1555000000{number}" for number, name in enumerate(PEOPLE)]
    (tmp_path / "people.csv").write_text("\n".join(["email,phone", *rows]) + "\n")
    return start("--people", str(tmp_path / "people.csv"), "--answer-after", "7")


@pytest.mark.shows("*", "sheets/*", "a sheet is for its person to read")
@pytest.mark.shows("code", "second/node/env/extravars", "the survey's answers, in a folder that a node removes")
def test_progress_shows_and_no_secret_does(five: Simulator, tmp_path: Path) -> None:
    """Two jobs: the first sends codes and writes sheets, the second has codes in its survey."""
    journal, sheets = tmp_path / "journal.sqlite", tmp_path / "sheets"
    filled_in = credentials(five.url, str(journal))
    hosts = {
        name: {"onelogin_email": f"{name}@example.com", "mfa_onboarding_factors": [PEOPLE[name]]} for name in PEOPLE
    }
    first = Job(tmp_path / "first", hosts, filled_in, answers={"mfa_onboarding_sheets": str(sheets)}).run_on_node()
    assert first.status == "successful", first.stdout
    progress = [event for event in first.events if event["stdout"].startswith("onelogin: ")]
    assert any(re.search(r"\d of \d \w+, .*waiting", event["stdout"]) for event in progress), first.stdout
    assert first.handed_on["mfa_onboarding_summary"]["waiting"] == 3
    assert first.handed_on["mfa_onboarding_summary"]["failed"] == 0

    codes = {name: five.messages(f"{name}@example.com")[0]["code"] for name in ("anna", "bert")}
    wrong = f"{(int(codes['bert']) + 1) % 1000000:06d}"
    seed = _seed(sheets, "cleo")
    known = {"cleo": pyotp.TOTP(seed).now(), "anna": codes["anna"], "bert": wrong}
    people = json.dumps([_answer(name, otp) for name, otp in known.items()])
    second = Job(tmp_path / "second", {}, filled_in, answers={"mfa_onboarding_users": people}).run_on_node()
    assert second.status == "failed"
    summary = second.handed_on["mfa_onboarding_summary"]
    assert (summary["total"], summary["changed"], summary["failed"], summary["waiting"]) == (3, 2, 1, 0)
    assert summary["by_factor"]["Authenticator"] == {"accepted": 1}


def test_a_refused_credential_is_not_shown_either(five: Simulator, tmp_path: Path) -> None:
    filled_in = credentials(five.url, f"postgresql://onelogin:{PASSWORD}@127.0.0.1:9/onelogin")
    filled_in["OneLogin API"]["client_secret"] = WRONG
    hosts = {"anna": {"onelogin_email": "anna@example.com", "mfa_onboarding_factors": [PEOPLE["anna"]]}}
    ended = Job(tmp_path / "job", hosts, filled_in).run()
    assert ended.status == "failed"
    assert ended.failed_hosts == {"anna"}
    assert {WRONG, PASSWORD} <= watch.secrets.keys()


def count_messages(sim: Simulator) -> Counter[str]:
    """How many messages each person got."""
    return Counter({name: len(sim.messages(f"{name}@example.com")) for name in PEOPLE})


def test_later_nodes_of_a_workflow_work_on_what_was_handed_on(five: Simulator, tmp_path: Path) -> None:
    """AWX gives it to all later nodes as extra variables, whatever their template asks for."""
    five.set(answer_after=0.5)
    filled_in = credentials(five.url, str(tmp_path / "journal.sqlite"))

    def run(name: str, *people: str, playbook: str, **answers: Any) -> Ended:
        hosts = {
            who: {"onelogin_email": f"{who}@example.com", "mfa_onboarding_factors": [PEOPLE[who]]} for who in people
        }
        folder = tmp_path / name
        return Job(folder, hosts, filled_in, answers=answers, playbook=playbook, workflow=WORKFLOW).run()

    earlier = run("earlier", "emil", playbook="onboard.yml")
    assert earlier.status == "successful", earlier.stdout
    assert [person["user_id"] for person in earlier.handed_on["mfa_onboarding_enrolled"]] == [
        five.person("emil@example.com")["user_id"]
    ]
    # Emil has his device already, Anna's code is not known yet, and Dora enrols now.
    sheets = {"mfa_onboarding_sheets": str(tmp_path / "sheets")}
    onboard = run("onboard", "anna", "dora", "emil", playbook="onboard.yml", **sheets)
    assert onboard.status == "successful", onboard.stdout
    (dora,) = onboard.handed_on["mfa_onboarding_enrolled"]
    assert dora["user_id"] == five.person("dora@example.com")["user_id"]
    assert [factor.keys() for factor in dora["factors"]] == [{"device_id"}]
    assert not onboard.handed_on["mfa_onboarding_summary"]["slice"]

    before = count_messages(five)
    challenge = run("challenge", playbook="challenge_enrolled.yml", **onboard.handed_on)
    assert challenge.status == "successful", challenge.stdout
    assert count_messages(five) - before == {"dora": 1}
    assert challenge.handed_on["mfa_challenge_summary"]["by_factor"] == {"OneLogin Protect": {"accepted": 1}}

    audit = run("audit", "anna", "dora", playbook="audit.yml", **onboard.handed_on, **challenge.handed_on)
    assert audit.status == "successful", audit.stdout
    assert audit.handed_on["mfa_audit_summary"]["total"] == 2
    assert audit.handed_on.keys() == {"mfa_audit_summary"}
