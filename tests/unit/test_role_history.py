# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of audits: which audits are compared, the changes of people, and the files of the history."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.files import (
    build_file_name,
    keep_audit,
    same_account,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history import (
    compare,
    find_account,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history_lines import describe_history
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.scope import (
    describe_scope,
    find_scope,
    hash_scope,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Account, Audit, History, Scope

from tests.unit.role_data import host, work

ACCOUNT: Scope = {"kind": "account", "selection": {}}
HOSTS: Scope = {"kind": "hosts", "selection": {"hosts": "all", "limit": ""}}
KINDS = ("lost", "gained", "changed", "new", "gone", "unknown")

People = dict[int, list[str] | None]


def audit(people: People, day: int = 1, scope: Scope | None = None, **more: Any) -> Audit:
    """Build an audit with the factors of users by id; None is a user that could not be read."""
    at = f"2026-03-{day:02}T09:00:00.000000Z"
    made: dict[str, Any] = {
        "format": "community.onelogin audit",
        "version": 1,
        "account": {"host": "acme.onelogin.com", "name": "us/1"},
        "scope": scope or ACCOUNT,
        "started": at,
        "finished": at,
        "lost": None,
        "gained": None,
        "people": [
            {"user_id": number, "user": f"p{number}", "name": None, "groups": [], "factors": its, "asked_at": at}
            for number, its in people.items()
        ],
    }
    return {**made, **more}  # type: ignore[typeddict-item]


def kept(folder: Path, its: Audit) -> Path:
    """Write an audit to the history and return its file."""
    path = folder / build_file_name(its)
    keep_audit(str(path), its)
    return path


def changes(history: History) -> dict[str, list[int | None]]:
    """The ids of people by kind of change, without empty kinds."""
    found = {kind: [its["user_id"] for its in history[kind]] for kind in KINDS}  # type: ignore[literal-required]
    return {kind: ids for kind, ids in found.items() if ids}


# What changed


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        ({1: [], 2: ["SMS"]}, [{1: ["SMS"], 2: []}], {"lost": [1], "gained": [2]}),
        ({1: ["SMS"], 2: []}, [{1: ["SMS"], 2: []}], {}),
        # One of two devices of a factor was removed; a factor was replaced by another.
        ({1: ["SMS"], 2: ["Voice"]}, [{1: ["SMS", "SMS"], 2: ["SMS"]}], {"changed": [1, 2]}),
        # A person who was not in the account has neither gained nor lost MFA.
        ({1: [], 2: ["SMS"], 3: []}, [{1: []}], {"new": [2, 3]}),
        ({1: []}, [{1: [], 2: ["SMS"], 3: []}], {"gone": [2, 3]}),
        # The person could not be read in this or in the earlier audit.
        ({1: None, 2: []}, [{1: ["SMS"], 2: None}], {"unknown": [1]}),
        # An older audit has the person, so the change is found.
        ({1: [], 2: ["SMS"]}, [{1: None, 2: None}, {1: ["SMS"], 2: []}], {"lost": [1], "gained": [2]}),
        ({1: [], 2: ["SMS"]}, [{1: [], 2: ["SMS"]}, {1: ["SMS"], 2: []}], {}),
        # The person was missing in one audit and is back without MFA: not new.
        ({1: []}, [{}, {1: ["SMS"]}], {"lost": [1]}),
        # The person is new, but could not be read.
        ({1: None}, [{}], {"unknown": [1]}),
        ({1: [], 2: ["SMS"]}, [], {}),
    ],
)
def test_changes_are_relative_to_the_last_known_state(
    now: People, earlier: list[People], expected: dict[str, list[int]]
) -> None:
    history = compare(audit(now, 9), [audit(its, 8 - number) for number, its in enumerate(earlier)])
    assert changes(history) == expected
    assert (history["since"] is None) is (not earlier)


def test_a_person_outside_the_play_is_not_gone() -> None:
    history = compare(audit({1: []}, 2, HOSTS), [audit({1: [], 2: ["SMS"]}, 1, HOSTS)])
    assert changes(history) == {}


def test_a_change_has_the_current_name_and_both_states() -> None:
    before = audit({1: ["SMS"]}, 1)
    before["people"][0]["user"] = "maiden.name"
    (lost,) = compare(audit({1: []}, 3), [audit({1: None}, 2), before])["lost"]
    assert (lost["user"], lost["before"], lost["now"]) == ("p1", ["SMS"], [])
    assert lost["since"] == "2026-03-01T09:00:00.000000Z", "the audit with the earlier state"


def test_people_without_an_id_are_not_matched() -> None:
    def without_id(factors: list[str], day: int) -> Audit:
        its = audit({1: factors, 2: []}, day)
        its["people"][0]["user_id"] = None
        return its

    assert changes(compare(without_id([], 2), [without_id(["SMS"], 1)])) == {}
    assert changes(compare(without_id([], 2), [audit({2: []}, 1)])) == {}
    assert changes(compare(audit({2: []}, 2), [without_id(["SMS"], 1)])) == {}


