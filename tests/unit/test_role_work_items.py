# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert the variables of hosts to the work items of a role."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import (
    find_unnamed_ids,
    name_people,
    read_addresses,
)

from tests.unit.role_data import PROTECT, SMS, host, work


@pytest.mark.parametrize(
    ("given", "options", "user"),
    [
        ({"email": "jane@example.com"}, {"email": "jane@example.com"}, "jane@example.com"),
        ({"user_id": "", "username": "jane", "email": None}, {"username": "jane"}, "jane"),
        ({"user_id": 7}, {"user_id": 7}, "7"),
        (
            {"user_id": 7, "username": "jane", "email": "jane@example.com"},
            {"user_id": 7, "email": "jane@example.com", "username": "jane"},
            "jane@example.com",
        ),
    ],
)
def test_an_item_has_all_identities_of_its_host(given: dict[str, Any], options: dict[str, Any], user: str) -> None:
    (item,) = work(host("h", "sales", status="locked", **given, factors=[PROTECT]))
    assert item == {
        "key": "h/0",
        "host": "h",
        "groups": ["sales"],
        "user": user,
        "name": None,
        "phone": None,
        "factor": "OneLogin Protect",
        "user_id": None,
        "user_status": "locked",
        "options": {**options, **PROTECT},
        "problem": None,
    }


def test_each_factor_of_each_host_is_an_item_with_its_own_key() -> None:
    items = work(host("a", username="a", factors=[PROTECT, SMS]), host("b", username="b", factors=[SMS]))
    assert [(item["key"], item["host"], item["factor"]) for item in items] == [
        ("a/0", "a", "OneLogin Protect"),
        ("a/1", "a", "OneLogin SMS"),
        ("b/0", "b", "OneLogin SMS"),
    ]


def test_listed_people_have_their_own_factors_or_those_of_the_host() -> None:
    users = [
        {"email": "a@example.com", "factor_id": 58959, "verified": True, "display_name": ""},
        {"email": "b@example.com", "factors": [PROTECT, {**SMS, "otp": None}]},
        {"email": "c@example.com", "device_id": "9"},
        {"email": "d@example.com"},
    ]
    items = work(host("localhost", email="not@example.com", users=users, factors=[PROTECT]))
    assert [item["options"] for item in items] == [
        {"email": "a@example.com", "factor_id": 58959, "verified": True},
        {"email": "b@example.com", **PROTECT},
        {"email": "b@example.com", **SMS},
        {"email": "c@example.com", "device_id": "9"},
        {"email": "d@example.com", **PROTECT},
    ]
    assert {item["host"] for item in items} == {"localhost"}


def test_an_empty_list_of_users_fails_its_host() -> None:
    (item,) = work(host("h", email="jane@example.com", users=[], factors=[PROTECT]))
    assert "mfa_onboarding_users is set but empty" in str(item["problem"])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"factors": [PROTECT]},
            "The host does not identify a user. Set onelogin_user_id, onelogin_email or onelogin_username.",
        ),
        (
            {"email": "jane@example.com"},
            (
                "No factor is set. Set mfa_onboarding_factors, for the host or for its group."
                " In a people file, the heading of its column is factor."
            ),
        ),
        ({"username": "jane", "factors": 5}, "mfa_onboarding_factors must be a list, or the text of one."),
        ({"username": "jane", "factors": True}, "mfa_onboarding_factors must be a list, or the text of one."),
        ({"users": {1, 2}}, "mfa_onboarding_users must be a list, or the text of one."),
        ({"users": [{"email": "a", "factors": 5}]}, "factors must be a list, or the text of one."),
        (
            {"users": "[1, ", "factors": [PROTECT]},
            "mfa_onboarding_users begins like a list in JSON or YAML, but cannot be parsed.",
        ),
        (
            {"username": "jane", "factors": "- a: b: c"},
            "mfa_onboarding_factors begins like a list in JSON or YAML, but cannot be parsed.",
        ),
        ({"problem": "The variable x cannot be evaluated.", "username": "jane"}, "The variable x cannot be evaluated."),
    ],
)
def test_invalid_options_are_a_problem_of_one_host_only(given: dict[str, Any], problem: str) -> None:
    jane, john = work(host("jane", **given), host("john", username="john", factors=[SMS]))
    assert (jane["host"], jane["key"], jane["problem"]) == ("jane", "jane/0", problem)
    assert (john["host"], john["problem"]) == ("john", None)


def test_an_audit_needs_no_factor() -> None:
    assert [item["problem"] for item in work(host("h", username="jane"), targets=False)] == [None]


