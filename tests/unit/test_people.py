# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the roles: to the items of a bulk call and back to people and hosts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.filter.people import FilterModule

FILTERS = FilterModule().filters()
items, waits, results, counts, summary, verdicts, plan, challenges, challenged = (
    FILTERS[f"people_{name}"]
    for name in ("items", "waits", "results", "counts", "summary", "verdicts", "plan", "challenges", "challenged")
)
PROTECT = {"factor": "OneLogin Protect"}
SMS = {"factor": "OneLogin SMS", "verified": True}
NO_WAIT = {"skipped": True, "changed": False}
ERROR = {"code": "rejected", "http_status": None, "message": "It was refused.", "request_id": None, "hint": "Ask."}


def host(name: str = "jane", **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"user_id": None, "email": None, "username": None, "users": None, "factors": []}
    return {"host": name, **empty, **more}


def registered(*statuses: str) -> dict[str, Any]:
    """A batch's result: ``user`` and ``otp`` are pending ones that await this, ``rejected`` failed, else accepted."""
    rows = []
    for number, status in enumerate(statuses, start=1):
        registration = {"id": f"r{number}", "user_id": number, "factor": "A factor", "device_id": None}
        if status == "rejected":
            rows.append({"failed": True, "changed": True, "error": ERROR, "registration": registration})
            continue
        pending = status in ("user", "otp")
        registration.update(status="pending" if pending else "accepted", expires_at="2026-01-01T00:00:00Z")
        more = {"awaits": status} if pending else {}
        rows.append({"failed": False, "changed": True, "msg": "Made.", "registration": registration, **more})
    return {"results": rows}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"email": "jane@example.com"}, {"email": "jane@example.com"}),
        ({"user_id": 7, "email": "jane@example.com", "username": "jane"}, {"user_id": 7}),
        ({"user_id": "", "email": "jane@example.com", "username": "jane"}, {"email": "jane@example.com"}),
        ({"username": "jane"}, {"username": "jane"}),
    ],
)
def test_a_host_is_named_by_the_first_that_is_set(given: dict[str, Any], named: dict[str, Any]) -> None:
    (item,) = items([host(**given, factors=[PROTECT])])
    assert item["options"] == {**named, **PROTECT}
    assert (item["host"], item["user"], item["factor"]) == ("jane", next(iter(named.values())), "OneLogin Protect")
    assert item["problem"] is None


def test_each_factor_of_each_host_is_an_item_in_order() -> None:
    hosts = [host("a", username="a", factors=[PROTECT, SMS]), host("b", username="b", factors=[SMS])]
    assert [(item["host"], item["factor"]) for item in items(hosts)] == [
        ("a", "OneLogin Protect"),
        ("a", "OneLogin SMS"),
        ("b", "OneLogin SMS"),
    ]


def test_people_of_a_list_have_a_factor_inline_or_several_or_those_of_the_host() -> None:
    users = [
        {"email": "a@example.com", "factor_id": 58959, "verified": True, "display_name": ""},
        {"email": "b@example.com", "factors": [PROTECT, SMS]},
        {"email": "c@example.com"},
    ]
    made = items([host("localhost", email="not@example.com", users=users, factors=[PROTECT])])
    assert [item["options"] for item in made] == [
        {"email": "a@example.com", "factor_id": 58959, "verified": True},
        {"email": "b@example.com", **PROTECT},
        {"email": "b@example.com", **SMS},
        {"email": "c@example.com", **PROTECT},
    ]
    assert {item["host"] for item in made} == {"localhost"}


def test_an_empty_list_is_nobody() -> None:
    assert items([host(email="jane@example.com", users=[], factors=[PROTECT])]) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"factors": [PROTECT]}, "onelogin_email"),
        ({"email": "jane@example.com"}, "mfa_onboarding_factors"),
    ],
)
def test_what_is_not_fit_to_be_sent_is_that_hosts_failure(given: dict[str, Any], words: str) -> None:
    made = items([host(**given), host("john", username="john", factors=[PROTECT])])
    assert words in made[0]["problem"]
    jane, john = results(made, registered("accepted"), NO_WAIT)
    assert (jane["failed"], jane["status"], jane["error"]["code"]) == (True, "invalid", "invalid")
    assert words in jane["msg"]
    assert (john["failed"], john["registration"]["id"]) == (False, "r1")


def test_the_same_asked_for_twice_fails_the_second() -> None:
    first, second, third = items(
        [
            host("a", email="jane@example.com", factors=[PROTECT]),
            host("b", email="Jane@Example.com", factors=[{"factor": "onelogin protect"}, SMS]),
        ]
    )
    assert first["problem"] is None
    assert "host a" in second["problem"]
    assert third["problem"] is None


