# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_reset: proof first, devices enrolled during the reset are kept, and one reset per hour."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Simulator, environment, run_playbook, start_playbook
from tests.integration.people import Done, Hosts, Role

PHONE = {"phone": "+12025550101"}
SMS, PROTECT, VOICE = "OneLogin SMS", "OneLogin Protect", "OneLogin Voice"


@pytest.fixture
def reset(tmp_path: Path, sim: Simulator) -> Role:
    """Run the playbook against the shared simulator."""
    options = {"mfa_reset_sheets": str(tmp_path / "sheets"), "mfa_reset_wait_timeout": 3, "mfa_reset_max_people": 10}
    return Role(tmp_path, sim, "mfa_reset", "reset", mfa_reset_challenge="none", **options)


def _reset(sim: Simulator, people: dict[str, dict[str, Any]]) -> None:
    sim.reset(people=[{"email": f"{name}@example.com", "username": name, **its} for name, its in people.items()])


def _hosts(*names: str) -> Hosts:
    return {name: {"onelogin_email": f"{name}@example.com", "mfa_reset_new_factors": [PROTECT]} for name in names}


def _devices(sim: Simulator, name: str) -> dict[str, str]:
    """The factors of a person's devices by id."""
    return {str(device["device_id"]): device["factor"] for device in sim.person(name)["devices"]}


def _statuses(run: Done) -> dict[str, str]:
    return {row["host"]: row["status"] for row in run.results}


def test_a_reset_after_a_lost_phone(reset: Role) -> None:
    """The person confirms by a call, loses all devices, and scans the page; a second run repeats nothing."""
    _reset(reset.sim, {"ann": {**PHONE, "sim_enrolled": f"{PROTECT};{VOICE}", "sim_answer_after": "0.5"}})
    before = _devices(reset.sim, "ann")
    checked = reset(_hosts("ann"), "--check", mfa_reset_challenge=VOICE)
    assert reset.sim.writes() == []
    assert (checked.changed, checked.failed) == ({"ann"}, set())
    assert "would be asked to confirm with OneLogin Voice, then would lose" in checked.row("ann")["msg"]
    assert "and would enrol OneLogin Protect." in checked.row("ann")["msg"]

    done = reset(_hosts("ann"), "-vvv", mfa_reset_challenge=VOICE)
    assert (done.rc, done.row("ann")["status"], done.changed) == (0, "accepted", {"ann"})
    (new,) = _devices(reset.sim, "ann").items()
    assert new[1] == PROTECT
    assert new[0] not in before
    assert [call.split()[0] for call in reset.sim.writes()] == ["POST", "DELETE", "DELETE", "POST"], (
        "the proof comes first"
    )
    assert len(list((reset.folder / "sheets").glob("*.html"))) == 1
    assert not [
        secret for secret in reset.sim.secrets() if secret["kind"] != "token" and secret["secret"] in done.output
    ]

    writes = len(reset.sim.writes())
    again = reset(_hosts("ann"), mfa_reset_challenge=VOICE)
    assert (again.rc, again.changed, len(reset.sim.writes())) == (0, set(), writes)
    assert "so it is not repeated. mfa_reset_again: true starts a new one." in again.row("ann")["msg"]
    anew = reset(_hosts("ann"), mfa_reset_again=True)
    assert (anew.row("ann")["status"], anew.changed) == ("accepted", {"ann"})
    assert new[0] not in _devices(reset.sim, "ann")


def test_a_person_who_does_not_confirm_keeps_all_devices(reset: Role) -> None:
    answers = {"no": "reject", "silent": "never", "sms": "never"}
    people = {name: {**PHONE, "sim_enrolled": f"{PROTECT};{SMS}", "sim_answer": its} for name, its in answers.items()}
    _reset(reset.sim, people)
    run = reset(_hosts("no", "silent"), mfa_reset_challenge=PROTECT)
    assert _statuses(run) == {"no": "rejected", "silent": "timeout"}
    assert all("Nothing was removed in this run." in row["msg"] for row in run.results)
    assert [row["factor"] for row in run.results] == [PROTECT, PROTECT]

    sent = reset(_hosts("sms"), mfa_reset_challenge=SMS)
    assert (sent.rc, sent.row("sms")["status"], sent.row("sms")["awaits"]) == (0, "pending", "otp")
    assert sent.row("sms")["factor"] == SMS
    code = reset.sim.admin("GET", "/people/sms@example.com/message")["code"]
    wrong: dict[str, Any] = {
        "mfa_reset_challenge": SMS,
        "mfa_reset_challenge_codes": {"sms": "000000" if code != "000000" else "1"},
    }
    assert _statuses(reset(_hosts("sms"), **wrong)) == {"sms": "otp_rejected"}
    assert all(len(_devices(reset.sim, name)) == 2 for name in answers)

    run = reset(_hosts("sms"), "-vvv", **{**wrong, "mfa_reset_challenge_codes": code})
    assert code not in run.output
    assert (run.row("sms")["status"], run.row("sms")["awaits"]) == ("timeout", None), "the page is not scanned"
    same = reset(_hosts("sms"), **{**wrong, "mfa_reset_challenge_codes": code})
    assert _statuses(same) == {"sms": "timeout"}, "the same command continues the reset"
    assert _devices(reset.sim, "sms") == {}
    assert len(reset.sim.messages("sms")) == 1


