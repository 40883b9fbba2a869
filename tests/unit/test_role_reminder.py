# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_reminder: its settings, the items of its steps, and its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.reminder import (
    build_batch,
    describe_reminders,
    find_due_people,
    find_not_sent,
    find_reminded_people,
    prepare_settings,
    record_results,
    warn_of_unmatched,
)

from tests.unit.role_data import error, host, work

MAIL = {"host": "mail.example.com", "port": 25, "sender": "it@example.com"}
NONE = {"skipped": True}


def prepared(**settings: Any) -> dict[str, Any]:
    made = {"journal": "j.sqlite", "mail": MAIL, **settings}
    prepare_settings(made, lambda name: name == "community.general.mail")
    return made


ONE_OF_TWO = "Set one of mfa_reminder_mail and mfa_reminder_tasks, which say how people are reminded. Nothing was done."


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"journal": "none"},
            (
                "mfa_reminder_journal is none, but only the journal records who was reminded when. Set a file or a"
                " database. Nothing was done."
            ),
        ),
        ({"mail": None}, ONE_OF_TWO),
        ({"mail": {}, "tasks": ""}, ONE_OF_TWO),
        ({"tasks": __file__}, ONE_OF_TWO),
        (
            {"mail": None, "tasks": "/no-such-file.yml"},
            "The task file /no-such-file.yml of mfa_reminder_tasks does not exist. Nothing was done.",
        ),
        (
            {"mail": {**MAIL, "username": "it"}},
            "mfa_reminder_mail has only one of username and password; set both, or none. Nothing was done.",
        ),
        (
            {"exclude": [12345]},
            "mfa_reminder_exclude has 12345, which is not text. Put it in quotes. Nothing was done.",
        ),
    ],
)
def test_settings_that_cannot_send_a_reminder_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        prepared(**settings)
    assert refused.value.message == message


def test_reminders_by_mail_need_a_collection() -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        prepare_settings({"journal": "j.sqlite", "mail": MAIL}, lambda name: name != "community.general.mail")
    assert refused.value.message == (
        "mfa_reminder_mail needs the collection community.general, which is not installed. Install it with"
        " ansible-galaxy collection install community.general, or use mfa_reminder_tasks. Nothing was done."
    )


