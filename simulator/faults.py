# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand between a client and OneLogin."""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from simulator import cursors
from simulator.rate_limit import RateLimit
from simulator.responses import SCOPE_ERROR, THROTTLED, TOKEN_401, WRONG_CODE_401, ApiResponse, build_not_found
from simulator.switches import SWITCHES
from simulator.validation import is_number, is_whole

# Each kind with the parameters it takes and their defaults.
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "429": (
        {"headers": "reset", "after": False},
        "throttled; `headers` as the switch `throttle_headers`",
    ),
    "400": ({"headers": "reset", "after": False}, "throttled the way v1 did it"),
    "401": (
        {"body": "credentials", "after": False},
        "a 401: credentials, envelope, authentication, unauthorized, factor or permission",
    ),
    "403": ({"after": False}, "ForbiddenAction"),
    "404": ({"after": False}, "NotFoundError"),
    "500": ({"after": False}, "a gateway's error page"),
    "502": ({"after": False}, "a gateway's error page"),
    "503": ({"after": False}, "a gateway's error page"),
    "504": ({"after": False}, "a gateway's error page"),
    "html": ({"status": 200, "after": False}, "an HTML page in place of JSON"),
    "empty": ({"status": 200, "after": False}, "no body in place of JSON"),
    "not_json": ({"status": 200, "after": False}, "text that is not JSON"),
    "redirect": ({"location": "https://example.invalid/", "after": False}, "HTTP 302"),
    "truncated": ({}, "half of the real response, then the connection closes"),
    "wrong_type": (
        {"field": "", "type": "null"},
        "a `field` (`a.b`: the b in a; none: the whole body) becomes null, int, string, list, object or bool",
    ),
    "reset_before": ({}, "the connection is reset before the call has an effect"),
    "reset_after": ({}, "the connection is reset after the call has its effect"),
    "slow": ({"seconds": 1.0}, "the call has its effect, and the response comes after real seconds"),
    "hang": ({}, "the call has no effect, and no response comes while the client waits"),
    "drip": ({}, "the call has its effect, and its response comes byte by byte and never ends"),
    "drip_header": ({}, "the same in a header of the response"),
    "early_hints": ({}, "an HTTP 103 comes before the real response"),
    "oversized": ({"megabytes": 20}, "many blanks come before the real response"),
    "gzip": ({"megabytes": 20}, "the same, compressed, even if the request does not allow it"),
    "endless_pages": ({}, "a list of users says that the same page follows"),
    "expired_token": ({}, "every token expires just before the call"),
    "revoked_token": ({}, "every token is revoked just before the call"),
}
_LOSING = ("reset_after", "truncated", "drip", "drip_header", "early_hints", "oversized", "gzip")
_PAGE = b"<html><head><title>Error</title></head><body><h1>Error</h1></body></html>"
VALUES: dict[str, Any] = {
    "null": None,
    "int": 7,
    "string": "text",
    "list": [],
    "object": {},
    "bool": True,
}
_BODIES_401 = {
    **TOKEN_401,
    "factor": WRONG_CODE_401["factor"],
    "permission": SCOPE_ERROR["401"],
}
_HEADER_FORMS = next(s.choices for s in SWITCHES if s.name == "throttle_headers")