def test_the_second_of_two_duplicates_has_a_problem() -> None:
    first, second, third = work(
        host("a", email="jane@example.com", factors=[PROTECT]),
        host("b", email="Jane@Example.com", factors=[{"factor": "onelogin protect"}, SMS]),
    )
    assert (first["problem"], third["problem"]) == (None, None)
    assert second["problem"] == "Host a requests the same. Leave one of them out."


@pytest.mark.parametrize("users", ["jane\nJANE", [{"username": "jane"}, {"username": "Jane", "name": "Jane"}]])
def test_a_person_who_is_listed_twice_in_a_survey_is_done_once(users: Any) -> None:
    (item,) = work(host("localhost", users=users, factors=[SMS]))
    assert (str(item["user"]).casefold(), item["factor"], item["problem"]) == ("jane", "OneLogin SMS", None)


def test_a_person_with_two_codes_for_a_factor_has_a_problem() -> None:
    users = [{"username": "jane", **SMS, "otp": otp} for otp in ("123456", "654321")]
    first, second = work(host("localhost", users=users))
    assert (first["problem"], bool(second["problem"])) == (None, True)


def test_a_list_for_another_role_names_each_person_once() -> None:
    users = [
        {"email": "a", "name": "Ann", "factors": [{"factor": "x"}, {"factor": "y", "otp": "1"}]},
        {"email": "b", "verified": True},
    ]
    items = work(host("localhost", users=users), targets=False, only=("user_id", "email", "username"))
    assert [(item["options"], item["name"], item["problem"]) for item in items] == [
        ({"email": "a"}, "Ann", None),
        ({"email": "b"}, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("OneLogin SMS, OneLogin Protect", [SMS, PROTECT]),
        ("OneLogin SMS\n\nOneLogin Protect\n", [SMS, PROTECT]),
        ('["OneLogin SMS", {"factor": "OneLogin Protect"}]', [SMS, PROTECT]),
        ("- OneLogin SMS\n- factor: OneLogin Protect\n", [SMS, PROTECT]),
        ('{"factor": "OneLogin SMS"}', [SMS]),
        ("58959", [{"factor_id": "58959"}]),
        ('[{"factor": "OneLogin SMS", "display_name": null}]', [SMS]),
        ("- factor: OneLogin SMS\n  display_name: null\n  otp: ~\n  expires_in:\n", [SMS]),
        ('[\n\t{"factor": "OneLogin SMS"}\n]', [SMS]),
        (["OneLogin SMS", 58959], [SMS, {"factor_id": 58959}]),
    ],
)
def test_factors_can_be_text_from_a_survey(text: Any, factors: list[dict[str, Any]]) -> None:
    items = work(host("h", username="jane", factors=text))
    assert [item["options"] for item in items] == [{"username": "jane", **factor} for factor in factors]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            "jane@example.com, john\n36216766",
            [{"email": "jane@example.com"}, {"username": "john"}, {"username": "36216766"}],
        ),
        ("- 0012345\n- username: 0o17\n", [{"username": "0012345"}, {"username": "0o17"}]),
        (
            "- email: yes\n- 1_000\n- 2026-01-01\n",
            [{"email": "yes"}, {"username": "1_000"}, {"username": "2026-01-01"}],
        ),
        ('[{"user_id": 7, "otp": "042137"}]', [{"user_id": "7", "otp": "042137"}]),
        ('[{"username": 12345, "email": "a@example.com"}]', [{"username": "12345", "email": "a@example.com"}]),
        ("[0012345, 'null', nullable]", [{"username": "0012345"}, {"username": "null"}, {"username": "nullable"}]),
        ({"email": "jane@example.com"}, [{"email": "jane@example.com"}]),
        # This is not text: YAML read a number, which the module refuses.
        ([12345], [{"username": 12345}]),
    ],
)
def test_people_can_be_text_and_digits_in_it_are_usernames(text: Any, people: list[dict[str, Any]]) -> None:
    items = work(host("localhost", users=text, factors=[SMS]))
    assert [item["options"] for item in items] == [{**person, **SMS} for person in people]


def test_people_listed_by_id_only_get_their_addresses() -> None:
    given: dict[str, dict[str, Any]] = {
        "a": {"user_id": 7},
        "b": {"user_id": 8},
        "c": {"user_id": 9},
        "d": {"user_id": 6, "email": "d@x.example"},
    }
    items = work(*(host(name, factors=[SMS], **its) for name, its in given.items()))
    assert find_unnamed_ids(items) == [7, 8, 9]
    addresses = read_addresses(
        [{"user_id": 7, "email": "a@x.example"}, {"user_id": 8, "username": "b"}, {"user_id": 9}]
    )
    assert [item["user"] for item in name_people(items, addresses)] == ["a@x.example", "b", "9", "d@x.example"]