def test_the_trend_begins_with_the_oldest_and_ends_with_this_audit() -> None:
    earlier = [audit({1: ["SMS"], 2: []}, 2, lost=0, gained=1), audit({1: [], 2: None}, 1)]
    trend = compare(audit({1: [], 2: ["SMS"], 3: ["SMS"]}, 3), earlier)["trend"]
    figures = [tuple(point.values())[1:] for point in trend]
    assert figures == [(1, 0, 1, 0.0, None, None), (2, 1, 0, 50.0, 0, 1), (3, 2, 0, 66.6, 1, 1)]


def test_the_lines_begin_with_people_who_lost_or_gained_mfa() -> None:
    before: People = {**{number: ["SMS"] for number in range(12)}, 20: [], 21: [], 22: ["SMS"]}
    now: People = {**{number: [] for number in range(12)}, 20: ["SMS"], 22: None, 30: [], 31: ["SMS"]}
    history = compare(audit(now, 2), [audit(before, 1)])
    history["file"], history["unreadable"] = "/audits/y.json", ["/audits/x.json is damaged: it is not JSON."]
    lines = describe_history(history, check_mode=False)
    assert lines[0].startswith(
        "12 lost MFA and 1 gained it since the last audit of all users of the account, 2026-03-01 "
    )
    assert [line.strip() for line in lines[1:-3]] == [
        "Lost MFA (12):",
        "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 2 more",
        "Gained MFA (1):",
        "p20",
        "New, 1 of them with MFA (2):",
        "p30, p31",
        "No longer among them (1):",
        "p21",
        "Could not be read, so neither lost nor gained (1):",
        "p22",
        "Trend:",
    ]
    assert lines[-3].endswith("  13 of 15  86.6 %")
    assert lines[-2].endswith("   2 of 15  13.3 %  12 lost, 1 gained")
    assert lines[-1] == "  Left out: /audits/x.json is damaged: it is not JSON."


# Which audits are compared


def scope_of(*hosts: Any, query: Any = None, pattern: str = "all", limit: str | None = None) -> Scope:
    items = [] if query is not None else work(*hosts, role="mfa_audit", targets=False)
    return find_scope(query, hosts, items, pattern, limit)


A, B, C = (host(name, username=name) for name in "abc")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The name of the group field, numbers as text and the order make no difference.
        (
            scope_of(query={"group_id": 7, "fields": ["id"]}),
            scope_of(query={"group_id": "7", "fields": ["department"]}),
        ),
        (scope_of(query={"user_ids": [1, 2], "email": "x"}), scope_of(query={"email": "x", "user_ids": ["2", "1"]})),
        # The hosts of a pattern can change.
        (scope_of(A, B), scope_of(A, B, C)),
        (scope_of(host("l", users="a, b")), scope_of(host("l", users=[{"username": "B"}, {"username": "a"}]))),
    ],
)
def test_audits_with_equal_scopes(one: Scope, other: Scope) -> None:
    assert hash_scope(one) == hash_scope(other)


def test_audits_with_different_scopes() -> None:
    scopes = [
        scope_of(query={"fields": ["id"]}),
        scope_of(query={"email": "*@example.com"}),
        scope_of(A, B),
        scope_of(A, B, limit="a"),
        scope_of(A, B, pattern="sales"),
        scope_of(host("l", users="a, b")),
        scope_of(host("l", users="a, b, c")),
        scope_of(host("l", users="a")),
    ]
    assert len({hash_scope(scope) for scope in scopes}) == len(scopes)
    people = {"people": "2", "digest": hashlib.sha256(b'["username=a", "username=b"]').hexdigest()}
    assert scopes[:6] == [
        {"kind": "account", "selection": {}},
        {"kind": "account", "selection": {"email": "*@example.com"}},
        {"kind": "hosts", "selection": {"hosts": "all", "limit": ""}},
        {"kind": "hosts", "selection": {"hosts": "all", "limit": "a"}},
        {"kind": "hosts", "selection": {"hosts": "sales", "limit": ""}},
        {"kind": "list", "selection": people},
    ]
    numbers = scope_of(query={"user_ids": [2, 1], "email": "x"})
    assert numbers == {"kind": "account", "selection": {"email": "x", "user_ids": "1,2"}}
    assert describe_scope(numbers) == "the users with email=x, user_ids=1,2"
    assert describe_scope(scope_of(query={"email": "x" * 114})) == f"the users with email={'x' * 114}"
    assert describe_scope(scope_of(query={"email": "x" * 115})) == f"the users with email={'x' * 114}\u2026"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("acme.onelogin.com", "us/1"), ("login.acme.com", "us/1"), True),
        (("acme.onelogin.com", "us/1"), ("acme.onelogin.com", "us/2"), False),
        # An access token alone does not show its account.
        (("acme.onelogin.com", "us/1"), ("acme.onelogin.com", None), True),
        (("acme.onelogin.com", None), ("other.onelogin.com", None), False),
    ],
)
def test_an_account_is_identified_by_its_id_or_by_its_host(
    one: tuple[str, str | None], other: tuple[str, str | None], same: bool
) -> None:
    accounts: list[Account] = [{"host": host, "name": name} for host, name in (one, other)]
    assert same_account(*accounts) is same
    assert find_account([{"skipped": True}, {"api": {"host": one[0], "account": one[1]}}]) == accounts[0]
    assert find_account([{"failed": True}]) is None
