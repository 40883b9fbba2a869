# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of audits: people who lost or gained MFA since the last audit, and the coverage of the audits before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._audit.coverage import group_by_person, round_down
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.files import (
    FORMAT,
    VERSION,
    build_file_name,
    read_audits,
    same_account,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.scope import describe_scope
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import clean_name
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import (
    Account,
    Audit,
    AuditedPerson,
    Change,
    History,
    Result,
    Row,
    TrendPoint,
)

SHOWN = 12
"""Audits of the trend, this one among them. Older ones are not read."""


def find_account(steps: Sequence[Result]) -> Account | None:
    """Return the account that the tasks have called; None if they called none."""
    for step in steps:
        api = step.get("api") or {}
        if api.get("host"):
            return {"host": api["host"], "name": api["account"]}
    return None


def build_audit(rows: Sequence[Row], plan: Mapping[str, Any], account: Account) -> Audit:
    """Return the audit as a file keeps it.

    :param rows: those of :func:`.rows.build_audit_rows`.
    :param plan: the plan of the role.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "account": account,
        "scope": plan["history"]["scope"],
        "started": plan["started"],
        "finished": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "lost": None,
        "gained": None,
        "people": [_person(its) for its in group_by_person(rows)],
    }


def add_history(audit: Audit, folder: str, *, check_mode: bool) -> tuple[Audit, History]:
    """Compare an audit with the earlier ones in a folder.

    :returns: the audit with the numbers of people who lost and gained MFA, and the history.
    """
    earlier, unreadable = read_audits(
        folder, audit["scope"], SHOWN - 1, lambda other: same_account(other["account"], audit["account"])
    )
    history = compare(audit, earlier)
    audit = {**audit, "lost": history["trend"][-1]["lost"], "gained": history["trend"][-1]["gained"]}
    kept = not check_mode and _is_worth_keeping(audit)
    file = f"{folder}/{build_file_name(audit)}" if kept else None
    return audit, {**history, "folder": folder, "file": file, "unreadable": unreadable}


def _is_worth_keeping(audit: Audit) -> bool:
    """Return whether someone could be read. If no one matches, that is worth keeping too: those before are gone."""
    people = audit["people"]
    return not people or any(person["factors"] is not None for person in people)


def compare(audit: Audit, earlier: Sequence[Audit]) -> History:
    """Return what changed since the last audit.

    People are matched by their ids. Each is compared with the last audit that could read them, so a loss is not missed
    after an audit in which OneLogin did not answer.

    :param earlier: earlier audits of the same account and scope, the latest first.
    """
    known = _last_known(earlier)
    read, unread = _split(audit["people"])
    both = [_change(person, known[person["user_id"]]) for person in read if person["user_id"] in known]
    lost, gained, changed = ([its for its in both if fits(its)] for fits in (_is_loss, _is_gain, _is_other))
    this: Audit = {**audit, "lost": len(lost), "gained": len(gained)} if earlier else audit
    return {
        "scope": describe_scope(audit["scope"]),
        "since": earlier[0]["finished"] if earlier else None,
        "lost": lost,
        "gained": gained,
        "changed": changed,
        "new": [_change(person, None) for person in _find_new(read, earlier)],
        "gone": [
            {**_change(person, known.get(person["user_id"])), "now": None} for person in _find_gone(audit, earlier)
        ],
        "unknown": [_change(person, known.get(person["user_id"])) for person in unread],
        "trend": [_point(its) for its in (*reversed(earlier), this)],
        "folder": "",
        "file": None,
        "unreadable": [],
    }


def _split(people: Iterable[AuditedPerson]) -> tuple[list[AuditedPerson], list[AuditedPerson]]:
    """Return the people who could be read, and those who could not."""
    read: list[AuditedPerson] = []
    unread: list[AuditedPerson] = []
    for person in people:
        (unread if person["factors"] is None else read).append(person)
    return read, unread


def _is_loss(change: Change) -> bool:
    return bool(change["before"]) and not change["now"]


def _is_gain(change: Change) -> bool:
    return bool(change["now"]) and not change["before"]


def _is_other(change: Change) -> bool:
    return bool(change["before"] and change["now"]) and change["before"] != change["now"]


def _find_new(read: Iterable[AuditedPerson], earlier: Sequence[Audit]) -> list[AuditedPerson]:
    listed = {None, *(person["user_id"] for audit in earlier for person in audit["people"])}
    return [person for person in read if earlier and person["user_id"] not in listed]


def _find_gone(audit: Audit, earlier: Sequence[Audit]) -> list[AuditedPerson]:
    """Return the people of the last audit who are no longer there.

    A host that is not in the play, or a name that is not in the list, says nothing about the account.
    """
    if not earlier or audit["scope"]["kind"] != "account":
        return []
    current = {None, *(person["user_id"] for person in audit["people"])}
    return [person for person in earlier[0]["people"] if person["user_id"] not in current]


def _last_known(earlier: Sequence[Audit]) -> dict[int | None, AuditedPerson]:
    """Return each person as the last audit has it that could read the person."""
    known: dict[int | None, AuditedPerson] = {}
    for audit in earlier:
        for person in audit["people"]:
            if person["factors"] is not None and person["user_id"] is not None:
                known.setdefault(person["user_id"], person)
    return known


def _person(its: Sequence[Row]) -> AuditedPerson:
    first = its[0]
    factors = {"enrolled": sorted(clean_name(row["factor"]) for row in its), "none": []}
    return {
        "user_id": first["user_id"],
        "user": clean_name(first["user"]),
        "name": clean_name(first["name"]) or None,
        "groups": _plain_names(first["groups"]),
        "factors": factors.get(first["status"]),
        "asked_at": first.get("asked_at"),
    }


def _plain_names(names: Iterable[Any]) -> list[str]:
    return [name for name in map(clean_name, names) if name]


def _change(now: AuditedPerson, before: AuditedPerson | None) -> Change:
    return {
        "user_id": now["user_id"],
        "user": now["user"],
        "name": now["name"],
        "groups": now["groups"],
        "before": before["factors"] if before else None,
        "now": now["factors"],
        "since": before["asked_at"] if before else None,
    }


def _point(audit: Audit) -> TrendPoint:
    factors = [person["factors"] for person in audit["people"]]
    people, covered = sum(its is not None for its in factors), sum(bool(its) for its in factors)
    return {
        "at": audit["finished"],
        "people": people,
        "covered": covered,
        "unknown": len(factors) - people,
        "percentage": round_down(covered, people),
        "lost": audit["lost"],
        "gained": audit["gained"],
    }
