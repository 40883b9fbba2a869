# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert module results to rows, host results and lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.closing import (
    describe_failures,
    describe_missing_pages,
    describe_results,
    describe_steps,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import StepResults
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.summary import (
    build_host_results,
    count_rows,
    find_enrolled,
    find_stop,
    is_slice,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Result, Row, WorkItem

from tests.unit.role_data import PROTECT, SKIPPED, SMS, error, failure, host, people, success, work

AT = "2026-01-01T00:00:00Z"
MOMENT = format_local_time("2026-01-01T00:00:00Z", dated=True)


def rows(items: Sequence[WorkItem], *steps: Result, **options: Any) -> list[Row]:
    """Build the rows of the items."""
    results = StepResults(steps, **options)
    return [row for item in items for row in results.build_rows(item)]


def registered(items: Sequence[WorkItem], *statuses: str) -> dict[str, Any]:
    """Build a batch result from statuses; ``user`` and ``otp`` are pending, and await that."""
    results = []
    for number, (item, status) in enumerate(zip(items, statuses, strict=False), start=1):
        registration = {"id": f"r{number}", "user_id": number, "factor": "A factor", "device_id": None}
        if status == "rejected":
            results.append(failure(item, registration=registration, changed=True))
            continue
        pending = status in ("user", "otp")
        registration.update(status="pending" if pending else "accepted", expires_at=AT)
        awaits = {"awaits": status} if pending else {}
        results.append({**success(item, msg="Made.", registration=registration, done_at=AT, **awaits), "changed": True})
    return {"results": results}


def accepted(number: int) -> dict[str, Any]:
    """Build the wait result for a registration that the person has confirmed."""
    about = {"id": f"r{number}", "status": "accepted", "device_id": str(number), "factor": None}
    return {"registration": about, "polls": 2, "done_at": "2026-01-01T00:05:00Z"}


def test_without_proof_a_person_fails_where_proof_is_asked_for() -> None:
    items = people(*"abcd")
    step = registered(items, "accepted", "otp", "user", "rejected")
    pending = [(row["status"], row["failed"], row["awaits"]) for row in rows(items, step, fail_pending=True)]
    assert pending == [
        ("accepted", False, None),
        ("timeout", True, None),
        ("timeout", True, None),
        ("rejected", True, None),
    ]
    code, push = (row["msg"] for row in rows(items, step, fail_pending=True, journal=True)[1:3])
    assert code.endswith(
        f"The person has not proven who they are. Run again with the person's code as otp before {MOMENT}."
    )
    assert push.endswith("Ask the person, then run again to continue waiting.")


def test_newly_enrolled_people_are_handed_on_once_with_their_factors() -> None:
    items = work(*(host(name, username=name, factors=[PROTECT, SMS]) for name in "abc"))
    step = registered(items, "accepted", "accepted", "user", "otp", "rejected", "accepted")
    for result in step["results"]:
        result["registration"]["user_id"] = "abc".index(result["item"]["key"][0]) + 1
    unchanged = step["results"][-1]
    unchanged["changed"] = False
    found = find_enrolled(rows(items, step, {"results": [{**success(items[2]), **accepted(3)}]}))
    assert found == [
        {"user_id": 1, "factors": [{"factor": "A factor"}, {"factor": "A factor"}]},
        {"user_id": 2, "factors": [{"device_id": "3"}]},
    ]


def test_a_slice_belongs_to_a_workflow_with_the_name_of_its_template() -> None:
    job = {"awx_job_template_name": "OneLogin onboard"}
    assert is_slice({**job, "awx_workflow_job_name": "OneLogin onboard"})
    assert not is_slice({**job, "awx_workflow_job_name": "OneLogin onboard and challenge"})
    assert not is_slice(job)
    assert not is_slice({})


def test_results_are_found_by_key_in_any_order() -> None:
    items = people(*"abc")
    bulk = registered(items, "accepted", "rejected", "otp")
    bulk["results"].reverse()
    assert [(row["host"], row["status"], row["failed"]) for row in rows(items, bulk)] == [
        ("a", "accepted", False),
        ("b", "rejected", True),
        ("c", "pending", False),
    ]


def test_an_item_with_a_problem_fails_and_gets_no_result() -> None:
    items = work(host("a", factors=[PROTECT]), host("b", username="b", factors=[PROTECT]))
    a, b = rows(items, registered(items, "accepted", "accepted"))
    assert (a["failed"], a["status"], a["changed"], a["registration"]) == (True, "invalid", False, {})
    assert a["msg"].startswith("a, OneLogin Protect: The host does not identify a user.")
    assert a["error"] == error("invalid", str(items[0]["problem"]), "")
    assert (b["failed"], b["registration"]["id"]) == (False, "r2")


def test_an_item_without_a_result_is_a_failure() -> None:
    items = people(*"ab")
    a, b = rows(items, registered(items, "accepted"))
    assert (a["status"], b["status"], b["failed"]) == ("accepted", "unconfirmed", True)


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        ({"failed": False, "msg": "No.", "error": error("unauthorized")}, "unauthorized"),
        ({"failed": False, "msg": "MODULE FAILURE"}, "unavailable"),
        ({}, "unavailable"),
    ],
)
def test_a_failed_task_fails_every_item_in_it(whole: Result, code: str) -> None:
    items = people(*"abcd")
    assert [row["status"] for row in rows(items, whole, SKIPPED)] == [code] * 4
    bulk = registered(items, "accepted", "user", "otp", "rejected")
    assert [row["status"] for row in rows(items, bulk, whole)] == ["accepted", code, "pending", "rejected"]


