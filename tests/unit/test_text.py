# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from outside: it is cleaned of control characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import get_devices, get_factors
from ansible_collections.community.onelogin.plugins.module_utils._api.users import list_users
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean, clean_all

from tests.unit.harness import Script, reply


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Jane Doe", "Jane Doe"),
        ("a\r\nb\tc\x0bd\x85e\u2028f", "a b c d e f"),
        ("\x1b[31mred\x07\x9b\x7f\x00", "[31mred"),
        ("\u202eexe\u2066\u200f\ufeff\ud800\U000e0041", "exe"),
        ("\u06cc\u200c\u0647 \U0001f468\u200d\U0001f469", "\u06cc\u200c\u0647 \U0001f468\u200d\U0001f469"),
        ("x" * 500, "x" * 500),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_control_characters_are_removed_and_long_texts_cut(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_nested_texts_are_cleaned() -> None:
    value = {"a\x1b": ["b\x1b", 1, None], "__ansible_unsafe": "x", "d": {"__ansible_vault": "y", "e": "z" * 600}}
    assert clean_all(value) == {"a": ["b", 1, None], "d": {"e": "z" * 600}}
    assert clean_all(value, 3) == {"a": ["b", 1, None], "d": {"e": "zz…"}}


def test_the_texts_of_a_user_are_cleaned(client: Callable[..., Client], script: Script) -> None:
    record = {
        "id": 7,
        "firstname": "J\x1b" + "x" * 600,
        "comment": "y" * 600,
        "custom_attributes": {"__ansible_vault": "x", "team\n": "z\u202e"},
    }
    script.server = [reply(200, [record])]
    (user,) = list_users(client(), {})
    assert user.record == {
        "id": 7,
        "firstname": "J" + "x" * 498 + "…",
        "comment": "y" * 600,
        "custom_attributes": {"team ": "z"},
    }


def test_names_of_factors_and_devices_are_cleaned(client: Callable[..., Client], script: Script) -> None:
    name, shown = "SMS\x1b]0;title\x07" + "x" * 600, ("SMS]0;title" + "x" * 600)[:499] + "…"
    script.server = [
        reply(200, [{"factor_id": 1, "name": name, "auth_factor_name": name}]),
        reply(200, [{"device_id": "9", "user_display_name": name, "type_display_name": name, "auth_factor_name": 5}]),
    ]
    (factor,) = get_factors(client(), 7)
    (device,) = get_devices(client(), 7)
    assert (factor.name, factor.auth_name) == (shown, shown)
    assert (device.display_name, device.type_name, device.auth_name) == (shown, shown, "5")


@pytest.mark.parametrize("value", ["1\x1b", "1" * 501, "1\u202e", "1\n", "\ud800"])
def test_an_id_with_control_characters_is_refused(client: Callable[..., Client], script: Script, value: Any) -> None:
    script.server = [reply(200, [{"device_id": value}])]
    with pytest.raises(OneLoginError, match="device_id in OneLogin's response is too long, or is not printable text"):
        get_devices(client(), 7)
