# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin paths under ``/_simulator/``: read the state, act as a person, change settings and faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyotp
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import people
from simulator.clock import format_iso_millis, format_iso_seconds
from simulator.models import PENDING, Message, Process, Registration, Verification
from simulator.people import Person
from simulator.simulation import Simulation, read_factors
from simulator.validation import is_number, is_whole


@dataclass(frozen=True)
class AdminRequest:
    """One request to an admin path."""

    sim: Simulation
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]


Action = Callable[[AdminRequest], Any]


class MissingError(Exception):
    """The object does not exist; the response is 404."""


def build_routes(sim: Simulation) -> list[Route]:
    """Return the routes, below the prefix they are mounted at."""
    return [Route(path, _build_endpoint(sim, action), methods=[method]) for method, path, action, _meaning in PATHS]


def _build_endpoint(sim: Simulation, action: Action) -> Callable[[Request], Any]:
    async def handle(http_request: Request) -> Response:
        try:
            body = _read_object(await http_request.body())
            request = AdminRequest(sim, dict(http_request.path_params), dict(http_request.query_params), body)
            sim.account.processes.catch_up()
            return JSONResponse(action(request))
        except ValueError as problem:
            return JSONResponse({"error": str(problem)}, 400)
        except MissingError as problem:
            return JSONResponse({"error": str(problem)}, 404)
        except ClientDisconnect:
            return Response()  # the client has gone

    return handle


def _read_object(raw: bytes) -> dict[str, Any]:
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")  # noqa: TRY004 - answered as 400
    return body


def _find_person(request: AdminRequest) -> Person:
    person = request.sim.account.find_person(request.path["user"])
    if person is None:
        raise MissingError(f"no user {request.path['user']!r}")
    return person


def _list_messages(request: AdminRequest) -> Any:
    user = request.query.get("user")
    if user is None:
        return [_describe_message(message) for message in request.sim.account.processes.messages]
    person = request.sim.account.find_person(user)
    if person is None:
        raise MissingError(f"no user {user!r}")
    return [_describe_message(message) for message in request.sim.account.processes.messages_of.get(person.id, ())]


def _describe_message(message: Message) -> dict[str, Any]:
    process = message.process
    return {
        "user_id": message.user_id,
        "kind": message.kind,
        "to": message.to,
        "text": message.text,
        "code": message.code,
        "registration_id": process.id if isinstance(process, Registration) else None,
        "verification_id": process.id if isinstance(process, Verification) else None,
        "time": format_iso_millis(message.at),
    }


def _get_last_message(request: AdminRequest) -> Any:
    person = _find_person(request)
    messages = request.sim.account.processes.messages_of.get(person.id)
    if not messages:
        raise MissingError("this person got no message")
    return {**_describe_message(messages[-1]), "answer": _choose_code(request, person, messages[-1].code)}


def _choose_code(request: AdminRequest, person: Person, code: str | None) -> str | None:
    """Return the code that the person would give; ``None`` for no answer."""
    answer = person.answer or request.sim.settings.answer
    if code is None or answer == "never":
        return None
    if answer == "reject" or person.wrong_given < person.wrong_codes:
        return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
    return code


def _get_totp(request: AdminRequest) -> Any:
    person = _find_person(request)
    wanted = request.query.get("id")
    held: list[tuple[str, str, str | None]] = [
        (device.device_id, device.factor.name, device.secret)
        for device in request.sim.account.devices.get(person.id, ())
    ]
    held.extend(
        (process.id, process.factor.name, process.secret)
        for process in request.sim.account.processes.by_user.get(person.id, ())
        if process.status == PENDING and isinstance(process, Registration)
    )
    for known_id, factor, secret in reversed(held):
        if secret and wanted in (None, known_id):
            code = request.sim.issued_secrets.note("code", pyotp.TOTP(secret).now())
            said = _choose_code(request, person, code)
            return {"id": known_id, "factor": factor, "code": code, "answer": said}
    raise MissingError("this person has no such authenticator or Protect")


def _describe_person(request: AdminRequest, person: Person) -> dict[str, Any]:
    account = request.sim.account
    processes = account.processes.by_user.get(person.id, ())
    return {
        "user_id": person.id,
        "email": person.record["email"],
        "username": person.record["username"],
        "phone": person.record["phone"],
        "group_id": person.record["group_id"],
        "devices": [
            {
                "device_id": device.device_id,
                "factor": device.factor.name,
                "display_name": device.display_name,
                "default": device.is_default,
            }
            for device in account.devices.get(person.id, ())
        ],
        "registrations": [_describe_process(p) for p in processes if isinstance(p, Registration)],
        "verifications": [_describe_process(p) for p in processes if isinstance(p, Verification)],
        "mfa_tokens": [
            {"expires_at": format_iso_seconds(token.expires_at), "reusable": token.reusable}
            for token in account.mfa_tokens_of.get(person.id, ())
        ],
        "messages": len(account.processes.messages_of.get(person.id, ())),
    }


def _describe_process(process: Process) -> dict[str, Any]:
    return {
        "id": process.id,
        "factor": process.factor.name,
        "display_name": process.display_name,
        "device_id": process.device_id,
        "status": process.status,
        "expired": process.is_expired,
        "expires_at": None if process.expires_at is None else format_iso_seconds(process.expires_at),
    }


def _get_person(request: AdminRequest) -> Any:
    return _describe_person(request, _find_person(request))


