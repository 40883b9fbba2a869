# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory tells of a user, where no simulator answers so."""

from __future__ import annotations

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.users_inventory import variables_of

USER = {"id": 7, "email": "jane@example.com", "password": "hush", "salt": "pepper", "custom_attributes": {"a": None}}


@pytest.mark.parametrize("fields", [[], ["password", "salt"]])
def test_secrets_are_never_told(fields: list[str]) -> None:
    told = variables_of(USER, fields, None)
    assert "hush" not in str(told)
    assert "pepper" not in str(told)
    assert told["onelogin_username"] is None


def test_a_factor_without_a_name_goes_by_onelogins_own() -> None:
    devices = [{"type_display_name": name, "auth_factor_name": "SMS"} for name in ("", "Text", "Text")]
    assert variables_of(USER, [], devices)["onelogin_mfa_factors"] == ["SMS", "Text"]