def test_all_checks_come_before_the_first_removal(reset: Role) -> None:
    _reset(
        reset.sim,
        {
            "nophone": {"sim_enrolled": PROTECT},
            "locked": {**PHONE, "status": 3, "sim_enrolled": PROTECT},
            "policy": {**PHONE, "sim_enrolled": PROTECT, "sim_factors": PROTECT},
            "unproven": {**PHONE, "sim_enrolled": PROTECT},
        },
    )
    hosts = {**_hosts("nophone", "locked", "policy", "nobody"), "passkey": _hosts("unproven")["unproven"]}
    hosts["passkey"] = {**hosts["passkey"], "mfa_reset_new_factors": ["WebAuthn"]}
    run = reset({**hosts, **{name: {**hosts[name], "mfa_reset_new_factors": [SMS]} for name in list(hosts)[:4]}})
    assert _statuses(run) == {
        "nophone": "no_phone",
        "locked": "inactive",
        "policy": "unknown_factor",
        "nobody": "unknown_user",
        "passkey": "unknown_factor",
    }
    cases: list[tuple[dict[str, Any], str]] = [
        ({"mfa_reset_challenge": SMS}, "The user has no 'OneLogin SMS' to confirm with."),
        ({"mfa_reset_sheets": ""}, "Set mfa_reset_sheets to a private folder."),
        ({"mfa_reset_factors": ["Protekt"]}, "Protekt"),
        ({"mfa_reset_challenge_codes": ["1"]}, "mfa_reset_challenge_codes must be a dictionary of names and codes."),
    ]
    for options, message in cases:
        run = reset(_hosts("unproven"), **options)
        assert (run.failed, message in run.output.replace("\n", " ")) == ({"unproven"}, True), (
            options,
            run.output[-3000:],
        )
    assert reset.sim.writes() == []


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/verifications$", "403"),
        ("DELETE", "/devices/", "503"),
        ("POST", "/registrations$", "503"),
        ("GET", "/registrations/", "503"),
    ],
)
def test_an_open_reset_is_continued(reset: Role, method: str, path: str, kind: str) -> None:
    """Wherever it stopped, a reset that has begun needs no second proof, and new devices are kept."""
    enrolled = {"sim_enrolled": f"{PROTECT};{VOICE}", "sim_answer_after": "0.2"}
    _reset(reset.sim, {"ann": {**PHONE, **enrolled}})
    before = _devices(reset.sim, "ann")
    reset.sim.fault(kind, method, path, times=None)
    stopped = reset(_hosts("ann"), mfa_reset_challenge=VOICE)
    assert stopped.failed == {"ann"}
    begun = method != "POST" or "registrations" in path
    reset.sim.admin("DELETE", "/faults")
    kept = set(_devices(reset.sim, "ann")) - set(before)
    calls = len(reset.sim.messages("ann"))
    done = reset(_hosts("ann"), mfa_reset_challenge=VOICE)
    assert (done.rc, done.row("ann")["status"]) == (0, "accepted"), done.output[-3000:]
    now = _devices(reset.sim, "ann")
    assert set(now) & set(before) == set()
    assert kept <= set(now)
    assert list(now.values()) == [PROTECT]
    assert len(reset.sim.messages("ann")) - calls == (0 if begun else 1)


