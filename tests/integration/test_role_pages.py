# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Onboarding with an app: without a page for the QR code no one is enrolled, and a lost page is replaced."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator
from tests.integration.people import Role, host

PROTECT, AUTHENTICATOR, SMS = (
    {"mfa_onboarding_factors": [{"factor": name}]} for name in ("OneLogin Protect", "Authenticator", "OneLogin SMS")
)


@pytest.fixture
def onboard(tmp_path: Path, start: Callable[..., Simulator]) -> Role:
    """Run the playbook with people who scan their page after a quarter of an hour."""
    people = tmp_path / "people.csv"
    people.write_text(
        "email,username,phone,status,sim_answer\nann@example.com,ann,+12025550101,1,\n"
        "bob@example.com,bob,,1,\ncid@example.com,cid,+12025550103,2,\ndee@example.com,dee,+12025550104,3,\n"
    )
    sim = start("--people", str(people), "--answer-after", "900")
    options: dict[str, Any] = {"mfa_onboarding_sheets": "sheets", "mfa_onboarding_wait_timeout": 0.5}
    return Role(tmp_path, sim, "mfa_onboarding", "onboard", **options)


def pages(onboard: Role) -> list[Path]:
    return sorted((onboard.folder / "sheets").glob("*.html"))


@pytest.mark.parametrize("check", [[], ["--check"]])
def test_without_a_folder_no_app_is_enrolled(onboard: Role, check: list[str]) -> None:
    hosts = {"ann": host("ann", **PROTECT), "bob": host("bob", **AUTHENTICATOR)}
    run = onboard(hosts, *check, mfa_onboarding_sheets="")
    assert {name: run.row(name)["status"] for name in hosts} == {"ann": "invalid", "bob": "invalid"}
    assert run.row("ann")["error"] == {
        "code": "invalid",
        "http_status": None,
        "message": "No one could scan the QR code of OneLogin Protect: OneLogin shows it once, and no folder for pages"
        " is set.",
        "request_id": None,
        "hint": "Set mfa_onboarding_sheets to a private folder. The role writes a page for each person there.",
    }
    assert onboard.sim.writes() == []


def test_pages_are_announced_before_the_wait_and_a_lost_one_is_replaced(onboard: Role) -> None:
    hosts = {"ann": host("ann", **PROTECT), "bob": host("bob", **AUTHENTICATOR)}
    first = onboard(hosts)
    announced = f"Pages: 2 in {onboard.folder}/sheets, 2 of them new."
    assert announced in first.output
    assert first.output.index(announced) < first.output.index("Wait for people who confirm it themselves")
    assert first.row("ann")["status"] == "timeout"
    second = onboard(hosts)
    assert not any(row["changed"] for row in second.results)
    assert f"Pages: 2 in {onboard.folder}/sheets, 0 of them new." in second.output

    (lost, kept) = pages(onboard)
    text = kept.read_text()
    lost.unlink()
    assert onboard(hosts, "--check").changed == {"ann"}
    third = onboard(hosts)
    assert {name: third.row(name)["changed"] for name in hosts} == {"ann": True, "bob": False}
    assert "The earlier registration has no page that someone could scan, so there is a new one." in third.output
    assert pages(onboard) == [lost, kept]
    assert kept.read_text() == text
    assert onboard.sim.count("POST", "/registrations") == 3
    assert not any(row["changed"] for row in onboard(hosts).results)


def test_a_lost_page_that_someone_used_is_reported(onboard: Role) -> None:
    hosts = {"ann": host("ann", **PROTECT)}
    onboard(hosts)
    (lost,) = pages(onboard)
    lost.unlink()
    onboard.sim.set(answer_after=2)

    def use_the_lost_page() -> None:
        while len(registrations := onboard.sim.person("ann")["registrations"]) < 2:
            time.sleep(0.05)
        onboard.sim.admin("POST", "/people/ann/approve", {"id": registrations[0]["id"]})

    someone = threading.Thread(target=use_the_lost_page)
    someone.start()
    run = onboard(hosts, mfa_onboarding_wait_timeout=10)
    someone.join()
    again = onboard(hosts)
    for done in (run, again):
        error = done.row("ann")["error"]
        assert (error["code"], done.failed) == ("ambiguous", {"ann"}), done.row("ann")
        assert "The user has 2 devices of OneLogin Protect: " in error["message"]
    assert onboard.sim.count("POST", "/registrations") == 2


