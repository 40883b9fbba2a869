# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: the counts, what is hidden, and that any name is safe in each format."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.onelogin.plugins.plugin_utils._report.build import build_report
from ansible_collections.community.onelogin.plugins.plugin_utils._report.formats import (
    format_csv,
    format_html,
    format_json,
    format_junit,
    make_files,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._report.timeline import build_timeline
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml

CODE, SEED, TOKEN = "042137", "JBSWY3DPEHPK3PXP", "tok-9f8e7d6c"
FORMATS = (format_json, format_csv, format_junit, format_html)
START = "2026-03-02T09:00:00Z"


def row(who: str = "jane", **more: Any) -> dict[str, Any]:
    """Build a result as the roles return it, accepted by default."""
    return {
        "host": who,
        "user": f"{who}@example.com",
        "factor": "OneLogin SMS",
        "status": "accepted",
        "changed": True,
        "failed": False,
        "msg": f"{who}@example.com, OneLogin SMS: The factor is enrolled.",
        "awaits": None,
        "registration": {"id": "r1", "user_id": 7, "device_id": "8", "expires_at": None},
        "error": None,
        **more,
    }


def failed(name: str, code: str = "rejected", message: str = "It was refused.", hint: str = "Ask.") -> dict[str, Any]:
    """Build a result that failed."""
    error = {"code": code, "http_status": 404, "message": message, "request_id": "q1", "hint": hint}
    msg = f"{name}@example.com, OneLogin SMS: {message} {hint}"
    return row(name, status=code, failed=True, changed=False, msg=msg, error=error, registration={})


def pending(name: str) -> dict[str, Any]:
    """Build a result that awaits a code."""
    return row(name, status="pending", awaits="otp", msg=f"{name}@example.com, OneLogin SMS: It awaits the code.")


MIXED = [row("a"), pending("b"), failed("c"), row("d", factor="OneLogin Voice", changed=False), failed("e", "timeout")]


def cells(text: str) -> list[dict[str, str]]:
    """Parse the lines of a CSV file."""
    return list(csv.DictReader(io.StringIO(text)))


def test_rows_are_counted_by_outcome_factor_and_group() -> None:
    made = build_report(MIXED, groups={"all": list("abcde"), "sales": ["a", "c"], "it": ["c"], "ungrouped": ["b"]})
    people = {"people": 5, "people_done": 2, "people_open": 1, "people_failed": 2}
    assert made["totals"] == {"rows": 5, "done": 2, "open": 1, "failed": 2, **people, "changed": 2}
    assert made["statuses"] == {"accepted": 2, "rejected": 1, "timeout": 1, "pending": 1}
    assert made["factors"] == [
        {"name": "OneLogin SMS", "rows": 4, "done": 1, "open": 1, "failed": 2},
        {"name": "OneLogin Voice", "rows": 1, "done": 1, "open": 0, "failed": 0},
    ]
    assert made["groups"] == [
        {"name": "it", "rows": 1, "done": 0, "open": 0, "failed": 1},
        {"name": "no group", "rows": 3, "done": 1, "open": 1, "failed": 1},
        {"name": "sales", "rows": 2, "done": 1, "open": 0, "failed": 1},
    ]


def test_failures_come_first_and_the_order_is_kept() -> None:
    assert [each["host"] for each in build_report(MIXED)["rows"]] == ["c", "e", "b", "a", "d"]


def test_a_person_with_two_factors_counts_once_with_the_worst_outcome() -> None:
    rows = [row("a"), row("a", factor="OneLogin Voice"), pending("b"), row("B"), failed("c"), pending("c")]
    people = {"people": 3, "people_done": 1, "people_open": 1, "people_failed": 1}
    assert people.items() <= build_report(rows)["totals"].items()


def test_the_groups_of_a_row_override_those_of_its_host() -> None:
    made = build_report([row("a", groups=["own"]), row("b", groups=[])], groups={"sales": ["a", "b"]})
    assert [each["groups"] for each in made["rows"]] == [["own"], []]


def test_groups_that_differ_in_case_have_an_order() -> None:
    (made,) = build_report([row(groups=["it", "IT", "iT", "Sales", "It", "IT"])])["rows"]
    assert made["groups"] == ["IT", "It", "iT", "it", "Sales"]


def test_without_groups_no_groups_are_counted() -> None:
    assert build_report([row()], groups={"all": ["jane"], "ungrouped": ["jane"]})["groups"] == []


def test_the_statuses_that_count_as_done_can_be_set() -> None:
    rows = [row("a", status="absent"), row("b")]
    assert build_report(rows)["totals"]["done"] == 2
    assert build_report(rows, done=["accepted"])["totals"] == build_report([pending("a"), row("b")])["totals"] | {
        "changed": 2
    }


def test_failures_with_the_same_code_and_hint_are_one_cause() -> None:
    rows = [
        failed("a", hint="One."),
        failed("b", hint="Two."),
        failed("c", "timeout", "No answer."),
        failed("d", hint="Two."),
    ]
    made = build_report(rows)
    assert [(its["code"], its["label"], its["rows"], its["hint"]) for its in made["causes"]] == [
        ("rejected", "rejected", 2, "Two."),
        ("rejected", "rejected", 1, "One."),
        ("timeout", "no answer", 1, "Ask."),
    ]
    text = format_html(rows)
    assert '<span class="status failed">no answer</span> <code>timeout</code>' in text, "the code, for the guide"
    assert '<span class="status failed">rejected</span> <a' in text
    assert made["causes"][2]["failures"] == [
        {
            "who": "c@example.com",
            "name": None,
            "user": "c@example.com",
            "factor": "OneLogin SMS",
            "message": "No answer.",
        }
    ]
    assert [(each["host"], each["cause"]) for each in made["rows"]] == [("a", 2), ("b", 1), ("c", 3), ("d", 1)]


def test_ids_and_times_in_hints_do_not_split_a_cause() -> None:
    rows = []
    for name in "ab":
        hint = f"Run again with registration_id=r-{name} before 2026-03-02T09:0{ord(name) % 10}:00Z."
        rows.append({**failed(name, hint=hint), "registration": {"id": f"r-{name}"}})
    (cause,) = build_report(rows)["causes"]
    assert (cause["rows"], cause["hint"]) == (2, "Run again with registration_id=\u2026 before \u2026.")
    (alone,) = build_report(rows[:1])["causes"]
    assert alone["hint"] == "Run again with registration_id=r-a before 2026-03-02T09:07:00Z."


@pytest.mark.parametrize(
    ("status", "elapsed", "expires", "sent", "label"),
    [
        ("rejected", 2, None, True, "rejected"),
        ("rejected", 119, None, True, "rejected"),
        ("rejected", 120, None, True, "rejected or expired"),
        ("rejected", 2, None, False, "rejected or expired"),
        ("rejected", 300, START, True, "rejected"),
        ("rejected", 2, START, False, "rejected"),
        ("rejected", None, None, False, "rejected"),
        ("expired", 121, START, True, "expired"),
        ("timeout", 300, None, True, "no answer"),
        ("a_new_code", None, None, False, "a new code"),
    ],
)
def test_a_rejected_push_and_an_expired_push_have_different_labels(
    status: str, elapsed: int | None, expires: str | None, sent: bool, label: str
) -> None:
    result = {**failed("a", status), "elapsed": elapsed, "changed": sent, "registration": {"expires_at": expires}}
    made = build_report([result])
    assert [each["label"] for each in (*made["rows"], *made["causes"])] == [label, label]


DEVICES = [
    row("a", status="enrolled", changed=False),
    row("a", status="enrolled", changed=False, factor="OneLogin Voice"),
    row("b", status="enrolled", changed=False, factor="OneLogin Voice"),
    row("c", status="none", changed=False, factor=None),
    failed("d", "not_found"),
]


def test_an_audit_counts_people_in_its_own_words() -> None:
    made = build_report(DEVICES, role="mfa_audit", groups={"sales": ["a", "c"], "it": ["b", "d"]})
    people = {"people": 4, "people_done": 2, "people_open": 1, "people_failed": 1}
    assert made["totals"] == {"rows": 5, "done": 3, "open": 1, "failed": 1, **people, "changed": 0}
    assert made["factors"] == [
        {"name": "OneLogin SMS", "rows": 4, "done": 1, "open": 0, "failed": 0},
        {"name": "OneLogin Voice", "rows": 4, "done": 2, "open": 0, "failed": 0},
    ]
    assert made["groups"] == [
        {"name": "it", "rows": 2, "done": 1, "open": 0, "failed": 1},
        {"name": "sales", "rows": 2, "done": 1, "open": 1, "failed": 0},
    ]
    assert [each["label"] for each in made["rows"]] == ["not found", "lacks MFA", "has MFA", "has MFA", "has MFA"]
    text = format_html(DEVICES, role="mfa_audit")
    assert "<strong>2</strong> of 4 people have MFA" in text
    assert [word for word in ("Has MFA", "Lacks MFA", "Not known") if word not in text] == []
    assert [word for word in (">Done<", ">Open<", ">Changed<") if word in text] == []


def test_people_without_mfa_are_counted_as_such_if_the_audit_fails_for_them() -> None:
    rows = [*DEVICES[:3], {**failed("c", "none"), "factor": None}]
    made = build_report(rows, role="mfa_audit")
    assert (made["totals"]["people_open"], made["totals"]["people_failed"]) == (1, 0)
    assert [(each["label"], each["rows"]) for each in made["causes"]] == [("lacks MFA", 1)]
    (suite,) = JUnitXml.fromstring(format_junit(rows, role="mfa_audit").encode())
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 1, 0, 0)