def test_a_failed_challenge_task_fails_the_people_in_it() -> None:
    items = people(*"ab")
    bulk = registered(items, "user", "accepted")
    waited = {"results": [success(items[0], **accepted(1)), {**bulk["results"][1], "polls": 0}]}
    whole = {"failed": False, "msg": "No.", "error": error("rate_limited")}
    a, b = rows(items, bulk, waited, whole, SKIPPED)
    assert (a["failed"], a["status"], a["registration"]["device_id"]) == (True, "rate_limited", "1")
    assert (b["failed"], b["status"]) == (False, "accepted")


def test_only_an_acceptance_that_this_run_saw_has_a_time() -> None:
    items = people(*"abcd")
    bulk = registered(items, "accepted", "accepted", "user", "otp")
    bulk["results"][1]["changed"] = False
    waited = {"results": [*bulk["results"][:2], success(items[2], **accepted(3)), bulk["results"][3]]}
    found = rows(items, bulk, waited)
    assert [row["accepted_at"] for row in found] == [AT, None, "2026-01-01T00:05:00Z", None]
    assert [row["confirmed"] for row in found] == [False, False, True, False]


def test_a_wait_reports_its_outcome() -> None:
    items = people(*"abc")
    bulk = registered(items, "user", "user", "otp")
    ended = failure(items[1], registration={"id": "r2", "status": "rejected", "device_id": None}, polls=3)
    a, b, c = rows(items, bulk, {"results": [success(items[0], **accepted(1)), ended, bulk["results"][2]]})
    assert (a["status"], a["failed"], a["changed"], a["awaits"]) == ("accepted", False, True, None)
    assert a["msg"] == "a, A factor: The person has confirmed it."
    assert (a["registration"]["device_id"], a["registration"]["factor"]) == ("1", "A factor")
    assert (b["status"], b["failed"], b["changed"], b["awaits"]) == ("rejected", True, True, None)
    assert b["msg"] == "b, A factor: The person rejected it. Ask."
    assert (c["status"], c["failed"], c["awaits"]) == ("pending", False, "otp")


@pytest.mark.parametrize(
    ("journal", "otp", "timeout"),
    [
        (
            False,
            f"Made. Run again with the person's code as otp and registration_id=r1 before {MOMENT}.",
            "Ask the person, then run again with registration_id=r2 to continue waiting.",
        ),
        (
            True,
            f"Made. Run again with the person's code as otp before {MOMENT}.",
            "Ask the person, then run again to continue waiting.",
        ),
    ],
)
def test_a_pending_row_says_how_to_continue(journal: bool, otp: str, timeout: str) -> None:
    items = people(*"ab")
    bulk = registered(items, "otp", "user")
    late = failure(items[1], "timeout", registration={"id": "r2", "status": "pending"})
    a, b = rows(items, bulk, {"results": [bulk["results"][0], late]}, journal=journal)
    assert a["msg"] == f"a, A factor: {otp}"
    assert b["msg"] == f"b, A factor: The person rejected it. {timeout}"