def test_only_what_this_run_has_seen_accepted_has_a_time() -> None:
    made = items([host(name, username=name, factors=[SMS]) for name in "ab"])
    bulk = registered("accepted", "accepted")
    new, old = bulk["results"]
    new["done_at"] = old["done_at"] = "2026-01-01T00:00:00Z"
    old["changed"] = False
    assert [row["accepted_at"] for row in results(made, bulk, NO_WAIT)] == ["2026-01-01T00:00:00Z", None]


def test_only_what_a_person_has_to_confirm_is_waited_for() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "abcd"])
    bulk = registered("accepted", "user", "otp", "rejected")
    assert waits(made, bulk) == [{"user_id": 2, "registration_id": "r2", "expires_at": "2026-01-01T00:00:00Z"}]


def test_what_check_mode_would_make_is_not_waited_for() -> None:
    made = items([host(username="jane", factors=[PROTECT])])
    bulk = registered("user")
    bulk["results"][0]["registration"]["id"] = None
    assert waits(made, bulk) == []
    (row,) = results(made, bulk, NO_WAIT)
    assert row["msg"] == "jane, A factor: Made. The person would then have to confirm it."


def test_waiting_says_how_it_ended() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "abc"])
    answers = [
        {"failed": False, "registration": {"status": "accepted", "device_id": "9", "factor": None}},
        {"failed": True, "error": ERROR, "registration": {"status": "rejected", "device_id": None}},
    ]
    accepted, rejected, code = results(made, registered("user", "user", "otp"), {"results": answers})
    assert (accepted["status"], accepted["failed"], accepted["changed"], accepted["awaits"]) == (
        "accepted",
        False,
        True,
        None,
    )
    assert accepted["registration"]["device_id"] == "9"
    assert accepted["registration"]["factor"] == "A factor"
    assert (rejected["status"], rejected["failed"], rejected["changed"]) == ("rejected", True, True)
    assert rejected["msg"] == "b, A factor: It was refused. Ask."
    assert (code["status"], code["failed"], code["awaits"]) == ("pending", False, "otp")
    assert "registration_id r3" in code["msg"]


def test_a_wait_that_fails_as_a_whole_fails_those_who_were_waited_for() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "ab"])
    whole = {"failed": False, "msg": "timeout is -1; it must not be negative.", "error": {**ERROR, "code": "invalid"}}
    done, waiting = results(made, registered("accepted", "user"), whole)
    assert (done["failed"], waiting["failed"], waiting["status"]) == (False, True, "invalid")
    broken = results(made, registered("accepted", "user"), {"failed": False, "msg": "MODULE FAILURE"})[1]
    assert (broken["status"], "MODULE FAILURE" in broken["msg"]) == ("unavailable", True)


def test_a_timeout_says_how_to_go_on() -> None:
    made = items([host(username="jane", factors=[PROTECT])])
    answer = {"failed": True, "error": {**ERROR, "code": "timeout"}, "registration": {"status": "pending"}}
    (row,) = results(made, registered("user"), {"results": [answer]})
    assert "with registration_id r1" in row["msg"]


def test_neither_codes_nor_secrets_are_in_the_results() -> None:
    made = items([host(username="jane", factors=[{**SMS, "otp": "042137", "registration_id": "r1"}])])
    assert made[0]["options"]["otp"] == "042137"
    bulk = registered("accepted")
    bulk["results"][0]["registration"]["factor_data"] = {"totp_url": "otpauth://totp/042137"}
    assert "042137" not in repr(results(made, bulk, NO_WAIT))


def test_a_bulk_call_that_leaves_somebody_out_is_not_taken_for_success() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "ab"])
    assert [row["status"] for row in results(made, registered("accepted"), NO_WAIT)] == ["accepted", "unconfirmed"]


def test_the_verdict_of_a_host_names_what_failed_or_else_everything() -> None:
    hosts = [host(name, username=name, factors=[PROTECT, SMS]) for name in "ab"] + [host("c", users=[])]
    made = items(hosts)
    bulk = registered("accepted", "rejected", "accepted", "accepted")
    bulk["results"][2]["changed"] = bulk["results"][3]["changed"] = False
    assert verdicts(results(made, bulk, NO_WAIT), hosts) == {
        "a": {"msg": "a, A factor: It was refused. Ask.", "failed": True, "changed": True},
        "b": {"msg": "b, A factor: Made. b, A factor: Made.", "failed": False, "changed": False},
        "c": {"msg": "There is nobody to do.", "failed": False, "changed": False},
    }


