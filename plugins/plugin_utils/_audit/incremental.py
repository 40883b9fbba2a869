# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The incremental audit: its settings, and its report about people that OneLogin was not asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._operations.audit import IN_TURN, MOST_DAYS, NAMED, NEW
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.closing import wrap
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.local_time import format_local_time
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import Settings
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Incremental, Result, Row

_REASONS = {NAMED: "after a change", NEW: "new", IN_TURN: "in turn"}


def prepare_incremental(settings: Settings) -> None:
    """Check the settings of an incremental audit; a full one works without a journal.

    :raises AnsibleActionFail: there is no journal, or a rotation is not from 1 to 365 days.
    """
    if not settings["incremental"]:
        settings["journal"] = None
    elif settings["journal"] == "none":
        raise AnsibleActionFail(
            "mfa_audit_journal is none, but an incremental audit needs the journal, which has the devices last seen."
            " Set a file or a database, or leave mfa_audit_incremental out. Nothing was done."
        )
    if not 1 <= settings["full_days"] <= MOST_DAYS:
        raise AnsibleActionFail(
            f"mfa_audit_full_days is {settings['full_days']}; it must be from 1 to {MOST_DAYS}. Nothing was done."
        )


def find_incremental(looked: Result, rows: Sequence[Row]) -> Incremental | None:
    """Return how many people were asked about, and how old the oldest answer is; None for a full audit.

    :param looked: the result of ``role_audit``, or of ``mfa_device_info`` in a full audit.
    :param rows: those of the audit.
    """
    counts = looked.get("incremental")
    if not counts:
        return None
    answers = [str(row["asked_at"]) for row in rows if row.get("asked_at") and row["status"] in ("enrolled", "none")]
    return {
        "people": len(looked["results"]),
        "asked": counts["asked"],
        "named": counts[NAMED],
        "new": counts[NEW],
        "in_turn": counts[IN_TURN],
        "since": counts["since"],
        "full_days": counts["full_days"],
        "oldest": min(answers, default=None),
    }


def describe_incremental(its: Incremental) -> list[str]:
    """Return lines with the age of the oldest answer, and its meaning."""
    counts = {NAMED: its["named"], NEW: its["new"], IN_TURN: its["in_turn"]}
    reasons = ", ".join(f"{count} {_REASONS[reason]}" for reason, count in counts.items() if count)
    asked = (
        f"Incremental: OneLogin was asked about {its['asked']} of {its['people']} people{reasons and ': '}{reasons}."
    )
    if not its["oldest"]:
        return wrap(asked, "  ")
    oldest = f"The oldest answer is from {format_local_time(its['oldest'], dated=True)} ({_age(its['oldest'])})."
    within = f"{its['full_days']} days" if its["full_days"] > 1 else "a day"
    late = f" A change without an event shows within {within}." if its["asked"] < its["people"] else ""
    return wrap(f"{asked} {oldest}{late}", "  ")


def _age(moment: str) -> str:
    written = parse_timestamp(moment)
    seconds = (datetime.now(timezone.utc) - written).total_seconds() if written else 0.0
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit} old"
    return "just now" if seconds < 60 else "1 minute old"
