# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which steps of a role the tags of a run select.

The tasks that several steps need are tagged ``always``, and are skipped by what is found here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

PLAN = "mfa_plan"
WORK = frozenset({"mfa_register", "mfa_wait", "mfa_challenge", "mfa_remove", "mfa_remind", "mfa_reset", "mfa_report"})
_ALL = frozenset({"all", "tagged"})


@dataclass(frozen=True)
class Steps:
    """The steps that a run selects.

    :param plan: whether any step is selected.
    :param work: whether any step beyond the plan is.
    :param write: whether the step that changes OneLogin is; otherwise the others only read what is there.
    """

    plan: bool
    work: bool
    write: bool


def select_steps(run_tags: Collection[str], skip_tags: Collection[str], write_tag: str | None) -> Steps:
    """Return the steps that the tags of a run select.

    :param write_tag: the tag of the step that changes OneLogin; None for a role without one.
    """
    wanted = set() if "all" in skip_tags else set(run_tags) - set(skip_tags)
    work = bool(wanted & (_ALL | WORK))
    write = write_tag is None or bool(wanted & (_ALL | {write_tag}) and write_tag not in skip_tags)
    return Steps(work or PLAN in wanted, work, write)
