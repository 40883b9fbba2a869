# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of the roles: what they return to the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.onelogin.plugins.action import (
    role_host_result,
    role_note,
    role_plan,
    role_reset_items,
    role_results,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import NOTE

from tests.unit.role_data import PROTECT, SMS, error, host, success
from tests.unit.test_role_settings import RUN, HostVars, Templar


def act(
    action: Any,
    variables: dict[str, Any],
    args: dict[str, Any] | None = None,
    *,
    check_mode: bool = False,
    strategy: str = "linear",
    hosts: Sequence[str] = ("a",),
    sources: Sequence[str] = (),
) -> dict[str, Any]:
    """Run an action as a task does, with an inventory of these hosts and of sources that Ansible could not read."""
    inventory = SimpleNamespace(
        _sources=sources, _inventory=SimpleNamespace(processed_sources=[], hosts=dict.fromkeys(hosts))
    )
    task = SimpleNamespace(
        async_val=0,
        check_mode=check_mode,
        args=args or {},
        action="role",
        get_play=lambda: SimpleNamespace(strategy=strategy, max_fail_percentage=None, hosts="all"),
        _variable_manager=SimpleNamespace(_inventory=inventory),
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="/none"))
    result: dict[str, Any] = action.ActionModule(task, connection, None, None, Templar(), None).run(None, variables)
    return result


def plan(
    role: str,
    hosts: dict[str, dict[str, Any]],
    args: dict[str, Any] | None = None,
    task: Any = None,
    **variables: Any,
) -> dict[str, Any]:
    """Make the plan for hosts with notes of these values.

    :param task: options of :func:`act`.
    """
    its = HostVars({name: {NOTE: host(name, **note)["note"]} for name, note in hosts.items()})
    play = {"ansible_play_batch": list(hosts), "ansible_play_hosts_all": list(hosts), "groups": {"all": list(hosts)}}
    return act(role_plan, {**RUN, **play, "mfa_people_role": role, "hostvars": its, **variables}, args, **(task or {}))


def test_a_note_contains_the_options_of_its_role() -> None:
    variables = {**RUN, "mfa_people_role": "mfa_audit", "mfa_audit_users": "a", "mfa_onboarding_users": "b"}
    assert act(role_note, variables)["users"] == "a"


def test_a_plan_has_settings_and_items_by_key() -> None:
    found = plan("mfa_onboarding", {"a": {"username": "a", "factors": [PROTECT, SMS]}, "b": {}}, mfa_onboarding_wait="")
    assert (found["plans"], found["works"], found["read_only"], found["problem"]) == (True, True, False, None)
    assert found["settings"]["wait"] is True
    assert found["batch"] == [{"username": "a", **PROTECT, "key": "a/0"}, {"username": "a", **SMS, "key": "a/1"}]
    assert [item["key"] for item in found["work"]] == ["a/0", "a/1", "b/0"]
    assert found["query"] is None


@pytest.mark.parametrize(
    ("run", "skip", "expected"),
    [
        (["mfa_plan"], [], (True, False, True)),
        (["mfa_wait"], [], (True, True, True)),
        (["all"], ["mfa_register"], (True, True, True)),
        (["other"], [], (False, False, True)),
    ],
)
def test_a_plan_follows_the_tags(run: list[str], skip: list[str], expected: tuple[bool, bool, bool]) -> None:
    tags = {"ansible_run_tags": run, "ansible_skip_tags": skip}
    found = plan("mfa_onboarding", {"a": {"username": "a"}}, {"write_tag": "mfa_register"}, **tags)
    assert (found["plans"], found["works"], found["read_only"]) == expected


FREE = "The strategy of the play is free. Use linear, because the role works on all hosts together. Nothing was done."
NO_HOST = "No host is selected, so there is no one to work on. Check the inventory, --limit and mfa_onboarding_hosts."


