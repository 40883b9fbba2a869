# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP application: the routes, and the processing of every call."""

from __future__ import annotations

import asyncio
import gzip
import traceback
from collections.abc import Callable
from email.utils import formatdate
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from simulator import admin, auth, events, groups, mfa, user_changes, users
from simulator.auth import authenticate
from simulator.clock import format_iso_millis
from simulator.faults import Fault
from simulator.protocol import drip, reset_connection, send_early_hints
from simulator.request import ApiRequest
from simulator.responses import THROTTLED, ApiResponse, RefusedError, build_no_route, compress_blanks
from simulator.simulation import Simulation

READERS = ("Read Users", "Manage Users", "Read All", "Manage All")
MANAGERS = ("Manage Users", "Manage All")
ALL = ("Manage All",)
# No source names the scope of policies; they are neither users nor their devices.
ALL_READERS = ("Read All", "Manage All")


Handler = Callable[[ApiRequest], ApiResponse]


class Resource(NamedTuple):
    """One documented call; ``family`` picks its 401 body, none means it needs no token."""

    method: str
    path: str
    handler: Handler
    family: str = ""
    scopes: tuple[str, ...] = ()
    is_counted: bool = True


_USER = "/api/2/mfa/users/{user_id}"
RESOURCES = (
    Resource("POST", "/auth/oauth2/v2/token", auth.grant_token_v2, is_counted=False),
    Resource("POST", "/auth/oauth2/token", auth.grant_token_v1, is_counted=False),
    Resource("POST", "/auth/oauth2/revoke", auth.revoke, is_counted=False),
    Resource("GET", "/auth/rate_limit", auth.get_rate_limit, "v1", READERS, is_counted=False),
    Resource("GET", f"{_USER}/factors", mfa.list_factors, "mfa", ALL),
    Resource("POST", f"{_USER}/registrations", mfa.register, "mfa", ALL),
    Resource("GET", f"{_USER}/registrations/{{registration_id}}", mfa.get_registration, "mfa", ALL),
    Resource("PUT", f"{_USER}/registrations/{{registration_id}}", mfa.confirm_registration, "mfa", ALL),
    Resource("GET", f"{_USER}/devices", mfa.list_devices, "mfa", ALL),
    Resource("DELETE", f"{_USER}/devices/{{device_id}}", mfa.delete_device, "mfa", ALL),
    Resource("POST", f"{_USER}/verifications", mfa.verify, "mfa", ALL),
    Resource("GET", f"{_USER}/verifications/{{verification_id}}", mfa.get_verification, "mfa", ALL),
    Resource("PUT", f"{_USER}/verifications/{{verification_id}}", mfa.confirm_verification, "mfa", ALL),
    Resource("POST", f"{_USER}/mfa_token", mfa.generate_mfa_token, "mfa", MANAGERS),
    Resource("GET", "/api/2/users", users.list_users, "users", READERS),
    Resource("GET", "/api/2/users/{user_id}", users.get_user, "users", READERS),
    Resource("PUT", "/api/2/users/{user_id}", user_changes.put_user, "users", MANAGERS),
    Resource("GET", "/api/2/groups", groups.list_groups, "users", READERS),
    Resource("GET", "/api/2/policies", groups.list_policies, "users", ALL_READERS),
    Resource("GET", "/api/2/policies/{policy_id}", groups.get_policy, "users", ALL_READERS),
    Resource("GET", "/api/1/events", events.list_events, "v1", READERS),
    Resource("GET", "/api/1/events/types", events.list_types, "v1", READERS),
    Resource("GET", "/api/1/events/{event_id}", events.get_event, "v1", READERS),
)
_MEGABYTE = 2**20
_NO_ROUTE = Resource("", "(no route)", lambda _request: build_no_route(), is_counted=False)


def build(sim: Simulation) -> Starlette:
    """Return the application for one simulation."""
    routes = [Route(resource.path, _Endpoint(sim, resource), methods=[resource.method]) for resource in RESOURCES]
    return Starlette(
        exception_handlers={HTTPException: _report_unknown_path, Exception: _report_bug},
        routes=[
            Mount("/_simulator", routes=admin.build_routes(sim)),
            *routes,
            Route("/{path:path}", _Endpoint(sim, _NO_ROUTE)),
        ],
    )