@pytest.mark.parametrize(
    ("awaits", "text"),
    [
        ("user", "The person would then have to confirm it."),
        ("otp", "Another run would then need the person's code as otp."),
    ],
)
def test_check_mode_says_what_the_person_would_have_to_do(awaits: str, text: str) -> None:
    items = people("jane")
    bulk = registered(items, awaits)
    bulk["results"][0]["registration"]["id"] = None
    assert rows(items, bulk)[0]["msg"] == f"jane, A factor: Made. {text}"


def test_rows_contain_no_codes_or_secrets() -> None:
    items = people("jane", otp="042137", registration_id="r1")
    assert items[0]["options"]["otp"] == "042137"
    bulk = registered(items, "accepted")
    bulk["results"][0]["registration"]["factor_data"] = {"totp_url": "otpauth://totp/042137"}
    assert "042137" not in repr(rows(items, bulk))


def test_a_code_that_was_not_used_is_a_failure() -> None:
    """The code belonged to no unexpired message, so another message was sent."""
    items = people(*"ab", otp="042137")
    a, b = rows(items, registered(items, "otp", "accepted"), journal=True)
    assert (a["failed"], a["status"], a["awaits"], b["failed"]) == (True, "expired", None, False)
    assert "The code was not used" in a["msg"]
    assert a["msg"].endswith("Ask the person for the code of the new message, and run again with it.")


def test_a_read_only_result_is_unchanged() -> None:
    items = people("jane")
    assert [row["changed"] for row in rows(items, registered(items, "accepted"), read_only=True)] == [False]


def test_an_enrolled_person_fails_if_the_challenge_fails() -> None:
    items = people(*"abc")
    bulk = registered(items, "user", "accepted", "user")
    waited = {
        "results": [success(items[0], **accepted(1)), bulk["results"][1], success(items[2], **accepted(3))],
    }
    challenged = {
        "results": [
            success(items[0], msg="Activated.", verification={"id": "v1", "status": "pending"}, awaits="user"),
            failure(items[2], "unavailable", verification={}),
        ]
    }
    answered = {
        "results": [
            success(items[0], verification={"id": "v1", "status": "accepted"}, polls=1),
            failure(items[2], verification={"id": "v3", "status": "rejected"}),
        ]
    }
    a, b, c = rows(items, bulk, waited, challenged, answered)
    assert (a["status"], a["verification"]["id"], a["registration"]["id"]) == ("accepted", "v1", "r1")
    assert "verification" not in b
    assert (c["failed"], c["status"], c["registration"]["device_id"]) == (True, "rejected", "3")


# The results of hosts, and lines


NO_ONE = "mfa_onboarding_users is set but empty. Add the people, or remove it."


def test_the_message_of_a_host_has_its_failures_or_all_results() -> None:
    hosts = [host(name, username=name, factors=[PROTECT, SMS]) for name in "ab"] + [host("c", users=[])]
    items = work(*hosts)
    bulk = registered(items, "accepted", "rejected", "accepted", "accepted")
    bulk["results"][2]["changed"] = bulk["results"][3]["changed"] = False
    assert build_host_results(rows(items, bulk), hosts) == {
        "a": {"note": "n1", "msg": "a, A factor: The person rejected it. Ask.", "failed": True, "changed": True},
        "b": {"note": "n1", "msg": "b, A factor: Made. b, A factor: Made.", "failed": False, "changed": False},
        "c": {"note": "n1", "msg": f"c: {NO_ONE}", "failed": True, "changed": False},
    }


def test_the_message_of_a_host_with_a_list_of_people_has_counts() -> None:
    hosts = [host("localhost", users="a, b, c", factors=[PROTECT])]
    items = work(*hosts)
    its = build_host_results(rows(items, registered(items, "otp", "rejected", "accepted")), hosts)["localhost"]
    assert its["failed"]
    assert its["msg"] == "3 results: 1 done, 1 pending, 1 failed."


@pytest.mark.parametrize(
    ("most", "stops"), [(None, False), (100, False), (66.7, False), (66.6, True), (0, True), (50.0, True)]
)
def test_the_play_ends_if_too_many_hosts_failed(most: float | None, stops: bool) -> None:
    hosts: dict[str, Any] = {
        name: {"note": "n1", "msg": f"{name}: No.", "failed": name != "b", "changed": False} for name in "abc"
    }
    why = f"2 of 3 hosts failed, and max_fail_percentage allows {most or 0:g} %, so the play ends."
    assert find_stop(hosts, most) == ({"host": "c", "msg": f"c: No. {why}"} if stops else None)


