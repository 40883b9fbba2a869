# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone numbers, groups by name, and attributes that a user already has."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.phone import check_phone, guess_phone
from ansible_collections.community.onelogin.plugins.module_utils._engine.groups import SharedList, find_group
from ansible_collections.community.onelogin.plugins.module_utils._operations import user_attributes

from tests.unit.harness import Call, Reply, Script, broken, reply, run

pytestmark = pytest.mark.usefixtures("clock")
GROUPS = [
    Group(number, name, None)
    for number, name in [(1, "Sales"), (2, "sales"), (3, "Engineering"), (None, "Engineering")]
]
RECORD = {"id": 7, "email": "Jane@example.com", "phone": "+64272001122", "group_id": "8", "external_id": 12}


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        ("+64 27 200-1122", "+64272001122"),
        ("+64 (0)27 200 1122", "+64272001122"),
        ("(+49) 30/1234567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("011 44 20 7946 0958", "+442079460958"),
        ("64272001122", "+64272001122"),
        ("tel:+1.202.555.0101", "+12025550101"),
        ("\uff0b64272001122", "+64272001122"),
        ("+64\u201127\u2011200\u20111122", "+64272001122"),
        ("027 200 1122", None),
        ("+027 200 1122", None),
        ("+123456", None),
        ("+1234567890123456", None),
        ("none", None),
        ("+64 27 2O0 1122", None),
    ],
)
def test_an_invalid_phone_number_gets_a_suggestion(number: str, meant: str | None) -> None:
    assert guess_phone(number) == meant
    with pytest.raises(OneLoginError) as caught:
        check_phone("phone", number)
    suggestion = f" Did you mean {meant}?" if meant else ""
    assert caught.value.message == f"phone is {number}; it is not in the form E.164.{suggestion}"
    assert (caught.value.code, caught.value.hint) == (
        "invalid",
        f'Write it as text: "{meant}".'
        if meant
        else "Write it as text, with a plus sign and the country code, such as +64272001122.",
    )


@pytest.mark.parametrize("number", ["+1234567", "+123456789012345"])
def test_a_phone_number_of_seven_to_fifteen_digits_is_not_changed(number: str) -> None:
    assert check_phone("phone", number) == number


@pytest.mark.parametrize(
    ("name", "found"),
    [("Sales", 1), ("sales", 2), ("engineering", 3)],
)
def test_a_group_is_found_by_its_name(name: str, found: int) -> None:
    assert find_group(GROUPS, name).id == found


@pytest.mark.parametrize(("name", "code"), [("SALES", "ambiguous"), ("Sal", "invalid")])
def test_an_ambiguous_or_unknown_group_is_refused(name: str, code: str) -> None:
    with pytest.raises(OneLoginError) as caught:
        find_group(GROUPS, name)
    assert caught.value.code == code


def test_a_list_that_cannot_be_read_is_requested_once() -> None:
    asked = []

    def read() -> list[int]:
        asked.append(1)
        raise OneLoginError("unavailable", "It is down.")

    shared = SharedList(read)
    for _turn in range(2):
        with pytest.raises(OneLoginError, match="down"):
            shared.read()
    assert asked == [1]


@pytest.mark.parametrize(
    ("attributes", "sent"),
    [
        ({"email": "jane@EXAMPLE.com"}, None),
        ({"group_id": 8}, None),
        ({"external_id": "12"}, None),
        ({"phone": "+64272001123", "email": "jane@example.com"}, {"phone": "+64272001123"}),
        ({"title": " Captain "}, {"title": "Captain"}),
        ({"custom_attributes": {"a": True, "b": None, "c": ""}}, {"custom_attributes": {"a": "true"}}),
        ({}, None),
    ],
)
def test_only_attributes_that_differ_are_sent(
    script: Script, attributes: dict[str, Any], sent: dict[str, Any] | None
) -> None:
    script.server = lambda _call: reply(200, RECORD)
    result = run(user_attributes.CHANGE, {"user_id": 7, "attributes": attributes})
    assert result["changed"] is (sent is not None)
    assert [call.body for call in script.calls if call.method == "PUT"] == ([sent] if sent else [])