@pytest.mark.parametrize(
    ("task", "users", "problem"),
    [
        *(({"strategy": name}, None, None) for name in ("linear", "debug", "mitogen_linear", "ansible.builtin.linear")),
        ({"strategy": "ansible.builtin.free"}, None, FREE),
        (
            {"sources": ["/no/b.ini", "/no/a.ini"]},
            None,
            (
                "The inventory is incomplete: /no/b.ini, /no/a.ini could not be read. Correct it, or leave it out."
                " Nothing was done."
            ),
        ),
        # Only the localhost that Ansible adds by itself.
        ({"hosts": []}, None, NO_HOST),
        ({"hosts": []}, "", NO_HOST),
        ({"hosts": []}, "ann", None),
    ],
)
def test_a_run_that_would_leave_people_out_is_refused(task: dict[str, Any], users: Any, problem: str | None) -> None:
    found = plan("mfa_onboarding", {"a": {"users": users, "username": "a", "factors": [SMS]}}, task=task)
    assert (found["works"], found["problem"]) == (problem is None, problem)


def test_a_plan_that_cannot_be_made_returns_the_problem() -> None:
    found = plan("mfa_onboarding", {"a": {}}, mfa_onboarding_max_fail_percentage="most")
    assert (found["works"], found["problem"]) == (
        False,
        "mfa_onboarding_max_fail_percentage is most; it must be a percentage from 0 to 100. Nothing was done.",
    )


@pytest.mark.parametrize(
    ("users", "searched"), [("all", True), ("a", False), ([], False), (["all"], False), ("", False), (None, False)]
)
def test_only_the_word_all_means_the_whole_account(users: Any, searched: bool) -> None:
    found = plan("mfa_audit", {"localhost": {"users": users}}, {"targets": False}, mfa_audit_filters="email=*")
    assert bool(found["query"]) is searched
    assert (found["work"] == []) is searched


def test_the_word_all_for_one_of_several_hosts_names_a_user() -> None:
    found = plan("mfa_audit", {"a": {"users": "all"}, "b": {"username": "b"}}, {"targets": False})
    assert found["query"] is None
    assert [item["options"] for item in found["work"]] == [{"username": "all"}, {"username": "b"}]


def test_an_offboarding_looks_up_people_who_lose_all_devices() -> None:
    everything: dict[str, Any] = {"email": "b@example.com", "user_id": 7, "factors": "all"}
    hosts: dict[str, dict[str, Any]] = {
        "a": {"users": [{"email": "a@example.com", **SMS, "otp": "042137"}]},
        "b": everything,
    }
    found = plan("mfa_offboarding", hosts)
    assert found["batch"] == [{"email": "a@example.com", **SMS, "key": "a/0"}]
    assert found["lookups"] == [{"key": "b/0", "email": "b@example.com", "user_id": 7}]
    assert "042137" not in str(found["work"])


@pytest.mark.parametrize(("others", "most", "problem"), [([], 1, True), ([], 2, False), (["c"], 2, True)])
def test_an_offboarding_of_too_many_people_is_refused(others: list[str], most: int, problem: bool) -> None:
    hosts = {name: {"username": name, "factors": "all"} for name in "ab"}
    play: dict[str, Any] = {"ansible_play_hosts_all": ["a", "b", *others], "mfa_offboarding_max_people": most}
    found = plan("mfa_offboarding", hosts, **play)
    assert (found["works"], bool(found["problem"])) == (not problem, problem)


def test_a_history_needs_all_hosts_in_one_batch(tmp_path: Path) -> None:
    hosts = {name: {"username": name} for name in "ab"}
    given = {"mfa_audit_history": str(tmp_path), "ansible_play_hosts": ["a", "b"]}
    found = plan("mfa_audit", hosts, {"targets": False}, **given)
    assert (found["works"], found["history"]["scope"]["kind"], found["history"]["unreadable"]) == (True, "hosts", [])
    serial = plan("mfa_audit", hosts, {"targets": False}, **given, ansible_play_batch=["a"])
    assert (serial["works"], "the play has serial. Remove serial" in serial["problem"]) == (False, True)


