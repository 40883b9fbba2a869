# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that the roles print: how long they may become, and the times in them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history_lines import describe_history
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.incremental import (
    describe_incremental,
    prepare_incremental,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.closing import (
    describe_escalation,
    describe_failures,
    describe_missing_pages,
    describe_results,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.plan import announce_pages, describe_plan

from tests.unit.fixed_time import fixed_time
from tests.unit.role_data import PROTECT, SMS, host, people, work

__all__ = ["fixed_time"]

pytestmark = pytest.mark.usefixtures("fixed_time")


def row(name: str | None = "a", code: str | None = None, message: str = "No.", **more: Any) -> Any:
    error = {"code": code, "hint": "Ask.", "message": message} if code else None
    made: dict[str, Any] = {
        "host": "h",
        "user": name,
        "groups": [],
        "factor": None,
        "changed": False,
        "failed": bool(code),
    }
    return {**made, "awaits": None, "error": error, **more}


# The end of a run


def test_causes_begin_with_the_most_frequent_and_the_rest_is_counted() -> None:
    rows = [row(f"p{number}", f"code_{number}") for number in range(14)]
    rows += [row("x", "code_13"), row(None, "code_12"), row("y", "code_12")]
    lines = describe_failures(rows)
    assert lines[:3] == ["", "  code_12 (3): No. Ask.", "      p12, h, y"]
    assert lines[3:6] == ["", "  code_13 (2): No. Ask.", "      p13, x"]
    assert lines[6:9] == ["", "  code_0 (1): No. Ask.", "      p0"]
    assert lines[-5:] == ["", "  code_9 (1): No. Ask.", "      p9", "", "  And 2 more causes (2)."]
    assert "more causes" not in str(describe_failures(rows[:12]))


def test_a_cause_without_an_error_is_unavailable() -> None:
    assert describe_failures([row(failed=True)]) == ["", "  unavailable (1):", "      a"]


def test_three_messages_of_a_cause_are_shown_the_most_frequent_first() -> None:
    counts = {"One.": 2, "Two.": 3, "Three.": 2, "Four.": 2, "Five.": 1}
    rows = [row(f"{text}{number}", "bad", text) for text, count in counts.items() for number in range(count)]
    rows += [row(None, "bad", "Six."), row("s", "bad", "Seven.")]
    assert describe_failures(rows) == [
        "",
        "  bad (12): Ask.",
        "      Two. (3)",
        "          Two.0, Two.1, Two.2",
        "      One. (2)",
        "          One.0, One.1",
        "      Three. (2)",
        "          Three.0, Three.1",
        "      Five.0: Five.",
        "      h: Six.",
        "      s: Seven.",
        "      Four.0, Four.1",
    ]
    four = describe_failures([*rows, row("e", "bad", "Eight.")])
    assert four[-2:] == ["          Three.0, Three.1", "      Four.0, Four.1, Five.0, h, s, e"]


def test_lines_break_between_names_and_after_fifty_names() -> None:
    names = [f"any-person{number:02}@x.example" for number in range(52)]
    lines = describe_failures([row(name, "bad", "No.") for name in [*names, names[0]]])
    assert lines[1] == "  bad (53): No. Ask."
    assert lines[2] == "      any-person00@x.example, any-person01@x.example, any-person02@x.example,"
    assert lines[-1] == "      any-person48@x.example, any-person49@x.example and 2 more"
    long = "x" * 150
    assert describe_failures([row(long, "bad", "No.")])[2] == f"      {long}"
    assert describe_failures([row("a", "bad", f"{'x' * 83}.")])[1] == f"  bad (1): {'x' * 83}. Ask."
    assert describe_failures([row("a", "bad", f"{'x' * 84}.")])[1:3] == [f"  bad (1): {'x' * 84}.", "  Ask."]


def test_the_table_has_at_most_twenty_lines() -> None:
    def table(count: int, **more: Any) -> list[str]:
        rows = [row(factor=f"F{number:02}", groups=[f"g{number:02}"], **more) for number in range(count)]
        return describe_results(rows)[1:]

    assert table(20)[:3] == ["", "  group  factor  done", "  g00    F00        1"]
    assert len(table(20)) == 22
    assert table(21) == []
    by_factor = [row(factor=f"F{number % 20:02}", groups=[f"g{number:02}"]) for number in range(21)]
    assert describe_results(by_factor)[1:4] == ["", "  factor  done", "  F00        2"]
    assert describe_results([]) == ["0 of 0 done, 0 changed, 0 failed."]


@pytest.mark.parametrize("groups", [[], ["a", "b"], ["ungrouped"]])
def test_the_table_has_no_groups_if_they_do_not_divide_the_people(groups: list[str]) -> None:
    assert describe_results([row(groups=["a"]), row(groups=groups)])[1:] == ["", "  factor  done", "  -          2"]


def test_pending_people_have_the_first_time_at_which_a_code_expires() -> None:
    def waiting(kind: str, at: str | None, awaits: str = "otp") -> Any:
        its = row(kind, awaits=awaits)
        its[kind] = {"expires_at": at}
        return its

    rows = [waiting("verification", "2026-01-01T13:00:00Z"), waiting("registration", "2026-01-01T12:30:00Z")]
    rows += [
        waiting("registration", None),
        waiting("device", None),
        waiting("registration", "2026-01-01T12:10:00Z", "user"),
    ]
    assert describe_results(rows)[:7] == [
        "0 of 5 done, 5 pending, 0 changed, 0 failed.",
        "",
        "  Pending, run again with the code that the person has received (4), before 12:30 UTC:",
        "      verification, registration, device",
        "",
        "  Pending until the person confirms (1):",
        "      registration",
    ]


def test_other_lines_at_the_end() -> None:
    assert describe_escalation([]) == []
    assert describe_escalation(["a", "b"]) == [
        "",
        "  escalate (2): These people got the maximum of reminders and still lack MFA. Talk to them.",
        "      a, b",
    ]
    missing = [
        {"user": name, "reason": reason, "needed": True} for name, reason in (("a", "X."), ("b", "Y."), ("a", "X."))
    ]
    assert describe_missing_pages({"without": missing}) == [
        "",
        "  No page (2): X.",
        "      a",
        "",
        "  No page (1): Y.",
        "      b",
    ]
    assert describe_missing_pages({"skipped": True}) == []


# The plan


def limit(remaining: int, hourly: int = 100, reset: int = 600) -> dict[str, Any]:
    its = {"limit": hourly, "remaining": remaining, "reset": reset, "resets_at": "2026-01-01T12:10:00Z"}
    return {"rate_limit": its}


@pytest.mark.parametrize(
    ("count", "remaining", "concurrency", "end"),
    [
        (60, 5000, 1, "12:01 UTC"),
        (480, 5000, 8, "12:01 UTC"),
        # The time of the calls decides if it is longer.
        (50, 99, 0, "12:10 UTC"),
        (50, 100, 1, "12:00 UTC"),
        # An hour more for each hundred calls that do not fit.
        (100, 99, 8, "13:10 UTC"),
        (100, 100, 8, "12:10 UTC"),
        (1000, 1999, 1, "12:16 UTC"),
    ],
)
def test_the_plan_has_the_expected_end(count: int, remaining: int, concurrency: int, end: str) -> None:
    items = people(*(f"p{number}" for number in range(count)))
    assert describe_plan(items, limit(remaining), concurrency) == [
        f"{count} people, {count} items.",
        f"{count} to {2 * count} API calls; {remaining} of 100 remain until 12:10 UTC.",
        f"Expected end: {end}.",
    ]


def test_the_plan_for_one_person_who_is_named_in_two_ways() -> None:
    mixed = [*people("ann", verified=True), *people("Ann")]
    lines = describe_plan(mixed, limit(0, hourly=0), 1, 0.5)
    assert lines == [
        "1 person, 2 items.",
        "2 to 4 API calls, plus polling while people confirm; 0 of 1 remain until 12:10 UTC.",
        "Expected end: 15:10 UTC, and up to 0.5 s later if people keep it waiting.",
    ]


def test_the_plan_of_several_factors_and_of_people_who_may_have_to_wait() -> None:
    hosts = [host(name, username=name, factors=[PROTECT, SMS]) for name in "abc"]
    assert describe_plan(work(*hosts, host("d", username="d")), limit(40), 8, 300) == [
        "3 people, 6 items, 1 that cannot be done.",
        "6 to 12 API calls, plus polling while people confirm; 40 of 100 remain until 12:10 UTC.",
        "Expected end: 12:00 UTC, and up to 300 s later if people keep it waiting.",
    ]
    # Those who are enrolled at once do not keep it waiting.
    assert describe_plan(people("a", verified=True), limit(40), 8, 300) == [
        "1 person, 1 item.",
        "1 to 2 API calls; 40 of 100 remain until 12:10 UTC.",
        "Expected end: 12:00 UTC.",
    ]


def test_the_plan_without_a_rate_limit() -> None:
    assert describe_plan(people("a"), {"failed": False}, 1, 300) == [
        "1 person, 1 item.",
        "1 to 2 API calls; the remaining API calls could not be read.",
    ]


def test_pages_are_announced_before_the_role_waits() -> None:
    pages = [{"path": f"/sheets/new/{name}.html", "changed": name == "b"} for name in "abc"]
    text = "Pages: 3 in /sheets/new, 1 of them new. Give each person the page with their name."
    assert announce_pages({"sheets": pages}, 0) == text
    assert announce_pages({"sheets": pages}, 90.0) == f"{text} The role now waits for up to 90 s."


# Audits


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"incremental": True, "journal": "none"},
            (
                "mfa_audit_journal is none, but an incremental audit needs the journal, which has the devices last"
                " seen. Set a file or a database, or leave mfa_audit_incremental out. Nothing was done."
            ),
        ),
        ({"full_days": 0}, "mfa_audit_full_days is 0; it must be from 1 to 365. Nothing was done."),
        ({"full_days": 366}, "mfa_audit_full_days is 366; it must be from 1 to 365. Nothing was done."),
    ],
)
def test_invalid_settings_of_an_incremental_audit_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        prepare_incremental({"incremental": False, "journal": "/j", "full_days": 7, **settings})
    assert refused.value.message == message


