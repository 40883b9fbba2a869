# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option codes: each code goes to its item, and never to another person."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.codes import give_codes
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import build_work

from tests.unit.role_data import PROTECT, SMS, host

CODE = "042137"


def work() -> list[WorkItem]:
    """The items of Jane, who has one factor, and of John, who has two."""
    hosts = [
        host("jane", email="Jane@example.com", username="jdoe", factors=[SMS]),
        host("john", username="john", factors=[SMS, PROTECT]),
    ]
    return build_work(hosts, "mfa_onboarding", targets=True)


def given_codes(codes: Any) -> tuple[list[Any], list[str]]:
    """Assign the codes; return the codes of the items, and the unknown names."""
    items = work()
    strangers = give_codes(items, codes, "mfa_onboarding_codes", {"ann"})
    return [item["options"].get("otp") for item in items], strangers


@pytest.mark.parametrize("name", ["jane", "JANE", "jane@example.com", "jdoe"])
@pytest.mark.parametrize("text", [True, False])
def test_a_code_is_found_by_any_name_of_the_person(name: str, text: bool) -> None:
    assert given_codes(f"{{{name}: '{CODE}'}}" if text else {name: CODE}) == ([CODE, None, None], [])


@pytest.mark.parametrize(
    "text", ["jane: {0}, jhon: 1", "{{jane: {0}, jhon: 1}}", "jane: {0}\njhon: 1\n", " jane: {0},jhon: 1"]
)
def test_codes_can_be_text(text: str) -> None:
    assert given_codes(text.format(CODE)) == ([CODE, None, None], ["jhon"])


def test_a_code_for_a_person_with_several_factors_needs_a_factor() -> None:
    assert given_codes({"john": {"onelogin PROTECT": CODE, "OneLogin SMS": ""}}) == ([None, None, CODE], [])
    items = work()
    give_codes(items, {"john": CODE}, "mfa_onboarding_codes", ())
    several = "The code in mfa_onboarding_codes can be for several factors. Write it as {OneLogin SMS: code}."
    other = "The code in mfa_onboarding_codes can be for several factors. Write it as {OneLogin Protect: code}."
    assert [item["problem"] for item in items] == [None, several, other]
    assert CODE not in str(items)
    items[1]["problem"] = "Another problem."
    give_codes(items, {"john": CODE}, "mfa_onboarding_codes", ())
    assert [item["problem"] for item in items] == [None, "Another problem.", other]


def test_unknown_names_are_reported_but_not_those_of_another_run() -> None:
    assert given_codes({"jhon": CODE, "ann": CODE, "bob": "", "eve": None}) == ([None, None, None], ["jhon"])


def test_an_item_keeps_its_own_code() -> None:
    items = build_work(
        [host("jane", username="jane", factors=[{**SMS, "otp": "111111"}])], "mfa_onboarding", targets=True
    )
    give_codes(items, {"jane": CODE}, "mfa_onboarding_codes", ())
    assert items[0]["options"]["otp"] == "111111"


@pytest.mark.parametrize("codes", [[CODE], CODE, "[", 42137])
def test_codes_that_are_not_a_dictionary_are_refused_and_not_shown(codes: Any) -> None:
    with pytest.raises(AnsibleActionFail) as caught:
        give_codes(work(), codes, "mfa_onboarding_codes", ())
    message = "mfa_onboarding_codes must be a dictionary of names and codes. Nothing was done."
    assert caught.value.message == message


def test_a_code_for_the_only_person_needs_no_name() -> None:
    (jane, *_others) = work()
    assert give_codes([jane], f" {CODE} ", "mfa_reset_codes", ()) == []
    assert jane["options"]["otp"] == CODE
    with pytest.raises(AnsibleActionFail):
        give_codes(work(), CODE, "mfa_reset_codes", ())
