# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which steps of a role the tags of a run ask for.

Ansible skips a task that bears the tags of several steps with any of them. So the tasks that several steps need are
tagged ``always``, and look here.
"""

from __future__ import annotations

from collections.abc import Collection

PLAN = "mfa_plan"
WORK = frozenset({"mfa_register", "mfa_wait", "mfa_challenge", "mfa_remove", "mfa_report"})
_ALL = frozenset({"all", "tagged"})


def asked(run_tags: Collection[str], skip_tags: Collection[str]) -> dict[str, bool]:
    """``asked``: whether any step beyond the plan is wanted; ``plans``: whether any is at all."""
    wanted = set() if "all" in skip_tags else set(run_tags) - set(skip_tags)
    works = bool(wanted & (_ALL | WORK))
    return {"asked": works, "plans": works or PLAN in wanted}