def change(user_id: int, before: list[str] | None, now: list[str] | None) -> dict[str, Any]:
    """Build the change of a person between two audits."""
    user = f"{'abcdefg'[user_id]}@example.com"
    return {
        "user_id": user_id,
        "user": user,
        "name": None,
        "groups": ["7"],
        "before": before,
        "now": now,
        "since": START,
    }


HISTORY: dict[str, Any] = {
    "scope": "all users of the account",
    "since": START,
    "lost": [change(2, ["SMS", "Voice"], [])],
    "gained": [change(1, [], ["Voice"])],
    "new": [change(0, None, ["SMS"])],
    "gone": [change(5, ["SMS"], None)],
    "trend": [
        {"at": START, "people": 4, "covered": 2, "unknown": 0, "percentage": 50.0, "lost": None, "gained": None},
        {
            "at": "2026-03-09T09:00:00.5Z",
            "people": 3,
            "covered": 2,
            "unknown": 1,
            "percentage": 66.6,
            "lost": 1,
            "gained": 1,
        },
    ],
    "people": "what is not in a report",
}


def test_a_history_marks_people_and_comes_first_in_the_csv() -> None:
    rows = [{**each, "registration": None, "user_id": "abcd".index(each["host"])} for each in DEVICES]
    made = build_report(rows, role="mfa_audit", history=HISTORY)
    assert made["history"]
    assert list(made["history"]) == [
        *("scope", "since", "lost", "gained", "changed", "new", "gone", "unknown", "trend", "unreadable"),
    ]
    assert made["history"]["trend"][1]["at"] == "2026-03-09T09:00:00Z"
    lines = cells(format_csv(rows, role="mfa_audit", history=HISTORY))
    assert [(line["since_last"], line["user"], line["factors_before"]) for line in lines] == [
        ("lost", "c@example.com", "SMS, Voice"),
        ("gained", "b@example.com", ""),
        ("", "d@example.com", ""),
        ("new", "a@example.com", ""),
        ("new", "a@example.com", ""),
        ("gone", "f@example.com", "SMS"),
    ]
    files = make_files(rows, "/reports/audit", ["csv"], role="mfa_audit", history=HISTORY)
    assert {name: file["path"] for name, file in files.items()} == {
        "csv": "/reports/audit.csv",
        "trend": "/reports/audit-trend.csv",
    }
    assert files["trend"]["text"].splitlines()[2] == '"2026-03-09T09:00:00Z","3","2","66.6","1","1","1"'
    assert "trend" not in make_files(rows, "/reports/audit", ["json"], history=HISTORY)


