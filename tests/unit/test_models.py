# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nouns of OneLogin's API; what modules return of them is in the exchanges and stories."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Policy, Registration, Verification


@pytest.mark.parametrize("kind", [Registration, Verification])
def test_the_text_of_a_confirmation_has_no_secret(kind: type[Any]) -> None:
    its = kind(
        id="r1", user_id=7, status="pending", factor_data={"totp_url": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}
    )
    assert "r1" in repr(its)
    assert "JBSWY3DPEHPK3PXP" not in repr(its)


@pytest.mark.parametrize(
    ("record", "ids"),
    [
        ({"authentication_factor_ids": [58958, "58959", None, "x"]}, [58958, 58959]),
        ({"authentication_factor_ids": []}, []),
        ({"authentication_factor_ids": None}, None),
        ({"authentication_factor_ids": "58958"}, None),
        ({}, None),
    ],
)
def test_the_factors_of_a_policy(record: dict[str, Any], ids: list[int] | None) -> None:
    assert Policy(1, "Staff", "user", record).factor_ids == ids