def _get_state(request: AdminRequest) -> Any:
    account = request.sim.account
    touched = {*account.devices, *account.processes.by_user, *account.mfa_tokens_of}
    return {"people": [_describe_person(request, account.people[user_id]) for user_id in sorted(touched)]}


def _approve(request: AdminRequest) -> Any:
    return _answer_pending(request, accepts=True)


def _deny(request: AdminRequest) -> Any:
    return _answer_pending(request, accepts=False)


def _answer_pending(request: AdminRequest, accepts: bool) -> Any:
    person = _find_person(request)
    for process in reversed(request.sim.account.processes.by_user.get(person.id, ())):
        if process.status == PENDING and request.body.get("id") in (None, process.id):
            request.sim.account.processes.answer_by_hand(process, accepts)
            return _describe_process(process)
    raise MissingError("this person has nothing pending, or nothing with this id")


def _list_secrets(request: AdminRequest) -> Any:
    return request.sim.list_secrets()


def _clear_secrets(request: AdminRequest) -> Any:
    request.sim.issued_secrets.clear()
    return {}


def _list_requests(request: AdminRequest) -> Any:
    return request.sim.log.list_rows()


def _clear_log(request: AdminRequest) -> Any:
    request.sim.log.clear()
    return {}


def _summarize_log(request: AdminRequest) -> Any:
    return request.sim.log.summarize()


def _get_settings(request: AdminRequest) -> Any:
    return {**vars(request.sim.settings), "remaining": request.sim.rate.remaining}


def _change_settings(request: AdminRequest) -> Any:
    remaining = request.body.pop("remaining", None)
    if remaining is not None and not is_whole(remaining, 0):
        raise ValueError("remaining is a whole number")
    request.sim.change_settings(request.sim.settings.apply(request.body))
    if remaining is not None:
        request.sim.rate.remaining = remaining
    return _get_settings(request)


def _advance_clock(request: AdminRequest) -> Any:
    seconds = request.body.get("advance")
    if not is_number(seconds):
        raise ValueError("advance is a number of seconds")
    request.sim.clock.advance(seconds)
    return {"time": format_iso_millis(request.sim.account.processes.catch_up())}


def _reset(request: AdminRequest) -> Any:
    given = {name: request.body.get(name) for name in ("people", "groups", "policies", "factors")}
    for name, rows in given.items():
        if not (rows is None or isinstance(rows, list)):
            raise ValueError(f"{name} is a list")
    try:
        others = None if given["people"] is None else people.read_rows(given["people"])
        factors = None if given["factors"] is None else read_factors(given["factors"])
        request.sim.reset(others, given["groups"], given["policies"], factors)
    except people.SeedError as problem:
        raise ValueError(problem) from None
    return {}


def _expire_tokens(request: AdminRequest) -> Any:
    return {"expired": request.sim.tokens.expire_all()}


def _revoke_tokens(request: AdminRequest) -> Any:
    return {"revoked": request.sim.tokens.revoke_all()}


def _list_faults(request: AdminRequest) -> Any:
    return request.sim.faults.list_pending()


def _add_fault(request: AdminRequest) -> Any:
    return request.sim.faults.add(request.body).describe()


def _clear_faults(request: AdminRequest) -> Any:
    request.sim.faults.clear()
    return {}


PATHS: tuple[tuple[str, str, Action, str], ...] = (
    ("GET", "/messages", _list_messages, "all messages to people; `?user=` for one person"),
    ("GET", "/people/{user}", _get_person, "devices, registrations, verifications of one person"),
    (
        "GET",
        "/people/{user}/message",
        _get_last_message,
        "the last message, with the real `code` and the `answer` that the person would give",
    ),
    (
        "GET",
        "/people/{user}/totp",
        _get_totp,
        "code of the latest Authenticator or Protect; `?id=` of a device or registration",
    ),
    ("POST", "/people/{user}/approve", _approve, 'accept the latest pending one; `{"id": …}`'),
    ("POST", "/people/{user}/deny", _deny, 'reject the latest pending one; `{"id": …}`'),
    (
        "GET",
        "/secrets",
        _list_secrets,
        "each `secret` that was issued or received, with its `kind`; a reset keeps them",
    ),
    ("DELETE", "/secrets", _clear_secrets, "remove them, except the credentials"),
    ("GET", "/log", _list_requests, "the requests, oldest first"),
    ("DELETE", "/log", _clear_log, "forget them"),
    ("GET", "/log/summary", _summarize_log, "the number of requests of each kind"),
    ("GET", "/state", _get_state, "all devices, registrations and verifications, without secrets"),
    ("GET", "/settings", _get_settings, "settings, switches, calls remaining"),
    ("PATCH", "/settings", _change_settings, "change the settings"),
    ("POST", "/clock", _advance_clock, '`{"advance": seconds}`'),
    (
        "POST",
        "/reset",
        _reset,
        (
            "restore the initial state, or start with other `people` (a list of objects with the columns), `groups`, "
            "`policies` or `factors`"
        ),
    ),
    ("POST", "/tokens/expire", _expire_tokens, "let every access token expire now"),
    ("POST", "/tokens/revoke", _revoke_tokens, "remove every access token"),
    ("GET", "/faults", _list_faults, "the pending faults"),
    ("POST", "/faults", _add_fault, "add a fault, see below"),
    ("DELETE", "/faults", _clear_faults, "remove all faults"),
)