def test_a_history_in_the_folder_of_an_awx_job_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWX_PRIVATE_DATA_DIR", str(tmp_path))
    found = plan("mfa_audit", {"a": {"username": "a"}}, {"targets": False}, mfa_audit_history=f"{tmp_path}/audits")
    assert found["problem"].startswith(f"mfa_audit_history is {tmp_path}/audits, in the folder of this AWX job.")
    assert "and the audits with it." in found["problem"]
    assert not (tmp_path / "audits").exists()


# The results


def shown(done: dict[str, Any], *, check_mode: bool = False) -> list[str]:
    """The lines that show collected results."""
    lines: list[str] = []
    with mock.patch.object(role_results.display, "display", lines.append):
        act(role_results, {}, {"done": done, "title": "The title"}, check_mode=check_mode)
    return lines[1:]


def collect(role: str, made: dict[str, Any], **steps: dict[str, Any]) -> dict[str, Any]:
    return act(role_results, {"mfa_people_role": role}, {"plan": made, "steps": steps})


@pytest.mark.parametrize(
    ("role", "kind"),
    [("mfa_onboarding", "registration"), ("mfa_challenge", "verification"), ("mfa_offboarding", "device")],
)
def test_rows_contain_the_object_of_their_role(role: str, kind: str) -> None:
    made = plan(role, {name: {"username": name, "factors": [SMS]} for name in "ab"})
    found = collect(role, made, step={"results": [success(made["work"][0], **{kind: {"id": "x"}})]})
    objects = ("registration", "verification", "device")
    assert [[name for name in objects if name in row] for row in found["rows"]] == [[kind], [kind]]
    assert {name: its["failed"] for name, its in found["hosts"].items()} == {"a": False, "b": True}
    assert found["ansible_stats"]["data"][f"{role}_summary"]["total"] == 2
    assert shown(found)[0].startswith("The title: 1 of 2 done")
    assert shown(found, check_mode=True)[0].startswith("The title: Check mode: ")


@pytest.mark.parametrize(("journal", "by_id"), [("/journal", False), ("none", True), (None, True)])
def test_a_row_names_the_registration_id_without_a_journal(journal: str | None, by_id: bool) -> None:
    made = plan("mfa_onboarding", {"a": {"username": "a", "factors": [SMS]}})
    made["settings"]["journal"] = journal
    registration = {"id": "r1", "status": "pending"}
    step = {"results": [success(made["work"][0], registration=registration, awaits="otp")]}
    assert ("registration_id=r1" in collect("mfa_onboarding", made, registered=step)["rows"][0]["msg"]) is by_id


def test_a_failed_search_of_the_account_fails_the_host() -> None:
    made = plan("mfa_audit", {"localhost": {"users": "all"}}, {"targets": False}, mfa_audit_fail_below=50)
    forbidden = {"changed": False, "failed": True, "error": error("forbidden")}
    for search in ({"results": [{**forbidden, "item": {}}]}, {**forbidden, "failed": False, "msg": "No."}):
        found = collect("mfa_audit", made, users=search, devices={"skipped": True})
        (row,) = found["rows"]
        assert (row["host"], row["user"], row["status"], row["failed"]) == ("localhost", None, "forbidden", True)
        assert (found["coverage"]["people"], found["coverage"]["unknown"]) == (0, 0)
        assert found["hosts"]["localhost"]["failed"]


def test_an_audit_of_the_account_is_the_result_of_its_host() -> None:
    made = plan("mfa_audit", {"localhost": {"users": "all"}}, {"targets": False}, mfa_audit_fail_below="60 %")
    users = [{"user_id": number, "email": f"p{number}@example.com", "group_id": 5} for number in (1, 2)]
    device = {"device_id": "9", "user_id": 1, "type_display_name": "SMS", "auth_factor_name": "SMS"}
    listed = [
        {"changed": False, "failed": False, "devices": [], "item": {"user_id": 2}},
        {"changed": False, "failed": False, "devices": [device], "item": {"user_id": 1}},
    ]
    found = collect("mfa_audit", made, users={"results": [{"users": users}]}, devices={"results": listed})
    assert [(row["user"], row["status"], row["failed"]) for row in found["rows"]] == [
        ("p1@example.com", "enrolled", False),
        ("p2@example.com", "none", True),
    ]
    assert found["coverage"]["by_group"] == {"5": {"people": 2, "covered": 1}}
    assert shown(found)[0] == "The title: 1 of 2 people (50 %) have a device."


