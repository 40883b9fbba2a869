# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups and security policies: the factors that a user's group allows, and the source of both.

Sources: onelogin/onelogin-go-sdk, ``pkg/onelogin/policies.go``; onelogin/terraform-provider-onelogin,
``docs/resources/onelogin_policies.md`` and ``onelogin_groups.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.models import Factor
from simulator.people import Person, SeedError
from simulator.request import ApiRequest
from simulator.responses import ApiResponse, build_error, build_not_found
from simulator.validation import is_whole

DEFAULT_POLICY = 5001
_BRIEF = ("id", "name", "kind", "is_default")
_OF_USERS = {
    "otp_auth_enabled": True,
    "mfa_registration_enabled": True,
    "voluntary_mfa_registration_enabled": False,
    "otp_security_token_expiration_days": 30,
    "user_phone_update_allowed": True,
    "disable_protect_push_notifications": False,
    "disable_protect_push_recovery": False,
    "enable_number_match": False,
    "ip_addresses": [],
    "maximum_invalid_login_attempts": 5,
    "lock_effective_minutes": 15,
}
_OF_APPS = {"otp_auth_enabled": False, "ip_addresses": [], "force_authn": False}


@dataclass(frozen=True)
class Groups:
    """The groups and policies of an account, as the API answers them."""

    groups: dict[int, dict[str, Any]] = field(default_factory=dict)
    policies: dict[int, dict[str, Any]] = field(default_factory=dict)

    def find_factor_ids(self, person: Person) -> list[int] | None:
        """Return the ids of the factors that the person's policy allows; None for all."""
        group = self.groups.get(person.record["group_id"], {})
        policy = self.policies.get(group.get("policy_id") or 0) or self._find_default()
        ids: list[int] | None = policy.get("authentication_factor_ids")
        return ids

    def _find_default(self) -> dict[str, Any]:
        return next((policy for policy in self.policies.values() if policy["is_default"]), {})


def seed_groups(
    groups: Sequence[Any] | None, policies: Sequence[Any] | None, people: Iterable[Person], factors: Sequence[Factor]
) -> Groups:
    """Return the groups and policies given, complete with what OneLogin would add.

    Without groups, each that a person is in exists. Without policies there is the default one, with all factors.

    :raises SeedError: a value is not a group or policy; the text says which.
    """
    all_ids = [factor.factor_id for factor in factors]
    if policies is None:
        policies = [{"id": DEFAULT_POLICY, "name": "Default policy", "is_default": True}]
    if groups is None:
        ids = sorted({person.record["group_id"] for person in people} - {None})
        groups = [{"id": number, "name": f"Group {number}"} for number in ids]
    return Groups(
        {row["id"]: {"reference": None, "policy_id": None, **row} for row in _check_rows("group", groups)},
        {row["id"]: _complete_policy(row, all_ids) for row in _check_rows("policy", policies)},
    )


def _check_rows(what: str, rows: Sequence[Any]) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not is_whole(row.get("id"), 1) or not isinstance(row.get("name"), str):
            raise SeedError(f"{what} {number}: not an object with an id and a name")
        yield row


def _complete_policy(row: dict[str, Any], factor_ids: list[int]) -> dict[str, Any]:
    """Return a policy with each field of its kind."""
    kind = row.get("kind", "user")
    own = _OF_USERS if kind == "user" else _OF_APPS
    return {"kind": kind, "is_default": False, "authentication_factor_ids": factor_ids, **own, **row}


def list_groups(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/groups``: a bare list."""
    return ApiResponse(200, list(request.account.groups.groups.values()))


def list_policies(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/policies``: a bare list, if the plan has custom policies."""
    if request.read_switch("policies") == "406":
        return _build_unlicensed()
    rows = request.account.groups.policies.values()
    if request.read_switch("policy_list") == "brief":
        return ApiResponse(200, [{name: row[name] for name in _BRIEF} for row in rows])
    return ApiResponse(200, list(rows))


def get_policy(request: ApiRequest) -> ApiResponse:
    """``GET /api/2/policies/{policy_id}``."""
    if request.read_switch("policies") == "406":
        return _build_unlicensed()
    found = {str(number): row for number, row in request.account.groups.policies.items()}
    row = found.get(request.path["policy_id"])
    return build_not_found() if row is None else ApiResponse(200, row)


def _build_unlicensed() -> ApiResponse:
    return build_error(406, "NotAcceptable", "Custom Security Policies are not part of this plan")