@pytest.mark.parametrize(("incremental", "journal"), [(True, "/j"), (False, None)])
@pytest.mark.parametrize("days", [1, 365])
def test_only_an_incremental_audit_opens_the_journal(incremental: bool, journal: str | None, days: int) -> None:
    settings = {"incremental": incremental, "journal": "/j", "full_days": days}
    prepare_incremental(settings)
    assert settings == {"incremental": incremental, "journal": journal, "full_days": days}


@pytest.mark.parametrize(
    ("oldest", "age"),
    [
        ("2026-01-01T11:59:01Z", "just now"),
        ("2026-01-01T11:59:00Z", "1 minute old"),
        ("2026-01-01T11:58:01Z", "1 minute old"),
        ("2026-01-01T11:58:00Z", "2 minutes old"),
        ("2026-01-01T10:00:01Z", "119 minutes old"),
        ("2026-01-01T10:00:00Z", "2 hours old"),
        ("2025-12-30T12:00:01Z", "47 hours old"),
        ("2025-12-30T12:00:00Z", "2 days old"),
    ],
)
def test_the_age_of_the_oldest_answer(oldest: str, age: str) -> None:
    its: Any = {"people": 9, "asked": 9, "named": 4, "new": 5, "in_turn": 0, "full_days": 7, "oldest": oldest}
    assert " ".join(line.strip() for line in describe_incremental(its)) == (
        "Incremental: OneLogin was asked about 9 of 9 people: 4 after a change, 5 new."
        f" The oldest answer is from {oldest[:10]} {oldest[11:16]} UTC ({age})."
    )