@pytest.mark.parametrize("history", [None, {}, "text", {"lost": [change(2, [], [])]}, {"trend": [{"people": 4}]}])
def test_a_report_without_a_history_shows_none(history: Any) -> None:
    made = build_report(DEVICES, history=history)
    assert (made["history"], {each["since_last"] for each in made["rows"]}) == (None, {None})


def test_a_first_audit_marks_no_one() -> None:
    first = {**HISTORY, "since": None, "lost": [], "gained": [], "new": [], "unknown": [change(3, None, None)]}
    made = build_report([{**each, "registration": None, "user_id": 3} for each in DEVICES], history=first)
    assert {each["since_last"] for each in made["rows"]} == {None}
    assert "This is the first audit of all users of the account" in format_html(DEVICES, history=first)


def test_a_plan_says_that_nothing_was_done() -> None:
    assert "Check mode:" in format_html(MIXED, check_mode=True)
    assert "Check mode:" not in format_html(MIXED)
    assert "Check mode:" not in format_html(DEVICES, check_mode=True, role="mfa_audit"), "an audit only reads"


def test_the_hint_in_the_message_overrides_the_hint_of_the_error() -> None:
    result = failed("a", "timeout", "No answer.", "Raise the timeout.")
    result["msg"] = "a@example.com, OneLogin SMS: No answer. Run again to continue waiting."
    (shown,) = build_report([result])["rows"]
    assert shown["error"] is not None
    assert shown["error"]["hint"] == "Run again to continue waiting."


