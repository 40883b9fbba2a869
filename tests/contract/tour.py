# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tour of the simulator: every described call, with valid and invalid requests, and the responses."""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.event_log import FIRST_EVENT
from tests.contract.described import (
    CALLS,
    DEVICE,
    DEVICES,
    EVENT,
    EVENT_TYPES,
    EVENTS,
    FACTORS,
    MFA_TOKEN,
    RATE_LIMIT,
    REGISTRATION,
    REGISTRATIONS,
    REVOKE,
    TOKEN,
    USER,
    USERS,
    VERIFICATION,
    VERIFICATIONS,
    Place,
)
from tests.contract.harness import AUTHENTICATOR, CREDENTIALS, EMAIL, KELLY, PROTECT, SMS, VOICE, Simulator

GRANT = {"grant_type": "client_credentials"}


class Seen(NamedTuple):
    """A response and its place in the description."""

    place: Place
    content: bytes


class Tour:
    """A sequence of all calls; ``seen`` contains the responses."""

    def __init__(self, sim: Simulator, switches: dict[str, str]) -> None:
        self.sim = sim
        self.seen: list[Seen] = []
        self.ids: dict[str, Any] = {"user_id": KELLY}
        sim.admin("POST", "/reset")
        sim.switch(**switches)
        sim.log_in()
        self.account()
        for factor in (SMS, VOICE, EMAIL, PROTECT, AUTHENTICATOR):
            self.factor(factor)
        self.outcomes()
        self.invalid_requests()
        self.unauthorized()
        self.throttled()

    def ask(self, method: str, route: str, body: Any = None, **more: Any) -> Any:
        """Make a call and return its response, without the list if it is a list with one element."""
        path = route.format_map(self.ids)
        if route in (TOKEN, REVOKE):
            more.setdefault("auth", CREDENTIALS["Manage All"])
            answer = self.sim.http.request(method, self.sim.url + path, json=body, **more)
        else:
            answer = self.sim.call(method, path, body, **more)
        self.seen.append(Seen(Place(method, route, str(answer.status_code)), answer.content))
        found = answer.json() if answer.content else None
        return found[0] if route in (REGISTRATIONS, VERIFICATIONS) and isinstance(found, list) else found

    def account(self) -> None:
        """Make the calls for tokens, users and events."""
        self.ask("POST", TOKEN, GRANT)
        self.ask("GET", RATE_LIMIT)
        self.ask("GET", USERS)
        self.ask("GET", USERS, params={"fields": "id,custom_attributes"})
        self.ask("GET", USER)
        self.ask("PUT", USER, {"title": "Captain", "custom_attributes": {"food": "fish"}})
        self.ask("GET", EVENT_TYPES)

    def register(self, factor: int, **more: Any) -> Any:
        """Start a registration, which later calls use."""
        made = self.ask("POST", REGISTRATIONS, {"factor_id": factor, "display_name": "x", **more})
        self.ids["registration_id"] = made["id"]
        return made

    def activate(self) -> None:
        """Start a verification, which later calls use."""
        made = self.ask("POST", VERIFICATIONS, {"device_id": self.ids["device_id"]})
        self.ids["verification_id"] = made["id"]

    def act(self, what: str, key: str) -> None:
        """Approve or deny as the person."""
        self.sim.admin("POST", f"/people/{KELLY}/{what}", {"id": self.ids[key]})

    def factor(self, factor: int) -> None:
        """Enrol a factor, activate and remove it; each step is rejected, then gets a wrong and a right answer."""
        self.ask("GET", FACTORS)
        self.register(factor)
        self.ask("GET", REGISTRATION)
        self.ask("PUT", REGISTRATION, {"otp": "no"})
        self.register(factor)
        self.act("deny", "registration_id")
        self.ask("GET", REGISTRATION)
        self.register(factor)
        if factor in (SMS, EMAIL):
            self.ask("PUT", REGISTRATION, {"otp": self.sim.message(KELLY)["code"]})
        else:
            self.act("approve", "registration_id")
        self.ask("GET", REGISTRATION)
        self.ask("PUT", REGISTRATION, {"otp": "any"})
        [device] = self.ask("GET", DEVICES)
        self.ids["device_id"] = device["device_id"]
        self.activate()
        self.ask("GET", VERIFICATION)
        self.ask("PUT", VERIFICATION, {"otp": "no", "device_id": device["device_id"]})
        self.activate()
        self.act("deny", "verification_id")
        self.ask("GET", VERIFICATION)
        self.ask("PUT", VERIFICATION, {"otp": "any", "device_id": device["device_id"]})
        self.activate()
        self.act("approve", "verification_id")
        self.ask("GET", VERIFICATION)
        self.ask("PUT", VERIFICATION, {"otp": "any", "device_id": device["device_id"]})
        self.ask("DELETE", DEVICE)

    def outcomes(self) -> None:
        """Enrol at once, let registrations expire, generate tokens, and read the events of all this."""
        self.ids["device_id"] = self.register(SMS, verified=True)["device_id"]
        self.register(SMS)
        self.activate()
        self.sim.pass_time(121)
        for route in (REGISTRATION, VERIFICATION):
            self.ask("GET", route)
            self.ask("PUT", route, {"otp": "any"})
        self.ask("POST", MFA_TOKEN, {})
        listed = self.ask("GET", EVENTS, params={"limit": 2})["data"]
        self.ids["event_id"] = listed[0]["id"] if listed else FIRST_EVENT
        self.ask("GET", EVENT)

    def invalid_requests(self) -> None:
        """Make calls with invalid requests."""
        self.ask("POST", TOKEN, {})
        self.ask("POST", REVOKE, {})
        self.ask("GET", USERS, params={"limit": "x"})
        self.ask("GET", EVENTS, params={"limit": "x"})
        self.ask("POST", MFA_TOKEN, {"expires_in": 1})
        self.ask("PUT", USER, {"shoe_size": 42})
        self.ask("PUT", USER, {"phone": "0272001122"})
        self.ask("POST", REGISTRATIONS, {"factor_id": 1, "display_name": "x"})
        self.ask("POST", VERIFICATIONS, {"device_id": self.ids["device_id"], "expires_in": 1})
        for route in (REGISTRATION, VERIFICATION):
            self.ask("PUT", route)
        known = self.ids
        for unknown in ({"registration_id": 1, "verification_id": 1, "device_id": 1, "event_id": 1}, {"user_id": 1}):
            self.ids = {**known, **unknown}
            for method, route in CALLS:
                if "{" in route:
                    self.ask(method, route, {"otp": "1", "device_id": self.ids["device_id"]})
        self.ids = known

    def unauthorized(self) -> None:
        """Make every call with an insufficient scope, a wrong token and a wrong credential."""
        for token in (self.sim.grant("Authentication Only").json()["access_token"], "bad"):
            good, self.sim.token = self.sim.token, token
            for method, route in CALLS:
                if route not in (TOKEN, REVOKE):
                    self.ask(method, route)
            self.sim.token = good
        self.ask("POST", TOKEN, GRANT, auth=("x", "y"))
        self.ask("POST", REVOKE, {"access_token": self.sim.token}, auth=CREDENTIALS["Read All"])

    def throttled(self) -> None:
        """Make every call when no calls remain, which tokens and rate limit ignore; then revoke the token."""
        self.sim.admin("PATCH", "/settings", {"remaining": 0})
        for method, route in CALLS:
            if route not in (TOKEN, REVOKE):
                self.ask(method, route)
        self.ask("POST", REVOKE, {"access_token": self.sim.token})