# The result of a host


DONE = {"hosts": {"a": {"note": "n1", "msg": "a: Done.", "failed": True, "changed": True}}}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({NOTE: {"id": "n1", "works": True}, "__mfa_people_done": DONE}, {"msg": "a: Done.", "failed": True}),
        ({NOTE: {"id": "n1", "works": False}, "__mfa_people_done": DONE}, {"skipped": True}),
        # An earlier call of the role.
        ({NOTE: {"id": "n2", "works": True}, "__mfa_people_done": DONE}, {"failed": True}),
        ({NOTE: {"id": "n1", "works": True}}, {"failed": True}),
        ({"__mfa_people_done": DONE}, {"failed": True}),
    ],
)
def test_a_host_gets_the_result_of_this_call(variables: dict[str, Any], expected: dict[str, Any]) -> None:
    result = act(role_host_result, {"inventory_hostname": "a", **variables})
    assert {name: result[name] for name in expected} == expected
    if expected == {"failed": True}:
        assert result["msg"] == role_host_result.NOT_DONE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"journal": "none"},
            (
                "mfa_reset_journal is none, but a reset needs a journal: a run that continues one must not remove what"
                " the person has enrolled since. Nothing was done."
            ),
        ),
        (
            {"token": True},
            ("mfa_reset_token needs mfa_reset_sheets, a private folder for the page with the token. Nothing was done."),
        ),
        (
            {"challenge_codes": "[1, "},
            "mfa_reset_challenge_codes must be a dictionary of names and codes. Nothing was done.",
        ),
        (
            {"max_people": 0},
            (
                "This run is for 1 people, and mfa_reset_max_people allows 0. Nothing was done."
                " If these are the people you mean, set mfa_reset_max_people to at least 1."
            ),
        ),
    ],
)
def test_invalid_settings_of_a_reset_are_refused(options: dict[str, Any], message: str) -> None:
    given = {f"mfa_reset_{name}": value for name, value in {"challenge": "none", **options}.items()}
    found = plan("mfa_reset", {"a": {"username": "a", "factors": [PROTECT]}}, **given)
    assert (found["works"], found["problem"]) == (False, message)


def test_a_reset_needs_a_new_factor() -> None:
    found = plan("mfa_reset", {"a": {"username": "a"}, "b": {"users": []}}, mfa_reset_challenge="none")
    problems = [item["problem"] for item in found["work"]]
    assert "No factor is set. Set mfa_reset_new_factors" in problems[0]
    assert "mfa_reset_users is set but empty" in problems[1]


def test_results_of_an_earlier_call_of_the_role_do_not_count() -> None:
    made = plan("mfa_reset", {"a": {"username": "a", "factors": [PROTECT]}}, mfa_reset_challenge="none")
    item = {"changed": False, "failed": False, "item": {"key": "a/0"}}
    steps: dict[str, dict[str, Any]] = {
        "checked": {"results": [{**item, "reset": {"state": "new", "needs_proof": False}}]},
        "begun": {"results": [item]},
        "removed": {"results": [item]},
        "ended": {"results": [{**item, "failed": True, "error": error("unavailable")}]},
    }
    found = act(role_reset_items, {}, {"plan": made, "steps": steps, "next": "enrol"})
    assert [each["key"] for each in found["batch"]] == ["a/0"]


@pytest.mark.parametrize(("again", "seconds"), [(True, 0), (False, 600)])
def test_a_reset_is_repeated_on_request(again: bool, seconds: int) -> None:
    given: dict[str, Any] = {"mfa_reset_challenge": "none", "mfa_reset_again": again, "mfa_reset_repeat_after": 600}
    made = plan("mfa_reset", {"a": {"username": "a", "factors": [PROTECT]}}, **given)
    (item,) = act(role_reset_items, {}, {"plan": made, "next": "check"})["batch"]
    assert item["repeat_after"] == seconds
