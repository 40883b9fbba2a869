# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator process, and a client that uses only its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from tests.contract.described import departures, place_of
from tests.support.simulator_process import ROOT, SimulatorProcess

__all__ = ["ROOT"]

DATA = Path(__file__).parent / "data"
KELLY, RITA, NILS, WANDA, PAUL, MIA, EVE, PIA = range(36216766, 36216774)
CREDENTIALS = {
    "Manage All": ("all-id", "all-secret"),
    "Manage Users": ("manage-id", "manage-secret"),
    "Read All": ("readall-id", "readall-secret"),
    "Read Users": ("read-id", "read-secret"),
    "Authentication Only": ("auth-id", "auth-secret"),
}
PROTECT, SMS, VOICE, EMAIL, AUTHENTICATOR = 58958, 58959, 58960, 58961, 58957
# After these faults, the response is a normal one; other faults replace or damage it.
HARMLESS = (None, "slow", "expired_token", "revoked_token")


class Simulator(SimulatorProcess):
    """A running simulator and a client of its API.

    Each response is compared with OneLogin's OpenAPI description. ``departures`` lists the differences that no source
    explains. The fixtures check it when a test ends, because a test may expect errors or use threads.
    """

    def __init__(self, *arguments: str, authority: Path | None = None) -> None:
        super().__init__(*arguments, authority=authority)
        self.http.hooks["response"].append(self._compare_response)
        self.departures: list[str] = []
        self.token = ""

    def _compare_response(self, answer: requests.Response, **_more: Any) -> None:
        self.compare(str(answer.request.method), answer.url, answer.status_code, answer.content)

    def compare(self, method: str, url: str, status: int, content: bytes) -> None:
        """Compare a response with the description, whichever client received it."""
        path = unquote(urlsplit(url).path)
        place = place_of(method, path, status)
        if place is None or not departures(place, content, {}):
            return
        found = departures(place, content, self.admin("GET", "/settings")["switches"])
        if found and self._find_fault(method, path, status) in HARMLESS:
            self.departures.append(f"{place}: {sorted(found)}")

    def _find_fault(self, method: str, path: str, status: int) -> str | None:
        """Find the fault of the last call with this method, path and status."""
        wanted = {"method": method, "path": path, "status": status}.items()
        return next((row["fault"] for row in reversed(self.admin("GET", "/log")) if wanted <= row.items()), None)

    def grant(self, scope: str = "Manage All", **more: Any) -> requests.Response:
        """Request a token with a scope."""
        return self.http.post(
            f"{self.url}/auth/oauth2/v2/token",
            json={"grant_type": "client_credentials"},
            auth=CREDENTIALS[scope],
            timeout=30,
            **more,
        )

    def log_in(self, scope: str = "Manage All") -> None:
        """Use a token with this scope for further calls."""
        self.token = self.grant(scope).json()["access_token"]

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Call the API with the token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        more.setdefault("timeout", 10)
        return self.http.request(method, self.url + path, json=body, headers=headers, **more)

    def mfa(self, method: str, user: int, path: str, body: Any = None) -> requests.Response:
        """Call the MFA API of a user."""
        return self.call(method, f"/api/2/mfa/users/{user}/{path}", body)

    def enrol(self, user: int, factor: int, **more: Any) -> dict[str, Any]:
        """POST a registration, which must succeed, and return it as an object."""
        body = {"factor_id": factor, "display_name": "Mine", **more}
        answer = self.mfa("POST", user, "registrations", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def device(self, user: int, factor: int) -> str:
        """Enrol a user in any factor, and return the id of the device."""
        registration = self.enrol(user, factor)
        self.admin("POST", f"/people/{user}/approve", {"id": registration["id"]})
        path = f"registrations/{registration['id']}"
        device: str = self.mfa("GET", user, path).json()["device_id"]
        return device

    def activate(self, user: int, device: str, **more: Any) -> dict[str, Any]:
        """POST a verification, which must succeed, and return it as an object."""
        answer = self.mfa("POST", user, "verifications", {"device_id": device, **more})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def message(self, user: int) -> dict[str, Any]:
        """Return the last message of a user."""
        found: dict[str, Any] = self.admin("GET", f"/people/{user}/message")
        return found