@pytest.mark.parametrize("given", ["tasks.yml", "~/tasks.yml"])
def test_a_task_file_gets_its_whole_path(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible would look for a relative path in the role."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "tasks.yml").write_text("[]")
    found = prepared(mail=None, tasks=given)
    assert found == {"journal": "j.sqlite", "mail": None, "tasks": f"{tmp_path}/tasks.yml", "exclude": []}


@pytest.mark.parametrize(
    "given", ["svc, kiosk@example.com", [" svc ", "", "kiosk@example.com"], "svc\nkiosk@example.com\n"]
)
def test_exclusions_are_a_list_or_its_text(given: Any) -> None:
    assert prepared(exclude=given)["exclude"] == ["svc", "kiosk@example.com"]


# The items of the steps


def test_each_person_has_the_factors_of_the_host() -> None:
    hosts = [
        host("a", username="ann", factors="OneLogin SMS, 58959"),
        host("b", username="bob"),
        host("c", factors=["OneLogin SMS"]),
        host("d", users=[{"username": "dee"}, {"email": "eve@example.com"}], factors=[{"factor_id": 5}]),
    ]
    items = work(*hosts, role="mfa_reminder", targets=False, only=("user_id", "email", "username"))
    made = {"hosts": hosts, "query": None, "work": items}
    assert build_batch(made, NONE) == [
        {"username": "ann", "key": "a/0", "factors": [{"factor": "OneLogin SMS"}, {"factor_id": "58959"}]},
        {"username": "bob", "key": "b/0", "factors": []},
        {"username": "dee", "key": "d/0", "factors": [{"factor_id": 5}]},
        {"email": "eve@example.com", "key": "d/1", "factors": [{"factor_id": 5}]},
    ]


def test_all_users_of_the_account_have_the_factors_of_the_host() -> None:
    made = {"hosts": [host("localhost", users="all", factors="OneLogin SMS")], "query": {"fields": []}, "work": []}
    found = {"results": [{"users": [{"user_id": 7, "email": "ann@example.com"}, {"user_id": None}]}]}
    assert build_batch(made, found) == [{"user_id": 7, "key": "7", "factors": [{"factor": "OneLogin SMS"}]}]


def person(user_id: int, status: str = "due") -> dict[str, Any]:
    return {"user_id": user_id, "email": f"p{user_id}@example.com", "status": status}


def result(key: str, status: str, *, failed: bool = False, changed: bool = False) -> dict[str, Any]:
    """Build the result of a person, whose user id is the key."""
    return {"item": {"key": key}, "failed": failed, "changed": changed, "reminder": person(int(key), status)}


def test_people_who_are_due_and_people_who_were_claimed() -> None:
    found = {"results": [result("1", "due"), result("2", "waiting"), result("3", "due", failed=True)]}
    assert find_due_people(found) == [{"key": "1", "user_id": 1, "person": person(1)}]
    claimed = {"results": [result("1", "reminded"), result("2", "waiting"), result("3", "reminded", failed=True)]}
    assert find_reminded_people(claimed) == [person(1, "reminded")]
    assert (find_due_people(NONE), find_reminded_people(NONE)) == ([], [])


def test_exclusions_that_match_no_one_are_warnings() -> None:
    assert warn_of_unmatched({"unmatched": ["svc", "bob"]}) == [
        "mfa_reminder_exclude has svc, but no such person is in this run.",
        "mfa_reminder_exclude has bob, but no such person is in this run.",
    ]
    assert warn_of_unmatched({"unmatched": None}) == []


# The results of a task file

CLAIMED = {
    "results": [
        result("1", "reminded", changed=True),
        result("2", "reminded", changed=True),
        result("3", "waiting"),
    ]
}


@pytest.mark.parametrize("named", [[1, 3], ["1"], [{"user_id": 1}]])
def test_a_task_file_names_people_by_id_or_entry(named: list[Any]) -> None:
    assert find_not_sent(CLAIMED, named) == [{"key": "1", "user_id": 1, "person": person(1, "reminded")}]


UNKNOWN = error(
    "unconfirmed",
    "The task file of mfa_reminder_tasks failed, so it is not known whether the person was reminded.",
    "Correct the task file, and ask the person. The reminder counts as sent.",
)


@pytest.mark.parametrize(
    ("released", "problem"),
    [
        ({"results": [{"item": {"key": "1"}, "failed": True, "changed": False, "error": error()}]}, error()),
        # The task file failed, and then the journal failed.
        ({"failed": True, "msg": "down", "error": error("forbidden")}, error("forbidden")),
        (
            {"failed": True, "msg": "The journal is locked."},
            error("unavailable", "The journal is locked.", "Run again."),
        ),
        ({}, error("unavailable", "The task returned no results.", "Run again.")),
    ],
)
@pytest.mark.parametrize("failed", [True, False])
def test_the_results_of_people_after_a_task_file(
    released: dict[str, Any], problem: dict[str, Any], failed: bool
) -> None:
    first, second, third = CLAIMED["results"]
    unknown = {"failed": True, "changed": False, "error": UNKNOWN} if failed else {}
    assert record_results(CLAIMED, released, ["1"], failed=failed) == {
        "changed": False,
        "results": [
            {**first, "failed": True, "changed": False, "error": problem},
            {**second, **unknown},
            third,
        ],
    }


# The lines


def row(status: str, of: str = "", **more: Any) -> Any:
    person = {"status": of or status, "next_on": "2026-12-04" if status == "waiting" else None}
    return {"status": status, "failed": bool(of), "user": "ann", "reminder": person, **more}


@pytest.mark.parametrize(
    ("rows", "check_mode", "lines"),
    [
        ([row("waiting"), row("enrolled")], False, ["0 of 1 are due; the next on 2026-12-04.", "  with MFA: 1"]),
        ([row("enrolled")], True, ["Check mode: 0 of 0 are due.", "  with MFA: 1"]),
        ([row("escalate")], False, ["0 of 1 are due."]),
        (
            [row("reminded"), row("waiting"), row("excluded"), row("inactive")],
            False,
            [
                "1 of 2 people without MFA were reminded.",
                "  waiting: 1, the next reminder on 2026-12-04",
                "  excluded: 1",
                "  cannot sign in: 1",
            ],
        ),
        ([row("due")], True, ["Check mode: 1 of 1 people without MFA would be reminded."]),
        ([row("due")], False, ["1 of 1 people without MFA would be reminded."]),
        ([row("unavailable", "due")], False, ["0 of 1 people without MFA were reminded, 1 failed."]),
        ([{**row("unknown_user"), "failed": True, "reminder": {}}], False, ["0 of 0 are due, 1 failed."]),
    ],
)
def test_the_summary_counts_the_people_by_status(rows: list[Any], check_mode: bool, lines: list[str]) -> None:
    assert describe_reminders(rows, check_mode=check_mode) == lines