def test_ids_come_from_the_object_of_the_row() -> None:
    about = {"id": "v1", "user_id": 7, "device_id": "8", "expires_at": "2026-03-02T10:00:00+01:00"}
    (shown,) = build_report([{**row(), "registration": None, "verification": about}])["rows"]
    wanted = {"registration_id": None, "verification_id": "v1", "user_id": "7", "expires_at": START}
    assert wanted.items() <= shown.items()


def test_a_row_may_lack_almost_everything() -> None:
    (shown,) = build_report([{"host": "jane"}])["rows"]
    assert (shown["who"], shown["status"], shown["outcome"], shown["text"]) == ("jane", "unknown", "open", "unknown")
    for make in FORMATS:
        assert "jane" in make([{"host": "jane"}, {"failed": True}, {}])


@pytest.mark.parametrize("make", FORMATS)
@pytest.mark.parametrize(
    "odd",
    [
        {"otp": CODE, "factor_data": {"seed": SEED}, "access_token": TOKEN, "client_secret": SEED},
        {"registration": {"id": "r1", "otp": CODE, "factor_data": {"totp_url": f"otpauth://totp/x?secret={SEED}"}}},
        {"error": {"code": "rejected", "otp": CODE, "hint": {"token": TOKEN}, "message": [SEED]}, "failed": True},
        {"user": {"otp": CODE}, "host": [SEED], "factor": {"secret": TOKEN}, "status": (CODE,), "msg": {"otp": CODE}},
        {"groups": [{"otp": CODE}, [SEED], "sales"], "accepted_at": CODE, "awaits": SEED, "changed": TOKEN},
        {"msg": f"jane: see otpauth://totp/x?secret={SEED} and OTPAUTH-MIGRATION://offline?data={TOKEN}"},
        {"otp": CODE, "mfa_token": {"value": TOKEN}, "msg": f"The code is {CODE}, the token {TOKEN}."},
        {"otp": 42137, "msg": "The code 42137 was given."},
        {"deep": [{"totp": {"x": [SEED]}}], "failed": True, "error": {"code": "x", "message": SEED, "hint": SEED}},
        {"mfa_token": {"id": TOKEN}, "mfa_device_info": {"id": SEED}, CODE: SEED},
    ],
)
def test_no_code_or_secret_gets_into_a_report(make: Any, odd: dict[str, Any]) -> None:
    text = make([row(**odd)], title="Onboarding")
    assert [secret for secret in (CODE, "42137", SEED, TOKEN) if secret in text] == []


def test_a_secret_that_begins_like_another_is_hidden_as_a_whole() -> None:
    secrets = {"otp": "123456", "secret": "12345678"}
    (shown,) = build_report([row(msg="Give 12345678, or 123456.", registration=secrets)])["rows"]
    assert shown["text"] == "Give (hidden), or (hidden)."


