# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps the tags of a run ask for."""

from __future__ import annotations

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.tags import asked


@pytest.mark.parametrize(
    ("run", "skip", "works", "plans"),
    [
        (["all"], [], True, True),
        (["tagged"], [], True, True),
        (["all"], ["mfa_wait"], True, True),
        (["mfa_wait"], [], True, True),
        (["mfa_wait", "other"], ["mfa_wait"], False, False),
        (["mfa_plan"], [], False, True),
        (["mfa_plan"], ["mfa_plan"], False, False),
        (["all"], ["all"], False, False),
        (["untagged"], [], False, False),
        (["other"], [], False, False),
    ],
)
def test_what_the_tags_ask_for(run: list[str], skip: list[str], works: bool, plans: bool) -> None:
    assert asked(run, skip) == {"asked": works, "plans": plans}
