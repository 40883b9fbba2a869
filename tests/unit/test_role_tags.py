# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that the tags of a run select."""

from __future__ import annotations

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.tags import Steps, select_steps


@pytest.mark.parametrize(
    ("run", "skip", "plan", "work", "write"),
    [
        (["all"], [], True, True, True),
        (["tagged"], [], True, True, True),
        (["all"], ["mfa_wait"], True, True, True),
        (["all"], ["mfa_register"], True, True, False),
        (["mfa_register"], [], True, True, True),
        (["mfa_wait"], [], True, True, False),
        (["mfa_wait", "other"], ["mfa_wait"], False, False, False),
        (["mfa_plan"], [], True, False, False),
        (["mfa_plan"], ["mfa_plan"], False, False, False),
        (["all"], ["all"], False, False, False),
        (["mfa_register"], ["all"], False, False, False),
        (["untagged"], [], False, False, False),
        (["other"], [], False, False, False),
        (["mfa_challenge"], [], True, True, False),
        (["mfa_remove"], [], True, True, False),
        (["mfa_remind"], [], True, True, False),
        (["mfa_reset"], [], True, True, False),
        (["mfa_report"], [], True, True, False),
    ],
)
def test_the_tags_of_a_run_select_steps(run: list[str], skip: list[str], plan: bool, work: bool, write: bool) -> None:
    assert select_steps(run, skip, "mfa_register") == Steps(plan, work, write)
    assert select_steps(run, skip, None) == Steps(plan, work, write=True)