def test_people_who_cannot_succeed_fail_before_anything_is_sent(onboard: Role) -> None:
    hosts = {name: host(name, **SMS) for name in ("ann", "bob", "cid")} | {"dee": host("dee", **PROTECT)}
    expected = {"ann": "pending", "bob": "no_phone", "cid": "inactive", "dee": "inactive"}
    predicted = onboard(hosts, "--check")
    assert {row["host"]: row["status"] for row in predicted.results} == expected
    run = onboard(hosts)
    assert {row["host"]: row["status"] for row in run.results} == expected
    assert onboard.sim.count("POST", "/registrations") == 1
    assert run.row("cid")["error"]["message"] == "The user is suspended in OneLogin."
    assert run.row("dee")["error"]["message"] == "The user is locked in OneLogin."
    assert run.row("bob")["msg"] == (
        "bob@example.com, OneLogin SMS: The user has no phone number in OneLogin, and OneLogin SMS needs one. Add the"
        " phone number to the user's record in OneLogin, or choose another factor. Nothing was sent."
    )


def test_a_person_given_by_id_is_checked(onboard: Role) -> None:
    run = onboard({"cid": {"onelogin_user_id": onboard.sim.person("cid@example.com")["user_id"], **SMS}})
    assert run.row("cid")["error"]["code"] == "inactive"
    assert onboard.sim.writes() == []


def test_people_given_by_id_are_shown_by_address(onboard: Role) -> None:
    factors = {"ann": PROTECT, "bob": SMS, "cid": SMS}
    ids = {name: onboard.sim.person(f"{name}@example.com")["user_id"] for name in factors}
    hosts = {name.upper(): {"onelogin_user_id": ids[name], **factors[name]} for name in factors}
    run = onboard({**hosts, "NO": {"onelogin_user_id": 999, **SMS}})
    shown = {row["host"]: row["user"] for row in run.results}
    assert shown == {"ANN": "ann@example.com", "BOB": "bob@example.com", "CID": "cid@example.com", "NO": "999"}
    end = run.output[run.output.index("MFA onboarding: ") : run.output.index("PLAY RECAP")]
    (page,) = pages(onboard)
    for name, user_id in ids.items():
        for text in (end, run.row(name.upper())["msg"], *([page.read_text()] if name == "ann" else [])):
            assert f"{name}@example.com" in text
            assert not re.search(rf"\b{user_id}\b", text)


def test_a_folder_of_an_awx_job_is_refused(onboard: Role) -> None:
    run = onboard({"ann": host("ann", **PROTECT)}, env={"AWX_PRIVATE_DATA_DIR": str(onboard.folder)})
    assert "in the folder of this AWX job. AWX deletes it when the job ends" in run.output
    assert run.rc != 0
    assert onboard.sim.log() == []


def test_the_summary_at_the_end_is_short(onboard: Role, start: Callable[..., Simulator]) -> None:
    """Of 100 hosts, 25 fail for three causes: at most 80 lines in addition to those that Ansible prints per host."""
    people: dict[str, dict[str, Any]] = {}
    rows = ["email,username,phone,status"]
    for number in range(100):
        phone, status = ("" if number % 16 == 10 else f"+1202555{number:04}"), (2 if number % 16 == 6 else 1)
        if number % 8:
            rows.append(f"p{number}@example.com,p{number},{phone},{status}")
        people[f"h{number:03}"] = {"onelogin_email": f"p{number}@example.com"}
    (onboard.folder / "many.csv").write_text("\n".join(rows))
    onboard.sim = start("--people", str(onboard.folder / "many.csv"))
    factors = [{"factor": "OneLogin SMS"}]
    run = onboard(people, env={"ANSIBLE_DISPLAY_OK_HOSTS": "no"}, mfa_onboarding_factors=factors)
    assert run.failed == {f"h{number:03}" for number in range(100) if number % 8 == 0 or number % 16 in (6, 10)}
    assert run.changed == people.keys() - run.failed
    end = run.output[run.output.index("MFA onboarding: ") : run.output.index("PLAY RECAP")]
    assert end.startswith("MFA onboarding: 0 of 100 done, 75 pending, 75 changed, 25 failed.\n")
    for cause in ("unknown_user (13): Check the spelling", "no_phone (6): ", "inactive (6): "):
        assert end.count(cause) == 1
    for number in range(100):
        name = f"p{number}@example.com"
        if f"h{number:03}" in run.failed:
            assert len(re.findall(rf"\b{name}\b", end)) == 1
    assert len(end.splitlines()) <= 80
