# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The coverage of an audit: how many people have a device, and whether that is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.results import build_error
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Coverage, Row, Share


def apply_threshold(rows: Sequence[Row], least: float | None, host: str) -> list[Row]:
    """Fail the people without a device where fewer people have one than must.

    :param rows: those of :func:`.rows.build_audit_rows`.
    :param least: the percentage of people who must have a device; None for no threshold.
    :param host: the host that fails if there are no people.
    """
    if least is None:
        return list(rows)
    figures = measure_coverage(rows)
    if not figures["people"]:
        return list(rows) or [_no_one(host)]
    if figures["covered"] * 100 >= least * figures["people"]:
        return list(rows)
    return [_too_few(row, figures, least) if row["status"] == "none" else row for row in rows]


def measure_coverage(rows: Iterable[Row]) -> Coverage:
    """Return how many people have a device: in all, by factor, by group and by the user's own status.

    :param rows: those of :func:`.rows.build_audit_rows`. People who could not be read count as ``unknown`` only.
    """
    people = group_by_person(rows)
    known = [its for its in people if its[0]["status"] in ("enrolled", "none")]
    covered = [its for its in known if _has_device(its)]
    return {
        "people": len(known),
        "covered": len(covered),
        "unknown": len(people) - len(known),
        "percentage": round_down(len(covered), len(known)),
        "without": [str(its[0]["user"]) for its in known if not _has_device(its)],
        "by_factor": _people_by_factor(covered),
        "by_group": _shares((group, its) for its in known for group in its[0]["groups"]),
        "by_status": _shares((its[0]["user_status"], its) for its in known if its[0]["user_status"]),
    }


def round_down(part: int, whole: int) -> float | None:
    """Return the percentage in tenths, rounded down, so that only everyone is 100 %; None without people."""
    return part * 1000 // whole / 10 if whole else None


def group_by_person(rows: Iterable[Row]) -> list[list[Row]]:
    """Group the rows by person, who may be identified in several ways."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        if row["user"] is not None:
            found.setdefault(row["user_id"] or str(row["user"]).casefold(), []).append(row)
    return list(found.values())


def _people_by_factor(covered: Iterable[Sequence[Row]]) -> dict[str, int]:
    factors = Counter(str(factor) for its in covered for factor in {row["factor"] for row in its})
    return {factor: factors[factor] for factor in sorted(factors, key=str.casefold)}


def describe_coverage(figures: Coverage, names: int = 20) -> list[str]:
    """Return lines with the coverage, for people to read.

    :param figures: the result of :func:`measure_coverage`.
    :param names: how many of those without a device to name.
    """
    if not figures["people"]:
        lines = ["No one was audited."]
    else:
        share = f"{figures['covered']} of {figures['people']} people ({figures['percentage']:g} %)"
        lines = [f"{share} have a device."]
    if figures["unknown"]:
        lines.append(f"{figures['unknown']} could not be read.")
    lines += [f"factor {factor}: {count}" for factor, count in figures["by_factor"].items()]
    for word, shares in (("group", figures["by_group"]), ("status", figures["by_status"])):
        lines += [f"{word} {name}: {its['covered']} of {its['people']}" for name, its in shares.items()]
    without = figures["without"]
    if without:
        more = f" and {len(without) - names} more" if len(without) > names else ""
        lines.append(f"Without a device: {', '.join(without[:names])}{more}.")
    return lines


def _has_device(its: Sequence[Row]) -> bool:
    return bool(its[0]["status"] == "enrolled")


def _shares(named: Iterable[tuple[Any, Sequence[Row]]]) -> dict[str, Share]:
    """Return how many people of each name there are, and how many of them have a device."""
    found: dict[str, Share] = {}
    for name, its in named:
        share = found.setdefault(name, {"people": 0, "covered": 0})
        share["people"] += 1
        share["covered"] += _has_device(its)
    return {name: found[name] for name in sorted(found, key=str.casefold)}


def _too_few(row: Row, figures: Coverage, least: float) -> Row:
    share = f"{figures['covered']} of {figures['people']} people ({figures['percentage']:g} %)"
    message = f"No device is enrolled, and only {share} have one, which is less than {least:g} %."
    hint = "Enrol a factor, for example with the role mfa_onboarding."
    return {
        **row,
        "failed": True,
        "msg": f"{row['user']}: {message} {hint}",
        "error": build_error("none", message, hint),
    }


def _no_one(host: str) -> Row:
    message, hint = "There is no one who could have a device.", "Correct the filters, or the list of people."
    return {
        "host": host,
        "groups": [],
        "user": None,
        "name": None,
        "user_id": None,
        "user_status": None,
        "factor": None,
        "status": "none",
        "changed": False,
        "failed": True,
        "msg": f"{message} {hint}",
        "awaits": None,
        "confirmed": False,
        "accepted_at": None,
        "elapsed": None,
        "device": {},
        "error": build_error("none", message, hint),
    }