def test_the_formats_agree() -> None:
    texts = {
        name: file["text"] for name, file in make_files(MIXED, "x", "json, csv,junit,html", finished=START).items()
    }
    made = json.loads(texts["json"])
    assert made == json.loads(format_json(MIXED, finished=START))
    table = cells(texts["csv"])
    assert [(line["host"], line["outcome"], line["text"]) for line in table] == [
        (each["host"], each["outcome"], each["text"]) for each in made["rows"]
    ]
    suite = ET.fromstring(texts["junit"].split("\n", 1)[1]).find("testsuite")
    assert suite is not None
    counts = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    assert counts["tests"] == made["totals"]["rows"]
    assert counts["failures"] + counts["errors"] == made["totals"]["failed"]
    assert counts["skipped"] == made["totals"]["open"]
    assert all(each["who"] in texts["html"].replace("<wbr>", "") for each in made["rows"])


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_is_a_formula(sign: str) -> None:
    name = f"{sign}HYPERLINK(1)"
    text = format_csv([row(name, user=name, factor=name, msg=name, groups=[name])])
    (line,) = cells(text)
    for column in ("host", "user", "factor", "text", "groups"):
        assert line[column].startswith("'"), column
        assert "HYPERLINK(1)" in line[column]


def test_every_cell_is_in_quotes() -> None:
    (line,) = cells(format_csv([row("a;=1+1", user='say "hi",\n=1')]))
    assert (line["host"], line["user"]) == ("a;=1+1", 'say "hi", =1')
    body = format_csv([row("a")]).splitlines()[1]
    assert body.startswith('"') and body.endswith('"')  # noqa: PT018 - one thought
    assert body.count('","') == body.count(",")


def test_each_person_is_a_test_in_the_junit_report() -> None:
    rows = [*MIXED, failed("f", "unknown_user", "There is none.", "Check it.")]
    text = format_junit(rows, title="Onboarding", started=START, finished="2026-03-02T09:02:05Z")
    (suite,) = JUnitXml.fromstring(text.encode())
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == ("Onboarding", 6, 2, 1, 1)
    assert (suite.time, suite.timestamp) == (125.0, "2026-03-02T09:00:00")
    cases = {case.name: case for case in suite}
    assert {case.classname for case in suite} == {"Onboarding"}
    kinds = {name[0]: [type(each).__name__ for each in case.result] for name, case in cases.items()}
    assert kinds == {"a": [], "b": ["Skipped"], "c": ["Failure"], "d": [], "e": ["Failure"], "f": ["Error"]}
    (error,) = cases["f@example.com, OneLogin SMS"].result
    assert (error.type, error.message, error.text) == ("unknown_user", "There is none.", "Check it.")
    (waiting,) = cases["b@example.com, OneLogin SMS"].result
    assert waiting.message == "It awaits the code."


def test_the_time_of_a_test_is_that_of_the_person() -> None:
    (suite,) = JUnitXml.fromstring(format_junit([row(accepted_at="2026-03-02T09:00:42Z")], started=START).encode())
    assert [case.time for case in suite] == [42.0]


@pytest.mark.parametrize("make", FORMATS)
def test_control_characters_are_left_out(make: Any) -> None:
    text = make([row("ja\x00ne\x1b[31m\ud800", user="b\x07\ufffe", msg="x\x0b\x9f")], title="a\x08b\nc")
    text.encode()
    assert not set(text) & set("\x00\x1b\x07\x08\x0b\x9f\ufffe")


@pytest.mark.parametrize("make", FORMATS)
def test_characters_that_disguise_a_name_are_left_out(make: Any) -> None:
    hostile = "".join(
        map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x200B, 0xFEFF))
    )
    rows = [failed(f"ja{hostile}ne", message=f"No{hostile} answer."), row("x", name=f"Ja{hostile}ne", groups=[hostile])]
    text = make(rows, title=f"On{hostile}boarding")
    assert not set(text) & set(hostile)
    assert "jane" in text
    # The joiners are part of names in Persian and in Indian languages.
    assert "\u200c" in make([row("x\u200cy")])


@given(st.text(), st.text())
def test_any_name_keeps_each_format_readable(name: str, message: str) -> None:
    rows = [failed(name, message=message), row(name, groups=[name], msg=message)]
    assert len(json.loads(format_json(rows, title=name))["rows"]) == 2
    assert len(cells(format_csv(rows))) == 2
    (suite,) = JUnitXml.fromstring(format_junit(rows, title=name).encode())
    assert suite.tests == 2
    assert format_html(rows, title=name).count("<tr role") == 3