def test_a_user_missing_from_the_list_is_unknown_and_fails_alone(script: Script) -> None:
    def server(call: Call) -> Reply:
        empty = dict.fromkeys(("email", "username", "phone", "group_id", "title", "department", "company"))
        empty |= {"external_id": None, "custom_attributes": {}}
        rows = [{"id": number, **empty} for number in (7, None, 8)]
        return reply(200, rows if call.method == "GET" else {})

    script.server = server
    items = [{"user_id": number, "attributes": {"title": "Captain"}} for number in (7, 8, 9)]
    result = run(user_attributes.CHANGE, {"batch": items})
    assert result["summary"] == {"present": 2, "unknown_user": 1}
    assert script.calls[0].query["user_ids"] == "7,8,9"
    assert sorted(script.sent) == ["GET /api/2/users", "PUT /api/2/users/7", "PUT /api/2/users/8"]


def test_a_field_missing_from_the_list_does_not_count_as_empty(script: Script) -> None:
    def server(call: Call) -> Reply:
        if call.path == "/api/2/users":
            return reply(200, [{"id": 7}, {"id": 8}])
        return reply(200, {"id": int(call.path[-1]), "title": "Sailor"})

    script.server = server
    items = [{"user_id": number, "attributes": {"title": "Captain"}} for number in (7, 8)]
    result = run(user_attributes.CHANGE, {"batch": items, "overwrite": False})
    assert result["summary"] == {"present": 2}
    assert sorted(script.sent) == ["GET /api/2/users", "GET /api/2/users/7", "GET /api/2/users/8"]


@pytest.mark.parametrize("body", [{}, {"id": 8}, [], None, "text"])
def test_a_response_that_is_not_the_user_is_a_bad_response(script: Script, body: Any) -> None:
    script.server = lambda _call: reply(200, body)
    result = run(user_attributes.CHANGE, {"user_id": 7, "attributes": {"title": "Captain"}, "overwrite": False})
    assert result["error"]["code"] == "bad_response"
    assert script.sent == ["GET /api/2/users/7"]


def test_a_list_of_users_that_fails_is_requested_once(script: Script) -> None:
    script.server = lambda _call: reply(400, {"message": "no"})
    items = [{"user_id": number, "attributes": {"title": "Captain"}} for number in range(1, 51)]
    result = run(user_attributes.CHANGE, {"batch": items})
    assert result["summary"] == {"invalid": 50}
    assert script.sent == ["GET /api/2/users"]


def test_line_breaks_of_other_custom_attributes_are_kept(script: Script) -> None:
    """The value in the diff has no line breaks, but the sent value keeps them."""
    record: dict[str, Any] = {"id": 7, "custom_attributes": {"address": "1 Beach\nAuckland", "__ansible_x": "y"}}
    script.server = lambda _call: reply(200, record)
    attributes = {"custom_attributes": {"address": "1 Beach\nAuckland", "food": "fish"}}
    result = run(user_attributes.CHANGE, {"user_id": 7, "attributes": attributes})
    assert script.calls[-1].body == {"custom_attributes": {**record["custom_attributes"], "food": "fish"}}
    assert result["user"]["custom_attributes"] == {"address": "1 Beach Auckland", "food": "fish"}
    assert result["previous"] == {"custom_attributes": {"address": "1 Beach Auckland"}}


@pytest.mark.parametrize(("title", "code"), [("Captain", None), ("Sailor", "unconfirmed")])
def test_a_change_without_a_response_is_looked_up(script: Script, title: str, code: str | None) -> None:
    """``title`` is that of the record after the request."""
    reads = [{**RECORD, "title": "Sailor"}, {**RECORD, "title": title}]

    def server(call: Call) -> Reply:
        return reply(200, reads.pop(0)) if call.method == "GET" else broken(sent=True, lasting=True)

    script.server = server
    result = run(user_attributes.CHANGE, {"user_id": 7, "attributes": {"title": "Captain"}})
    assert (result.get("error") or {}).get("code") == code
    assert result["failed"] is bool(code)


def test_a_hundred_users_are_read_with_one_call(script: Script) -> None:
    """A call without ids would list the whole account."""
    items = [{"user_id": number, "attributes": {"title": "Captain"}} for number in range(1, 101)]
    record = dict.fromkeys(("email", "username", "phone", "group_id", "department", "company", "external_id"))
    record |= {"title": "Captain", "custom_attributes": {}}
    script.server = lambda _call: reply(200, [{"id": number, **record} for number in range(1, 101)])
    result = run(user_attributes.CHANGE, {"batch": items})
    assert (result["summary"], len(script.calls)) == ({"present": 100}, 1)
