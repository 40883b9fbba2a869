# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a client can detect; a well-formed but false response is excluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EFFECT = {"after": True}
SLOW = ("slow", "hang")
"""Kinds that take real time, so each occurs only once."""
_CALLS = (
    ("POST", "/token$", 1),
    ("GET", "/api/2/users$", 1),
    ("GET", "/factors$", 1),
    ("GET", "/devices$", 1),
    ("DELETE", "/devices/", 1),
    ("POST", "/registrations$", 6),
    ("GET", "/registrations/", 1),
    ("PUT", "/registrations/", 1),
    ("POST", "/verifications$", 6),
    ("GET", "/verifications/", 1),
    ("PUT", "/verifications/", 1),
)
_PARAMS: dict[str, tuple[dict[str, Any], ...]] = {
    "429": ({"headers": "reset"}, {"headers": "retry_after"}, {"headers": "none"}),
    "400": ({"headers": "reset"}, {"headers": "none"}),
    "401": tuple(
        {"body": body} for body in ("credentials", "envelope", "authentication", "unauthorized", "factor", "permission")
    ),
    "403": ({},),
    "404": ({},),
    "500": ({}, EFFECT),
    "502": ({}, EFFECT),
    "503": ({}, EFFECT),
    "504": ({}, EFFECT),
    "html": ({}, EFFECT, {"status": 502}),
    "empty": ({}, EFFECT),
    "not_json": ({}, EFFECT),
    "redirect": ({},),
    "truncated": ({},),
    "wrong_type": tuple(
        {"field": field, "type": type_}
        for field in ("", "id", "status", "device_id", "expires_at")
        for type_ in ("null", "int", "string", "list", "object", "bool")
    ),
    "reset_before": ({},),
    "reset_after": ({},),
    # The client waits for a second: one is in time, and one is too late.
    "slow": ({"seconds": 0.05}, {"seconds": 1.1}),
    "hang": ({},),
    "expired_token": ({},),
    "revoked_token": ({},),
}


@dataclass(frozen=True)
class Fault:
    """A fault of a call."""

    kind: str
    method: str
    path: str
    params: dict[str, Any]
    times: int

    @property
    def is_undetectable(self) -> bool:
        """Whether the response is well-formed but false, so that no client can detect it."""
        if self.kind == "404":  # the object seems to be removed
            return self.method in ("DELETE", "GET")
        if self.kind == "empty":  # the removal seems to have succeeded
            return self.method == "DELETE" and not self.params
        if self.kind != "wrong_type":
            return False
        if self.params["field"]:  # another id, or a final status
            return self.params["type"] in ("int", "string") and self.params["field"] != "expires_at"
        return self.path == "/devices$" and self.params["type"] == "list"  # there seem to be no devices


FAULTS = {
    kind: [
        fault
        for method, path, weight in _CALLS
        for params in forms
        for times in ((1,) if kind in SLOW else (1, 1, 2, 6))
        if not (fault := Fault(kind, method, path, params, times)).is_undetectable
        for _again in range(weight)
    ]
    for kind, forms in _PARAMS.items()
}
"""The faults by kind; calls that must not be repeated have more of them."""
UNSURE = ("502", "503", "504", "empty", "not_json", "truncated", "reset_before", "reset_after")
"""Kinds after which it is unknown whether the call had an effect."""