@dataclass
class Fault:
    """A fault that waits for calls of one method (any when empty) to paths the regex finds.

    The first ``skip`` matching calls pass; then it is applied ``times`` times (``None``: without a limit).
    """

    id: int
    fault: str
    method: str
    path: re.Pattern[str]
    times: int | None = 1
    skip: int = 0
    params: dict[str, Any] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return the fault as JSON."""
        return {**vars(self), "path": self.path.pattern}

    @property
    def blocks_call(self) -> bool:
        """Whether the fault keeps the call from being processed."""
        return self.fault in ("reset_before", "hang") or self.params.get("after") is False

    @property
    def loses_response(self) -> bool:
        """Whether the call is processed and the client cannot read the response."""
        whole = self.fault == "wrong_type" and not self.params["field"]
        return whole or self.fault in _LOSING or self.params.get("after") is True

    def build_response(self, rate: RateLimit) -> ApiResponse | None:
        """Return the response in place of the real one, for kinds with one."""
        if self.fault in THROTTLED:
            headers = rate.build_throttled_headers(self.params["headers"])
            return ApiResponse(int(self.fault), THROTTLED[self.fault].body, headers)
        if self.fault == "401":
            return ApiResponse(401, _BODIES_401[self.params["body"]].body)
        if self.fault == "403":
            return ApiResponse(403, SCOPE_ERROR["403"].body)
        if self.fault == "404":
            return build_not_found()
        if self.fault in ("500", "502", "503", "504"):
            return ApiResponse(int(self.fault), headers={"Content-Type": "text/html"}, raw=_PAGE)
        if self.fault == "html":
            return ApiResponse(self.params["status"], headers={"Content-Type": "text/html"}, raw=_PAGE)
        if self.fault == "empty":
            return ApiResponse(self.params["status"], raw=b"")
        if self.fault == "not_json":
            return ApiResponse(self.params["status"], raw=b"upstream said: try {again")
        if self.fault == "redirect":
            return ApiResponse(302, headers={"Location": self.params["location"]}, raw=b"")
        return None

    def spoil(self, response: ApiResponse) -> ApiResponse:
        """Return the real response with the fault, for kinds that change it."""
        if self.fault == "truncated":
            return ApiResponse(response.status, response.body, response.headers, response.raw, is_cut=True)
        if self.fault in ("oversized", "gzip") and response.status != 204:
            padding = self.params["megabytes"]
            return ApiResponse(
                response.status,
                response.body,
                response.headers,
                response.raw,
                padding=padding,
                is_gzipped=self.fault == "gzip",
            )
        if self.fault == "endless_pages" and "Current-Page" in response.headers:
            headers = {name: value for name, value in response.headers.items() if name != "Total-Pages"}
            again = cursors.encode(int(headers["Page-Items"]) or 1, int(headers["Current-Page"]), secrets.token_hex(4))
            return ApiResponse(response.status, response.body, {**headers, "After-Cursor": again}, response.raw)
        if self.fault == "wrong_type":
            value = VALUES[self.params["type"]]
            if response.status == 204:  # has no body, so no field; and a body makes it another status
                return (
                    response
                    if self.params["field"]
                    else ApiResponse(200, value, response.headers, b"null" if value is None else None)
                )
            body = _replace_value(response.body, self.params["field"], value)
            raw = b"null" if body is None else None
            return ApiResponse(response.status, body, response.headers, raw)
        return response


def _replace_value(body: Any, name: str, value: Any) -> Any:
    if not name:
        return value
    if isinstance(body, list):
        return [_replace_value(row, name, value) for row in body]
    own, _dot, inner = name.partition(".")
    if not isinstance(body, dict) or (inner and own not in body):
        return body
    return {**body, own: _replace_value(body[own], inner, value) if inner else value}


class Faults:
    """The pending faults."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, given: dict[str, Any]) -> Fault:
        """Add a fault as the admin path describes it.

        :raises ValueError: an unknown kind or parameter, or a value that is not allowed.
        """
        unknown = set(given) - {"fault", "method", "path", "times", "skip", "params"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        kind = str(given.get("fault"))
        if kind not in KINDS:
            raise ValueError(f"fault is one of {', '.join(KINDS)}, not {kind!r}")
        defaults, _meaning = KINDS[kind]
        params = given.get("params") or {}
        if not isinstance(params, dict) or set(params) - set(defaults):
            raise ValueError(f"params of {kind} are {', '.join(defaults) or 'none'}")
        params = {**defaults, **params}
        _check_params(params)
        try:
            path = re.compile(given.get("path") or "")
        except (re.error, TypeError) as problem:
            raise ValueError(f"path is not a regular expression:  {problem}") from None
        times, skip = given.get("times", 1), given.get("skip", 0)
        if times is not None and not is_whole(times, 1):
            raise ValueError("times is a whole number above zero, or null for ever")
        if not is_whole(skip, 0):
            raise ValueError("skip is a whole number")
        method = str(given.get("method") or "").upper()
        fault = Fault(next(self._ids), kind, method, path, times, skip, params)
        self._pending.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this call, if there is one."""
        for fault in self._pending:
            if fault.method not in ("", method) or not fault.path.search(path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._pending.remove(fault)
            return fault
        return None

    def list_pending(self) -> list[dict[str, Any]]:
        """Return the pending faults as JSON."""
        return [fault.describe() for fault in self._pending]

    def clear(self) -> None:
        """Remove all faults."""
        self._pending.clear()


def _check_params(params: dict[str, Any]) -> None:
    choices: dict[str, Any] = {
        "headers": _HEADER_FORMS,
        "body": tuple(_BODIES_401),
        "type": tuple(VALUES),
        "after": (True, False),
    }
    for name, value in params.items():
        if name in choices and value not in choices[name]:
            raise ValueError(f"{name} is one of {', '.join(map(str, choices[name]))}")
        if name == "status" and not (is_whole(value, 200) and value <= 599):
            raise ValueError("status is an HTTP status from 200 to 599")
        if name == "megabytes" and not is_whole(value, 1):
            raise ValueError("megabytes is a whole number above zero")
        if name == "seconds" and not (is_number(value) and 0 <= value <= 3600):
            raise ValueError("seconds is a number from 0 to 3600")
        if name in ("location", "field") and not isinstance(value, str):
            raise ValueError(f"{name} is a text")