def test_a_host_without_people_says_so() -> None:
    assert build_host_results([], [host("a")]) == {
        "a": {"note": "n1", "msg": "There is no one to work on.", "failed": False, "changed": False}
    }


def test_a_host_that_left_the_play_gets_its_result() -> None:
    items = people(*"ab")
    found = build_host_results(rows(items, registered(items, "accepted", "rejected")), [host("a")])
    assert {name: (its["failed"], its["note"]) for name, its in found.items()} == {"a": (False, "n1"), "b": (True, "")}


def test_the_summary_counts_results_and_names_failures_by_cause() -> None:
    items = people(*"abcd")
    found = rows(items, registered(items, "accepted", "rejected", "otp"))
    assert describe_results(found) == [
        "1 of 4 done, 1 pending, 3 changed, 2 failed.",
        "",
        "  rejected (1): The person rejected it. Ask.",
        "      b",
        "",
        "  unconfirmed (1): There is no result for this person. Run again.",
        "      d",
        "",
        f"  Pending, run again with the code that the person has received (1), before {MOMENT}:",
        "      c",
        "",
        "  factor            done  pending  failed",
        "  A factor             1        1       1",
        "  OneLogin Protect                      1",
    ]
    assert describe_results(found, check_mode=True)[0] == "Check mode: 3 of 4 would change, 2 would fail."
    by_factor = {"A factor": {"accepted": 1, "pending": 1, "rejected": 1}, "OneLogin Protect": {"unconfirmed": 1}}
    assert count_rows(found) == {"total": 4, "changed": 3, "failed": 2, "waiting": 1, "by_factor": by_factor}


def test_a_cause_has_names_or_a_few_messages() -> None:
    def row(name: str, message: str) -> Any:
        error = {"code": "unknown_user", "hint": "Check the spelling.", "message": message}
        return {"user": name, "host": name, "error": error}

    few = [row(name, f"No user {name}.") for name in "abc"]
    assert describe_failures(few) == [
        "",
        "  unknown_user (3): Check the spelling.",
        "      a: No user a.",
        "      b: No user b.",
        "      c: No user c.",
    ]
    mixed = [row(name, "There is none." if name in "adf" else f"No user {name}.") for name in "abcdef"]
    assert describe_failures(mixed) == [
        "",
        "  unknown_user (6): Check the spelling.",
        "      There is none. (3)",
        "          a, d, f",
        "      b: No user b.",
        "      c: No user c.",
        "      e: No user e.",
    ]
    many = describe_failures([row(f"u{number}", f"No user u{number}.") for number in range(60)])
    assert many[1] == "  unknown_user (60): Check the spelling."
    assert many[2].startswith("      u0, u1, ")
    assert many[-1].endswith("u49 and 10 more")


def test_the_table_has_groups_that_contain_only_some_people() -> None:
    items = people(*"abc")
    for item, group in zip(items, ("sales", "it", "sales"), strict=True):
        item["groups"] = [group]
    found = rows(items, registered(items, "accepted", "accepted", "otp"))
    assert describe_results(found)[-3:] == [
        "  group  factor    done  pending",
        "  it     A factor     1",
        "  sales  A factor     1        1",
    ]


def test_the_summary_names_repeated_calls_a_new_journal_and_missing_pages() -> None:
    steps: list[dict[str, Any]] = [{"api": {"retries": 2}}, {"skipped": True}, {"api": {"retries": 1}}]
    assert describe_steps(steps, "/here/journal.sqlite") == [
        "3 API calls were repeated after faults.",
        "Journal: /here/journal.sqlite (new). Keep it, so that later runs send no message twice.",
    ]
    assert describe_steps([{"api": {"retries": 1}}, {"api": {}}, {"api": None}], None) == [
        "1 API call was repeated after a fault."
    ]
    assert describe_steps([], None) == []
    without = [
        {"user": name, "factor": "OneLogin Protect", "reason": "It expired.", "needed": name != "c"} for name in "abc"
    ]
    assert describe_missing_pages({"without": without}) == ["", "  No page (2): It expired.", "      a, b"]