def test_a_host_that_has_left_the_play_gets_its_verdict() -> None:
    """With a strategy that is not linear one may fail while another does the work."""
    hosts = [host(name, username=name, factors=[PROTECT]) for name in "ab"]
    found = verdicts(results(items(hosts), registered("accepted", "rejected"), NO_WAIT), hosts[:1])
    assert {name: verdict["failed"] for name, verdict in found.items()} == {"a": False, "b": True}


def test_the_summary_counts_and_names_the_failures() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "abc"])
    rows = results(made, registered("accepted", "rejected", "otp"), NO_WAIT)
    assert summary(rows) == [
        "1 of 3 done, 1 waiting, 3 changed, 1 failed.",
        "A factor: 1 accepted, 1 pending, 1 rejected",
        "failed: b, A factor: It was refused. Ask.",
    ]
    assert summary(rows, planned=True)[0] == "This is what would come of it; nothing was done."
    assert counts(rows) == {
        "total": 3,
        "changed": 3,
        "failed": 1,
        "waiting": 1,
        "by_factor": {"A factor": {"accepted": 1, "pending": 1, "rejected": 1}},
    }


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("OneLogin SMS, OneLogin Protect", ["OneLogin SMS", "OneLogin Protect"]),
        ("OneLogin SMS\n\nOneLogin Protect\n", ["OneLogin SMS", "OneLogin Protect"]),
        ('["OneLogin SMS", {"factor": "OneLogin Protect"}]', ["OneLogin SMS", "OneLogin Protect"]),
        ("- OneLogin SMS\n- factor: OneLogin Protect\n", ["OneLogin SMS", "OneLogin Protect"]),
        ('{"factor": "OneLogin SMS"}', ["OneLogin SMS"]),
        ("58959", [58959]),
    ],
)
def test_factors_may_be_text_as_surveys_give_it(text: str, factors: list[Any]) -> None:
    assert [str(item["factor"]) for item in items([host(username="jane", factors=text)])] == [str(f) for f in factors]


def test_people_may_be_text_as_surveys_give_it() -> None:
    made = items([host("localhost", users="jane@example.com, john\n36216766", factors="OneLogin SMS")])
    assert [item["options"] for item in made] == [
        {"email": "jane@example.com", "factor": "OneLogin SMS"},
        {"username": "john", "factor": "OneLogin SMS"},
        {"user_id": "36216766", "factor": "OneLogin SMS"},
    ]
    named = '[{"email": "jane@example.com", "factor": "OneLogin SMS", "otp": "042137"}]'
    assert items([host("localhost", users=named)])[0]["options"]["otp"] == "042137"


@pytest.mark.parametrize("text", ["[1, ", "{", "- a: b: c"])
def test_text_that_begins_like_a_list_and_is_none_is_refused(text: str) -> None:
    (made,) = items([host(users=text, factors=[PROTECT])])
    assert made["problem"] == "mfa_onboarding_users begins like a list in JSON or YAML, and is none."
    (made,) = items([host(username="jane", factors=text)], "mfa_challenge_factors")
    assert made["problem"].startswith("mfa_challenge_factors begins like a list")


@pytest.mark.parametrize("unreadable", [5, {1, 2}, True])
def test_what_is_no_list_is_the_problem_of_its_host_alone(unreadable: object) -> None:
    jane, john = items(
        [host("jane", username="jane", factors=unreadable), host("john", username="john", factors=[SMS])]
    )
    assert (jane["host"], jane["problem"]) == ("jane", "mfa_onboarding_factors is neither a list nor the text of one.")
    assert (john["host"], john["problem"]) == ("john", None)


def test_what_the_module_would_refuse_is_the_problem_of_one() -> None:
    hosts = [host(username="jane", factors=[{**SMS, "colour": "red"}]), host("john", user_id="seven", factors=[SMS])]
    jane, john, mia = items([*hosts, host("mia", user_id="7", factors=[SMS])], module="mfa_registration")
    assert "colour" in jane["problem"]
    assert "user_id" in john["problem"]
    assert mia["problem"] is None


def test_a_bulk_call_that_fails_as_a_whole_fails_everybody() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "ab"])
    rows = results(made, {"failed": False, "msg": "Wrong.", "error": {**ERROR, "code": "unauthorized"}}, NO_WAIT)
    assert [row["status"] for row in rows] == ["unauthorized", "unauthorized"]


def test_what_was_only_looked_at_has_not_changed() -> None:
    made = items([host(username="jane", factors=[PROTECT])])
    assert [row["changed"] for row in results(made, registered("accepted"), NO_WAIT, looked=True)] == [False]