def test_killed_runs_neither_ask_twice_nor_remove_new_devices(reset: Role, tmp_path: Path) -> None:
    """A run is killed after the confirmation, after the first removal and after the enrolment, and then completed."""
    sim = reset.sim
    _reset(sim, {"ann": {**PHONE, "sim_enrolled": f"{PROTECT};{VOICE}", "sim_answer_after": "0.2"}})
    before = _devices(sim, "ann")
    options = {**reset.variables, "mfa_reset_challenge": VOICE, "mfa_reset_new_factors": [PROTECT]}
    playbook = [{"import_playbook": "community.onelogin.reset", "vars": {**options, "mfa_reset_users": "ann"}}]
    env = environment(tmp_path, sim.url, ONELOGIN_JOURNAL=str(tmp_path / "journal.sqlite"))
    sim.set(latency=300)
    for method, path, count in (("GET", "/verifications/", 1), ("DELETE", "", 1), ("POST", "/registrations", 1)):
        command = start_playbook(tmp_path, json.dumps(playbook), env)
        _wait_until(lambda: len([its for its in sim.log() if its["method"] == method and path in its["path"]]) >= count)  # noqa: B023
        command.kill()
    sim.set(latency=0)
    # The page of this registration is lost, so a run that begins before the person has scanned it starts another one.
    _wait_until(lambda: not set(_devices(sim, "ann")) <= set(before))
    done = run_playbook(tmp_path, json.dumps(playbook), env)
    assert done.rc == 0, done.output[-3000:]
    (new,) = _devices(sim, "ann").items()
    assert (new[1], new[0] in before) == (PROTECT, False)
    assert [sim.count("POST", f"/{what}") for what in ("verifications", "registrations")] == [1, 1]
    assert len(sim.messages("ann")) == 1


def _wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_devices_enrolled_during_a_reset_are_kept(reset: Role, sim: Simulator) -> None:
    _reset(sim, {"ann": {**PHONE, "sim_enrolled": VOICE, "sim_answer": "never"}})
    begun = reset(_hosts("ann"))
    assert (_statuses(begun), _devices(sim, "ann")) == ({"ann": "timeout"}, {})
    onboard = Role(reset.folder, sim, "mfa_onboarding", "onboard")
    onboard({"ann": {**_hosts("ann")["ann"], "mfa_onboarding_factors": [{"factor": SMS, "verified": True}]}})
    (own,) = _devices(sim, "ann")
    sim.admin("POST", "/people/ann/approve")
    done = reset(_hosts("ann"))
    assert (_statuses(done), set(_devices(sim, "ann").values())) == ({"ann": "accepted"}, {SMS, PROTECT})
    assert own in _devices(sim, "ann")


def test_only_named_factors_are_removed(reset: Role) -> None:
    """The temporary token of each reset is on one page, and appears nowhere else."""
    _reset(reset.sim, {"ann": {**PHONE, "sim_enrolled": f"{PROTECT};{VOICE}", "sim_answer_after": "0.2"}})
    reset.sim.fault("503", "POST", "/registrations$", times=None)
    options: dict[str, Any] = {"mfa_reset_factors": "OneLogin Protect", "mfa_reset_token": True}
    stopped = reset(_hosts("ann"), "-vvv", **options)
    reset.sim.admin("DELETE", "/faults")
    run = reset(_hosts("ann"), "-vvv", **options)
    (token,) = (its["secret"] for its in reset.sim.secrets() if its["kind"] == "MFA token")
    assert token not in stopped.output + run.output
    (page,) = (reset.folder / "sheets").glob("temporary-code-*.html")
    assert token in page.read_text()
    assert len(reset.sim.person("ann")["mfa_tokens"]) == 1
    assert (_statuses(run), sorted(_devices(reset.sim, "ann").values())) == ({"ann": "accepted"}, [PROTECT, VOICE])


def test_a_code_for_the_new_factor_completes_the_reset(reset: Role) -> None:
    """Two people at the same time; a later run sends the code, and removes nothing more."""
    _reset(reset.sim, {name: {**PHONE, "sim_enrolled": SMS} for name in ("ann", "bob")})
    hosts = {name: {**its, "mfa_reset_new_factors": [SMS]} for name, its in _hosts("ann", "bob").items()}
    sent = reset(hosts)
    assert [row["awaits"] for row in sent.results] == ["otp", "otp"]
    codes = {name: reset.sim.admin("GET", f"/people/{name}/message")["code"] for name in hosts}
    done = reset(hosts, mfa_reset_codes=codes)
    assert (_statuses(done), done.changed) == ({"ann": "accepted", "bob": "accepted"}, {"ann", "bob"})
    assert [len(reset.sim.messages(name)) for name in hosts] == [1, 1]
    assert [call.split()[0] for call in reset.sim.writes()].count("DELETE") == 2
    again = reset(hosts)
    assert (again.rc, again.changed) == (0, set())