async def _report_unknown_path(_request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    return JSONResponse({"error": "no such admin path or method, see README.md"}, status)


async def _report_bug(_request: Request, problem: Exception) -> Response:
    """Report a bug of the simulator on its error output, because the server itself prints nothing."""
    traceback.print_exception(problem)
    return JSONResponse({"error": f"a bug in the simulator: {problem!r}"}, 500)


class _Endpoint:
    """An ASGI application for one resource: faults, latency, token, limit, handler, headers."""

    def __init__(self, sim: Simulation, resource: Resource) -> None:
        self.sim = sim
        self.resource = resource

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sim, method, path = self.sim, scope["method"], scope["path"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return  # Half a request has no effect, so it is not in the log either.
        row = sim.log.begin(
            time=format_iso_millis(sim.clock.now()),
            method=method,
            route=self.resource.path,
            path=path,
            query=query,
            user_agent=headers.get("user-agent", ""),
        )
        if sim.settings.latency:
            await asyncio.sleep(sim.settings.latency / 1000)
        fault = sim.faults.take(method, path)
        row["fault"] = fault.fault if fault else None
        request = ApiRequest(
            sim=sim,
            path=scope["path_params"],
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
            base_url=f"{scope['scheme']}://{headers.get('host', '')}",
            response_arrives=not (fault and fault.loses_response),
        )
        if fault and await self._interrupt(fault, scope, receive, request):
            return
        response = self._apply_fault(fault, request) if fault else self._process_request(request)
        if fault and fault.fault == "slow":
            await asyncio.sleep(fault.params["seconds"])
        row["status"] = response.status
        if fault and fault.fault == "early_hints":
            send_early_hints(scope)
        await self._send(response, send)

    async def _interrupt(self, fault: Fault, scope: Scope, receive: Receive, request: ApiRequest) -> bool:
        """Apply a fault that leaves a call without a response; return whether there was one."""
        if fault.fault in ("drip", "drip_header"):
            await drip(scope, self._process_request(request), in_header=fault.fault == "drip_header")
        elif fault.fault == "hang":
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.fault in ("reset_before", "reset_after"):
            if fault.fault == "reset_after":
                self._process_request(request)
            reset_connection(scope)
        else:
            return False
        return True

    def _apply_fault(self, fault: Fault, request: ApiRequest) -> ApiResponse:
        if fault.fault == "expired_token":
            self.sim.tokens.expire_all()
        elif fault.fault == "revoked_token":
            self.sim.tokens.revoke_all()
        # A fault before the call has its own response, so the call is not processed.
        truth = ApiResponse(0) if fault.blocks_call else self._process_request(request)
        return fault.build_response(self.sim.rate) or fault.spoil(truth)

    def _process_request(self, request: ApiRequest) -> ApiResponse:
        """Process the call and return its response."""
        sim, resource = self.sim, self.resource
        sim.account.processes.catch_up()
        is_counted = False
        try:
            if resource.family:
                authenticate(request, resource.family, resource.scopes)
            if resource.is_counted:
                if not sim.rate.take():
                    return self._build_throttled()
                is_counted = True
            response = resource.handler(request)
        except RefusedError as refusal:
            response = refusal.response
        if is_counted:
            response = ApiResponse(response.status, response.body, {**response.headers, **sim.rate.build_headers()})
        return response

    def _build_throttled(self) -> ApiResponse:
        switches = self.sim.settings.switches
        headers = self.sim.rate.build_throttled_headers(switches["throttle_headers"])
        refused = THROTTLED[switches["throttle"]]
        return ApiResponse(refused.status, refused.body, headers)

    async def _send(self, response: ApiResponse, send: Send) -> None:
        body = response.encode()
        headers = {
            "Cache-Control": "no-cache, must-revalidate, no-store",
            "Date": formatdate(self.sim.clock.now(), usegmt=True),
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": self.sim.new_request_id(),
        }
        padding = compress_blanks(response.padding) if response.is_gzipped else b" " * _MEGABYTE
        repeated = 1 if response.is_gzipped else response.padding
        if response.is_gzipped:
            body = gzip.compress(body)  # members of a gzip file may follow each other
            headers["Content-Encoding"] = "gzip"
        if response.status != 204:
            headers["Content-Type"] = "application/json"
            headers["Content-Length"] = str(len(body) + repeated * len(padding))
        headers.update(response.headers)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": raw})
        # Ending without the rest of a cut body makes the server close the connection.
        for _megabyte in range(repeated):
            await send({"type": "http.response.body", "body": padding, "more_body": True})
        part = body[: len(body) // 2] if response.is_cut else body
        await send({"type": "http.response.body", "body": part, "more_body": response.is_cut})
