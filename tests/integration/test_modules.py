# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module with one item, a loop and a batch; in check and diff mode; and twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import MODULES, Simulator, Task, essence, made, simulator, task

KELLY, RITA, NILS, EVE = ({"email": f"{name}@example.com"} for name in ("kelly", "rita", "nils", "eve"))
UNKNOWN = {"email": "nobody@example.com"}
ALONE = ("access_token", "rate_limit_info")  # these are about the account, and have no items
IDENTIFYING = ("user_id", "email", "username", "factor", "factor_id", "device_id", "registration_id", "verification_id")


def _made(module: str, *items: dict[str, Any]) -> Task:
    return task(module, {"batch": list(items), "concurrency": 1}, register="made")


SOON = simulator("PATCH", "/settings", {"answer_after": 0.5})
REGISTER = _made(
    "mfa_registration",
    {**KELLY, "factor": "OneLogin Voice"},
    {**RITA, "factor": "OneLogin Protect"},
    {**NILS, "factor": "OneLogin Voice"},
)
ACTIVATE = _made(
    "mfa_verification",
    {**EVE, "factor": "OneLogin Protect"},
    {"username": "rex", "factor": "OneLogin Protect"},
    {"username": "nora", "factor": "OneLogin Protect"},
)
REGISTRATIONS = [
    {**who, "registration_id": made(index, "registration")} for index, who in enumerate((KELLY, RITA, NILS))
]
VERIFICATIONS = [
    {**who, "verification_id": made(index, "verification")}
    for index, who in enumerate((EVE, {"username": "rex"}, {"username": "nora"}))
]