def test_markup_is_text_in_the_page() -> None:
    text = format_html([failed("<b>", message="</script><img src=x>")], title="<i>&", groups={"</style>": ["<b>"]})
    assert text.count("</script>") == text.count("</style>") == 1
    assert "<img" not in text
    assert "<title>&lt;i&gt;&amp;: 0 of 1 done</title>" in text


def test_the_page_loads_nothing_from_outside() -> None:
    text = format_html(MIXED)
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    targets = set(re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"' >]*)""", text))
    assert targets == {"data:,", "#everyone-title", "#first-done", "#first-open", "#first-failed"}
    assert all(target == "data:," or f'id="{target[1:]}"' in text for target in targets)
    assert [word for word in ("@import", "url(", "fetch(") if word in text] == []


@pytest.mark.parametrize(
    ("last", "steps", "each"),
    [
        (1, 2, "1 second"),
        (39, 40, "1 second"),
        (40, 21, "2 seconds"),
        (79, 40, "2 seconds"),
        (80, 17, "5 seconds"),
        (200, 21, "10 seconds"),
        (400, 27, "15 seconds"),
        (600, 21, "30 seconds"),
        (1199, 40, "30 seconds"),
        (1200, 21, "1 minute"),
        (2400, 21, "2 minutes"),
        (4800, 17, "5 minutes"),
        (12000, 21, "10 minutes"),
        (24000, 27, "15 minutes"),
        (36000, 21, "30 minutes"),
        (72000, 21, "1 hour"),
        (144000, 21, "2 hours"),
        (288000, 21, "4 hours"),
        (576000, 14, "12 hours"),
        (1728000, 21, "1 day"),
        (3456000, 6, "7 days"),
        (79 * 7 * 86400, 27, "21 days"),
    ],
)
def test_the_time_line_has_a_few_round_steps(last: int, steps: int, each: str) -> None:
    """The first time is on a Thursday at midnight, when a step of any length begins."""
    start = datetime(2026, 3, 5, tzinfo=timezone.utc)
    times = [(start + timedelta(seconds=seconds)).isoformat() for seconds in [0, *[last] * 9]]
    found = build_timeline([*times, None])
    assert found
    assert [found["first"], len(found["steps"])] == ["2026-03-05T00:00:00Z", steps]
    assert [step for step in found["steps"] if step["accepted"]] == [
        {"at": "2026-03-05T00:00:00Z", "accepted": 1},
        {"at": found["steps"][-1]["at"], "accepted": 9},
    ]
    size, unit = each.rstrip("s").split()
    assert found["step"] == int(size) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit]
    assert f"Each column is {each}, the tallest 9." in format_html([row(accepted_at=time) for time in times])


@given(st.lists(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), min_size=10))  # noqa: DTZ001
def test_the_time_line_accepts_any_times(times: list[datetime]) -> None:
    found = build_timeline([time.isoformat() for time in [*times, datetime(1999, 1, 1)]])  # noqa: DTZ001
    assert found
    assert len(found["steps"]) <= 40
    assert sum(each["accepted"] for each in found["steps"]) == len(times) + 1


def test_a_time_line_needs_enough_times() -> None:
    assert build_timeline([f"2026-03-02T09:00:0{second}Z" for second in range(9)]) is None
    assert build_timeline([START] * 20) is None


def test_invalid_times_are_left_out() -> None:
    times = [START, datetime(2026, 3, 2, 9, tzinfo=timezone.utc), "2026-03-02T10:00:00+01:00", "soon", None, 7, True]
    assert [each["accepted_at"] for each in build_report([row(accepted_at=time) for time in times])["rows"]] == [
        *[START] * 3,
        *[None] * 4,
    ]


@pytest.mark.parametrize("rows", [None, "text", {"a": 1}, [1], ["x"]])
def test_input_that_is_not_a_list_of_results_is_an_error(rows: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="list of results"):
        format_json(rows)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match=r"'pdf'\. The formats are json, csv, junit, html"):
        make_files([], "x", ["html", "pdf"])
