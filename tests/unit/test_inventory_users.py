# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables that an inventory makes of a user, for responses that the simulator does not return."""

from __future__ import annotations

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._inventory.users import build_variables

USER = {"id": 7, "email": "jane@example.com", "password": "hush", "salt": "pepper", "custom_attributes": {"a": None}}


@pytest.mark.parametrize("fields", [[], ["password", "salt"]])
def test_secrets_are_never_variables(fields: list[str]) -> None:
    variables = build_variables(USER, fields, None)
    assert "hush" not in str(variables)
    assert "pepper" not in str(variables)
    assert variables["onelogin_username"] is None


def test_a_factor_without_a_name_gets_the_name_of_its_type() -> None:
    devices = [{"type_display_name": name, "auth_factor_name": "SMS"} for name in ("", "Text", "Text")]
    assert build_variables(USER, [], devices)["onelogin_mfa_factors"] == ["SMS", "Text"]
