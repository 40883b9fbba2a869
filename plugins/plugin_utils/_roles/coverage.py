# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many of those who were audited have a device, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.verdicts import Row


def judged(rows: Sequence[Row], fail_below: Any, host: str) -> list[Row]:
    """The rows, in which those without a device have failed where fewer people have one than there must.

    :param rows: what :func:`._audit.audited` returned.
    :param fail_below: the percentage of people who must have a device; nothing, or empty text, if that does not matter.
    :param host: the host that fails where there is nobody to ask for.
    :raises AnsibleFilterError: ``fail_below`` is no percentage.
    """
    least = _percentage(fail_below)
    if least is None:
        return list(rows)
    figures = coverage(rows)
    if not figures["people"]:
        return list(rows) or [_nobody(host)]
    if figures["covered"] * 100 >= least * figures["people"]:
        return list(rows)
    return [_too_few(row, figures, least) if row["status"] == "none" else row for row in rows]


def coverage(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many people have a device: in all, by factor, by group and by the user's own status.

    :param rows: what :func:`audited` returned. Who could not be looked at is counted as ``unknown`` and nowhere else.
    """
    seen: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["user"] is not None:
            seen.setdefault(row["user_id"] or str(row["user"]).casefold(), []).append(row)
    known = [its for its in seen.values() if its[0]["status"] in ("enrolled", "none")]
    covered = [its for its in known if _has_device(its)]
    factors = [factor for its in covered for factor in {row["factor"] for row in its}]
    return {
        "people": len(known),
        "covered": len(covered),
        "unknown": len(seen) - len(known),
        # Rounded down: only everybody is 100 %.
        "percentage": len(covered) * 1000 // len(known) / 10 if known else None,
        "without": [str(its[0]["user"]) for its in known if not _has_device(its)],
        "by_factor": {factor: factors.count(factor) for factor in sorted(set(factors), key=str.casefold)},
        "by_group": _shares((group, its) for its in known for group in its[0]["groups"]),
        "by_status": _shares((its[0]["user_status"], its) for its in known if its[0]["user_status"]),
    }


def told(figures: Mapping[str, Any], names: int = 20) -> list[str]:
    """Lines that tell a person of the coverage.

    :param figures: what :func:`coverage` returned.
    :param names: how many of those without a device to name.
    """
    if not figures["people"]:
        lines = ["Nobody was looked at."]
    else:
        share = f"{figures['covered']} of {figures['people']} people ({figures['percentage']:g} %)"
        lines = [f"{share} have a device."]
    if figures["unknown"]:
        lines.append(f"{figures['unknown']} could not be looked at.")
    lines += [f"factor {factor}: {count}" for factor, count in figures["by_factor"].items()]
    for word in ("group", "status"):
        lines += [f"{word} {name}: {its['covered']} of {its['people']}" for name, its in figures[f"by_{word}"].items()]
    without = figures["without"]
    if without:
        more = f" and {len(without) - names} more" if len(without) > names else ""
        lines.append(f"Without a device: {', '.join(without[:names])}{more}.")
    return lines


def _has_device(its: Sequence[Mapping[str, Any]]) -> bool:
    return bool(its[0]["status"] == "enrolled")


def _shares(named: Iterable[tuple[str, Sequence[Mapping[str, Any]]]]) -> dict[str, dict[str, int]]:
    """How many people of each name there are, and how many of them have a device."""
    found: dict[str, dict[str, int]] = {}
    for name, its in named:
        share = found.setdefault(name, {"people": 0, "covered": 0})
        share["people"] += 1
        share["covered"] += _has_device(its)
    return {name: found[name] for name in sorted(found, key=str.casefold)}


def _percentage(given: Any) -> float | None:
    text = str("" if given is None else given).strip().rstrip("%").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise AnsibleFilterError(f"mfa_audit_fail_below is {given}; it must be a percentage from 0 to 100.")
    return value


def _too_few(row: Row, figures: Mapping[str, Any], least: float) -> Row:
    share = f"{figures['covered']} of {figures['people']} people ({figures['percentage']:g} %)"
    message = f"No device is enrolled, and only {share} have one, which is less than {least:g} %."
    hint = "Enrol a factor, for example with the role mfa_onboarding."
    return {**row, "failed": True, "msg": f"{row['user']}: {message} {hint}", "error": _error(message, hint)}


def _nobody(host: str) -> Row:
    message, hint = "There is nobody who could have a device.", "Correct the filters, or the list of people."
    return {
        "host": host,
        "groups": [],
        "user": None,
        "user_id": None,
        "user_status": None,
        "factor": None,
        "status": "none",
        "changed": False,
        "failed": True,
        "msg": f"{message} {hint}",
        "awaits": None,
        "accepted_at": None,
        "device": {},
        "error": _error(message, hint),
    }


def _error(message: str, hint: str) -> dict[str, Any]:
    return {"code": "none", "http_status": None, "message": message, "request_id": None, "hint": hint}