def test_the_lines_of_an_incremental_audit() -> None:
    its: Any = {"people": 9, "asked": 0, "named": 0, "new": 0, "in_turn": 0, "full_days": 7, "oldest": None}
    assert describe_incremental(its) == ["  Incremental: OneLogin was asked about 0 of 9 people."]
    its["oldest"] = "2026-01-01T12:00:00Z"
    assert describe_incremental(its) == [
        "  Incremental: OneLogin was asked about 0 of 9 people. The oldest answer is from 2026-01-01 12:00",
        "  UTC (just now). A change without an event shows within 7 days.",
    ]


def test_the_lines_of_a_history_have_ten_names_and_an_aligned_trend() -> None:
    def point(day: int, people: int, percentage: float | None, lost: int | None) -> dict[str, Any]:
        at = f"2025-12-{day}T09:00:00Z"
        return {"at": at, "people": people, "covered": 1, "percentage": percentage, "lost": lost, "gained": lost}

    kinds = {"lost": 0, "gained": 11, "changed": 10, "new": 2, "gone": 1, "unknown": 1}
    changes = {
        kind: [{"user": f"{kind}{number}", "now": ["SMS"][:number]} for number in range(count)]
        for kind, count in kinds.items()
    }
    history: Any = {
        **changes,
        "scope": "the hosts all",
        "since": "2025-12-31T09:00:00Z",
        "trend": [point(30, 1, None, None), point(31, 10, 10.0, 0), point(31, 100, 1.5, 11)],
        "folder": "/audits",
        "file": "/audits/x",
        "unreadable": ["/audits/y is damaged: it is not JSON."],
    }
    assert describe_history(history, check_mode=True) == [
        "0 lost MFA and 11 gained it since the last audit of the hosts all, 2025-12-31 09:00 UTC.",
        "  Gained MFA (11):",
        "      gained0, gained1, gained2, gained3, gained4, gained5, gained6, gained7, gained8, gained9 and 1",
        "      more",
        "  Other factors than before (10):",
        "      changed0, changed1, changed2, changed3, changed4, changed5, changed6, changed7, changed8,",
        "      changed9",
        "  New, 1 of them with MFA (2):",
        "      new0, new1",
        "  No longer among them (1):",
        "      gone0",
        "  Could not be read, so neither lost nor gained (1):",
        "      unknown0",
        "  Trend:",
        "      2025-12-30 09:00 UTC    1 of 1",
        "      2025-12-31 09:00 UTC   1 of 10   10 %  0 lost, 0 gained",
        "      2025-12-31 09:00 UTC  1 of 100  1.5 %  11 lost, 11 gained",
        "  Left out: /audits/y is damaged: it is not JSON.",
    ]


def test_a_time_has_its_date_if_it_is_not_today() -> None:
    assert format_local_time("2026-01-01T13:05:59+01:00") == "12:05 UTC"
    assert format_local_time("2026-01-01T12:05:00Z", dated=True) == "2026-01-01 12:05 UTC"
    assert format_local_time("2025-12-31T23:59:00Z") == "2025-12-31 23:59 UTC"
    assert format_local_time("tomorrow") == "tomorrow"