@dataclass(frozen=True)
class Case:
    """The test case of a module: its preparation, its items, and the expected statuses."""

    module: str
    items: list[dict[str, Any]]
    summary: dict[str, int]
    before: tuple[Task, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    changes: bool = False
    again: bool = False  # whether a second run changes something again


CASES = [
    Case("user_info", [{"email": "*@example.com"}, {"group_id": 8, "fields": ["id"]}], {"found": 2}),
    Case(
        "user",
        [
            {**KELLY, "attributes": {"phone": "+64272009999", "title": "Captain"}},
            {**EVE, "attributes": {"group": "group 9"}},
            {**RITA, "attributes": {"phone": "+64272009999"}, "overwrite": False},
            {**NILS, "attributes": {"phone": "0272001122"}},
            {**UNKNOWN, "attributes": {"title": "Captain"}},
        ],
        {"present": 3, "invalid": 1, "unknown_user": 1},
        changes=True,
    ),
    Case("group_info", [{"name": "group *"}, {"group_id": 8}, {"name": "none"}], {"found": 2, "none": 1}),
    Case("policy_info", [{"name": "default*"}, {"policy_id": 1}], {"found": 1, "none": 1}),
    Case(
        "event_info",
        [KELLY, {"event_types": ["user_removed_otp_device", "24"], "since": "2026-01-01"}, UNKNOWN],
        {"found": 1, "none": 1, "unknown_user": 1},
        (_made("mfa_registration", {**KELLY, "factor": "OneLogin SMS", "verified": True}),),
    ),
    Case("mfa_factor_info", [KELLY, EVE, UNKNOWN], {"available": 1, "none": 1, "unknown_user": 1}),
    Case(
        "mfa_device_info",
        [EVE, {**EVE, "factor": "SMS"}, KELLY, UNKNOWN],
        {"enrolled": 2, "none": 1, "unknown_user": 1},
    ),
    Case(
        "mfa_device",
        [{**EVE, "factor": "onelogin sms"}, {**KELLY, "device_id": "1"}, {**UNKNOWN, "factor": "SMS"}],
        {"absent": 2, "unknown_user": 1},
        changes=True,
    ),
    Case(
        "mfa_registration",
        [
            {**KELLY, "factor": "OneLogin SMS", "verified": True, "display_name": "Work phone"},
            {**EVE, "factor": "OneLogin Email"},
            {**RITA, "factor": "no such factor"},
            {**UNKNOWN, "factor": "SMS"},
        ],
        {"accepted": 2, "unknown_factor": 1, "unknown_user": 1},
        changes=True,
    ),
    Case(
        "mfa_verification",
        [{"username": "NORA", "factor": "OneLogin SMS", "expires_in": 240}, {**KELLY, "factor": "OneLogin SMS"}],
        {"pending": 1, "not_found": 1},
        changes=True,
        again=True,
    ),
    Case(
        "mfa_token",
        [{**KELLY, "expires_in": 120, "reusable": True}, UNKNOWN],
        {"generated": 1, "unknown_user": 1},
        changes=True,
        again=True,
    ),
    Case(
        "mfa_registration_info",
        [REGISTRATIONS[2], {**NILS, "registration_id": "00000000-0000-4000-8000-000000000000"}],
        {"pending": 1, "not_found": 1},
        (REGISTER,),
    ),
    Case(
        "mfa_verification_info",
        [VERIFICATIONS[2], {**EVE, "verification_id": "00000000-0000-4000-8000-000000000000"}],
        {"pending": 1, "not_found": 1},
        (ACTIVATE,),
    ),
    Case(
        "mfa_registration_wait",
        REGISTRATIONS,
        {"accepted": 1, "rejected": 1, "timeout": 1},
        (SOON, REGISTER),
        {"timeout": 3, "sleep": 0.3},
    ),
    Case(
        "mfa_verification_wait",
        VERIFICATIONS,
        {"accepted": 1, "rejected": 1, "timeout": 1},
        (SOON, ACTIVATE),
        {"timeout": 3, "sleep": 0.3, "msg": "No one answered."},
    ),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.module)


def test_every_module_has_a_case() -> None:
    elsewhere = {"mfa_journal", "mfa_journal_info"}  # tested with the journal
    assert {case.module for case in CASES} | set(ALONE) == set(MODULES) - elsewhere


@pytest.mark.shows("MFA token", "*", "a task returns it that should have no_log", until_masked=True)
@EACH
def test_one_loop_and_batch_return_the_same(sim: Simulator, playbook: Playbook, case: Case) -> None:
    fresh = (simulator("POST", "/reset"), *case.before)
    looped = {key: "{{ item." + key + " | default(omit) }}" for item in case.items for key in item}
    done = playbook(
        [
            *fresh,
            task(case.module, {**looped, **case.settings}, name="loop", loop=case.items),
            *fresh,
            task(case.module, {"batch": case.items, "concurrency": 1, **case.settings}, name="batch"),
            *fresh,
            task(case.module, {**case.items[0], **case.settings}, name="one"),
        ]
    )
    loop, batch = done["loop"], done["batch"]
    assert essence(done["one"]) == essence(loop["results"][0])
    assert len(batch["results"]) == len(case.items)
    for item, one, many in zip(case.items, loop["results"], batch["results"], strict=True):
        assert _comparable(many, one) == _comparable(one, many)
        assert set(many["item"]) == {key for key in item if key in IDENTIFYING and case.module != "user_info"} or (
            case.module == "user_info" and set(many["item"]) <= {"email", "username", "user_ids"}
        )
    failed = sum(result.get("failed", False) for result in batch["results"])
    assert failed == sum("error" in result for result in loop["results"])
    assert batch.get("failed", False) == loop.get("failed", False) == bool(failed)
    assert batch["changed"] == loop["changed"] == case.changes
    assert batch["summary"] == case.summary
    total = len(case.items)
    if failed:
        assert batch["msg"].startswith(f"{failed} of {total} failed. ")
        for result in batch["results"]:
            assert not result["failed"] or f"{result['error']['code']} (" in batch["msg"]
    else:
        assert batch["msg"] == f"{total} of {total} done."
    assert set(batch["api"]) == {"host", "account", "calls", "retries", "waited", "remaining"}
    assert batch["api"]["calls"] > 0
    assert batch["api"]["remaining"] > 4900


def _comparable(result: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The comparable values, without the id of a factor that only the other items of a batch show."""
    shown = essence(result)
    if any("registration" in each and each["registration"]["factor_id"] is None for each in (result, other)):
        shown["registration"] = {**shown["registration"], "factor_id": None}
    return shown


@pytest.mark.shows("MFA token", "*", "a task returns it that should have no_log", until_masked=True)
@EACH
def test_check_mode_predicts_the_result_and_a_second_run_changes_nothing(
    sim: Simulator, playbook: Playbook, case: Case
) -> None:
    options = {"batch": case.items, **case.settings}
    done = playbook(
        [
            simulator("PATCH", "/settings", {"answer": "never"}),
            *case.before,
            simulator("GET", "/log", name="log before"),
            simulator("GET", "/state", name="before"),
            task(case.module, options, name="check", check_mode=True),
            simulator("GET", "/state", name="after check"),
            simulator("GET", "/log", name="log after check"),
            task(case.module, options, name="run"),
            task(case.module, options, name="again"),
        ]
    )
    check, run, again = done["check"], done["run"], done["again"]

    def writes(name: str) -> int:
        return sum(row["method"] != "GET" and "/auth/" not in row["path"] for row in done[name]["answer"])

    assert writes("log before") == writes("log after check")
    assert _without_status(done["before"]["answer"]) == _without_status(done["after check"]["answer"])
    for predicted, was in zip(check["results"], run["results"], strict=True):
        assert predicted["changed"] == was["changed"]
    assert check["changed"] == run["changed"] == case.changes
    assert again["changed"] == case.again
    if not case.settings:
        assert check["summary"] == run["summary"] == again["summary"] == case.summary


def _without_status(state: Any) -> Any:
    """The state, without the statuses that people change as time passes."""
    if isinstance(state, dict):
        return {k: _without_status(v) for k, v in state.items() if k not in ("status", "devices", "device_id")}
    return [_without_status(one) for one in state] if isinstance(state, list) else state


def test_diff_mode_shows_device_and_registration_before_and_after(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            task("mfa_registration", {**KELLY, "factor": "SMS", "verified": True}, check_mode=True, name="predicted"),
            task("mfa_registration", {**KELLY, "factor": "SMS", "verified": True}, name="enrolled"),
            task("mfa_registration", {**KELLY, "factor": "SMS", "verified": True}, name="found"),
            task("mfa_device", {**KELLY, "factor": "SMS"}, name="removed"),
            task("mfa_device", {**KELLY, "factor": "SMS"}, name="missing"),
            task("mfa_verification", {**EVE, "factor": "SMS", "return_secrets": True}, name="activated"),
            task("mfa_registration", {"batch": [{**KELLY, "factor": "SMS"}]}, name="batch"),
        ],
        "--diff",
    )
    assert done["predicted"]["diff"]["after"]["status"] == "accepted"
    assert done["enrolled"]["diff"]["before"] == {}
    assert done["enrolled"]["diff"]["after"] == done["enrolled"]["registration"]
    assert done["found"]["diff"]["before"] == done["found"]["diff"]["after"] != {}
    assert done["removed"]["diff"]["before"] == done["removed"]["device"]
    assert done["removed"]["diff"]["after"] == {}
    assert done["missing"]["diff"] == {"before": {}, "after": {}}
    assert "factor_data" not in done["activated"]["diff"]["after"]
    assert [row["after"]["status"] for row in done["batch"]["diff"]] == ["pending"]
    assert '+    "status": "accepted"' in done.output


@pytest.mark.shows("access token", "*", "a task returns it that should have no_log", until_masked=True)
def test_access_token_returns_the_same_token_and_revokes_it_on_request(sim: Simulator, playbook: Playbook) -> None:
    given = {"access_token": "{{ token }}"}
    alone = {"environment": {"ONELOGIN_CLIENT_ID": "", "ONELOGIN_CLIENT_SECRET": ""}}
    too_small = {"fault": "403", "method": "GET", "path": "/auth/rate_limit"}
    done = playbook(
        [
            task("access_token", name="first", register="token"),
            task("access_token", name="second", check_mode=True),
            task("mfa_factor_info", {**KELLY, **given}, name="used", **alone),
            task("access_token", {"access_token": "{{ token }}", "state": "absent"}, name="check", check_mode=True),
            task(
                "access_token", {**given, "state": "absent"}, name="check without credential", check_mode=True, **alone
            ),
            task("access_token", {**given, "state": "absent"}, name="without credential", **alone),
            task("mfa_factor_info", {**KELLY, **given}, name="still good", **alone),
            task("access_token", {"access_token": "{{ token }}", "state": "absent"}, name="revoked"),
            task("mfa_factor_info", {**KELLY, **given}, name="revoked token", **alone),
            task("access_token", {"access_token": "{{ token }}", "state": "absent"}, name="again"),
            task("access_token", {"state": "absent"}, name="which"),
            task("access_token", register="token"),
            simulator("POST", "/faults", too_small),
            task("access_token", {"access_token": "{{ token }}", "state": "absent"}, name="insufficient scope"),
        ]
    )
    token = done["first"]["access_token"]
    assert {"access_token", "token_type", "account_id", "created_at", "expires_in", "expires_at"} == set(token)
    assert done["second"]["access_token"] == token
    assert not done["first"]["changed"]
    assert not done["second"]["changed"]
    assert done["used"]["factors"]
    assert done["check"]["changed"]
    for name in ("check without credential", "without credential"):
        assert (done[name]["changed"], done[name]["error"]["code"]) == (False, "invalid"), name
        assert "only an access_token is set" in done[name]["error"]["message"]
    assert done["still good"]["factors"]
    assert done["revoked"]["changed"]
    assert done["revoked token"]["error"]["code"] == "unauthorized"
    assert not done["again"]["changed"]
    assert not done["again"].get("failed")
    assert done["which"]["error"]["code"] == "invalid"
    assert "access_token is not set" in done["which"]["error"]["message"]
    assert done["insufficient scope"]["changed"], "it cannot check whether the token is valid"


def test_rate_limit_info_returns_the_remaining_calls_and_does_not_count(sim: Simulator, playbook: Playbook) -> None:
    sim.set(remaining=1234)
    done = playbook([task("rate_limit_info", name="run"), task("rate_limit_info", name="check", check_mode=True)])
    limit = done["run"]["rate_limit"]
    assert (limit["limit"], limit["remaining"]) == (5000, 1234)
    assert 3590 < limit["reset"] <= 3600
    assert limit["resets_at"].endswith("Z")
    assert done["check"]["rate_limit"]["remaining"] == 1234
    assert not done["run"]["changed"]


def test_a_wait_in_check_mode_polls_once(sim: Simulator, playbook: Playbook) -> None:
    done = playbook(
        [
            REGISTER,
            task("mfa_registration_wait", {**REGISTRATIONS[2], "timeout": 60}, check_mode=True, name="wait"),
        ]
    )
    assert done["wait"]["polls"] == 1
    assert done["wait"]["registration"]["status"] == "pending"
    assert not done["wait"].get("failed")


def test_predicted_registrations_can_be_read_and_waited_for_in_check_mode(sim: Simulator, playbook: Playbook) -> None:
    """One person has two of them, so that items without an id do not count as duplicates."""
    of = {"registration": "kelly", "verification": "eve"}
    tasks = []
    for word, username in of.items():
        named = {"username": username, f"{word}_id": f"{{{{ {word}.{word}.id }}}}"}
        tasks += [
            task(f"mfa_{word}", {"username": username, "factor": "OneLogin SMS"}, register=word),
            *(task(f"mfa_{word}_{end}", {"batch": [named, named]}, name=f"{word} {end}") for end in ("info", "wait")),
        ]
    tasks.append(task("mfa_registration_wait", {"registration_id": ""}, name="no user"))
    done = playbook(tasks, "--check")
    for word in of:
        for suffix in ("info", "wait"):
            looked = done[f"{word} {suffix}"]
            assert looked["summary"] == {"pending": 2}
            assert not looked["changed"]
            assert not looked["failed"]
            assert looked["results"][0][word]["id"] is None
            assert looked["results"][0]["msg"] == f"There is no {word} to read yet."
            assert looked["api"]["calls"] == 0
    assert done["no user"]["error"]["message"] == "The item does not identify a user."
    assert sim.messages() == []
    real = playbook([task("mfa_registration_wait", {"username": "kelly", "registration_id": ""})])
    assert real.only["error"]["code"] == "invalid"


def test_users_are_found_by_every_filter_and_on_every_page(sim: Simulator, playbook: Playbook) -> None:
    sim.set(page_size=2)
    done = playbook(
        [
            task("user_info", name="all"),
            task(
                "user_info",
                {
                    "batch": [
                        {"email": "KELLY@example.com"},
                        {"username": "r*"},
                        {"firstname": "Nils", "lastname": "Never"},
                        {"user_ids": [36216766, 36216768]},
                        {"user_ids": []},
                        {"group_id": 9, "fields": ["id", "username"]},
                        {"created_since": "2030-01-01"},
                    ]
                },
                name="some",
            ),
        ]
    )
    assert len(done["all"]["users"]) == 9
    found = [[user.get("username") for user in result["users"]] for result in done["some"]["results"]]
    assert found == [["kelly"], ["rita", "rex"], ["nils"], ["kelly", "nils"], [], ["paul", "mia", "pia"], []]
    assert set(done["some"]["results"][5]["users"][0]) == {"id", "user_id", "username"}
    assert done["some"]["summary"] == {"found": 5, "none": 2}


def test_registered_results_chain_through_all_four_modules(
    sim: Simulator, playbook: Playbook, way: dict[str, Any]
) -> None:
    """One person answers, one is enrolled already, and one is unknown, and stays failed with the first error."""
    people = [{**KELLY, "factor": "OneLogin Voice"}, {**EVE, "factor": "OneLogin Email"}, {**UNKNOWN, "factor": "SMS"}]
    done = playbook(
        [
            SOON,
            task("mfa_registration", {"batch": people}, name="enrolled", register="enrolled", **way),
            task(
                "mfa_registration_wait",
                {"batch": "{{ enrolled.results }}", "timeout": 10, "sleep": 0.3},
                name="waited",
                register="waited",
                **way,
            ),
            task(
                "mfa_verification", {"batch": "{{ waited.results }}"}, name="challenged", register="challenged", **way
            ),
            task(
                "mfa_verification_wait",
                {"batch": "{{ challenged.results }}", "timeout": 10, "sleep": 0.3},
                name="verified",
                **way,
            ),
        ]
    )
    assert "verified" in done.by_name, done.output
    for name in ("enrolled", "waited", "challenged", "verified"):
        rows = done[name]["results"]
        assert [row["item"]["email"] for row in rows] == [person["email"] for person in people], name
        assert rows[2]["error"]["code"] == "unknown_user", name
        assert not rows[0]["failed"], (name, rows[0])
    assert done["waited"]["results"][0]["registration"]["status"] == "accepted"
    assert done["verified"]["results"][0]["verification"]["status"] == "accepted"
    assert sum(row["method"] == "POST" and row["path"].endswith("/verifications") for row in sim.log()) == 2