def test_the_plan_tells_people_calls_and_the_end() -> None:
    made = items([host(name, username=name, factors=[PROTECT, SMS]) for name in "abc"] + [host("d", username="d")])
    limit = {"rate_limit": {"limit": 5000, "remaining": 4000, "reset": 60, "resets_at": "2026-11-22T08:00:00Z"}}
    people, calls, end = plan(made, limit, 8, 300)
    assert people == "3 people, 6 things to do, 1 that cannot be tried."
    assert (
        calls == "About 6 to 12 calls, and some to wait; 4000 of 5000 are left this hour, until 2026-11-22T08:00:00Z."
    )
    assert end.endswith("and up to 300 s later if people keep it waiting.")
    assert "could not be read" in plan(made, {"failed": False})[1]


def test_the_plan_waits_for_the_hours_it_needs() -> None:
    made = items([host(f"h{n}", username=f"u{n}", factors=[PROTECT]) for n in range(3000)])
    limit = {"limit": 1000, "remaining": 500, "reset": 60, "resets_at": "2026-11-22T08:00:00Z"}
    end = plan(made, {"rate_limit": limit}, 64)[2]
    expected = datetime.now(UTC) + timedelta(seconds=60 + 5 * 3600)
    told = datetime.strptime(end.split()[4].rstrip("."), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(told - expected) < timedelta(minutes=2)


def test_who_has_confirmed_an_enrolment_is_challenged_and_fails_with_that() -> None:
    made = items([host(name, username=name, factors=[PROTECT]) for name in "abc"])
    answers = [{"failed": False, "registration": {"status": "accepted", "device_id": n}} for n in "78"]
    rows = results(made, registered("user", "accepted", "user"), {"results": answers})
    asked = challenges(rows)
    assert [one["options"] for one in asked] == [{"user_id": 1, "device_id": "7"}, {"user_id": 3, "device_id": "8"}]
    replies = {
        "results": [
            {"failed": False, "changed": True, "msg": "Yes.", "verification": {"id": "v1", "status": "accepted"}},
            {"failed": True, "changed": True, "error": ERROR, "verification": {"id": "v2", "status": "rejected"}},
        ]
    }
    first, second, third = challenged(rows, results(asked, replies))
    assert (first["status"], first["verification"]["id"], first["registration"]["id"]) == ("accepted", "v1", "r1")
    assert "verification" not in second
    assert (third["failed"], third["status"], third["registration"]["device_id"]) == (True, "rejected", "8")


def test_the_summary_names_as_many_failures_as_anybody_reads() -> None:
    made = items([host(f"h{n}", username=f"u{n}", factors=[PROTECT]) for n in range(60)])
    lines = summary(results(made, registered(*["rejected"] * 60), NO_WAIT))
    assert (len([line for line in lines if line.startswith("failed: ")]), lines[-1]) == (50, "And 10 more.")


def test_the_plan_of_one() -> None:
    made = items([host("a", username="a", factors=[PROTECT])])
    people, calls = plan(made, {})
    assert people == "1 person, 1 thing to do."
    assert calls == "About 1 to 2 calls; how many are left this hour could not be read."


def test_a_code_that_was_not_tried_is_a_failure() -> None:
    """It belonged to nothing that was still good, so that another message has gone out."""
    made = items([host(name, username=name, factors=[{**SMS, "otp": "042137"}]) for name in "ab"])
    (a, b) = results(made, registered("otp", "accepted"), NO_WAIT, journal=True)
    assert (a["failed"], a["status"], a["awaits"]) == (True, "expired", None)
    assert "was not tried. Ask the person for the code that is good now" in a["msg"]
    assert not b["failed"]


def test_a_host_of_many_is_told_of_failures_and_of_those_who_are_waited_for() -> None:
    made = items([host("localhost", users=["a", "b", "c"], factors=[PROTECT])])
    rows = results(made, registered("accepted", "rejected", "otp"), NO_WAIT)
    (verdict,) = verdicts(rows, [host("localhost")]).values()
    assert verdict["failed"]
    assert verdict["msg"].index("b, A factor: It was refused.") < verdict["msg"].index("c, A factor:")
    assert "a, A factor" not in verdict["msg"]


def test_who_is_enrolled_at_once_is_not_waited_for() -> None:
    _people, calls, end = plan(
        items([host("a", username="a", factors=[SMS])]),
        {"rate_limit": {"limit": 5000, "remaining": 4000, "reset": 60, "resets_at": "2026-11-22T08:00:00Z"}},
        8,
        300,
    )
    assert "wait" not in calls + end
