# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Which of the account's factors is meant, and which of a user's devices belong to it.

Factor ids are read once for the account. A user's own list leaves out what that user has enrolled
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/available-factors), and a device bears no factor
id, so both lists together tell what there is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import Device, Factor, get_factors
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

# OneLogin's own names (auth_factor_name); SMS is seen under both of its.
_SMS = ("sms", "onelogin sms")
_VOICE = "onelogin voice"
_EMAIL = "onelogin email"
_PROTECT = "onelogin"
_AUTHENTICATOR = "google authenticator"


@dataclass(frozen=True)
class Kind:
    """What the API's documentation says of a factor's kind.

    :param takes_message: a message text can be given (SMS only).
    :param takes_verified: can be enrolled as verified, without a message.
    :param enrolment_sends: enrolling sends the person a message or calls them.
    :param activation_sends: activating sends the person a message, a call or a push.
    :param confirmed_by: who ends a registration: ``otp`` the code, given back; ``user`` the person, elsewhere.
    :param totp: codes come from a secret, not from a message.
    """

    takes_message: bool = False
    takes_verified: bool = False
    enrolment_sends: bool = True
    activation_sends: bool = True
    confirmed_by: str = "otp"
    totp: bool = False


_KINDS = {
    **dict.fromkeys(_SMS, Kind(takes_message=True, takes_verified=True)),
    _VOICE: Kind(takes_verified=True, confirmed_by="user"),
    _EMAIL: Kind(takes_verified=True),
    _PROTECT: Kind(enrolment_sends=False, confirmed_by="user", totp=True),
    _AUTHENTICATOR: Kind(enrolment_sends=False, activation_sends=False, totp=True),
}


def kind_of(auth_name: str | None) -> Kind:
    """The kind behind an auth_factor_name; of an unknown one nothing is taken for granted."""
    return _KINDS.get((auth_name or "").lower(), Kind())


@dataclass(frozen=True)
class FactorSelector:
    """How an item names its factor: by name (the account's or auth_factor_name) or by id."""

    name: str | None = None
    id: int | None = None

    def __str__(self) -> str:
        return repr(self.name) if self.name is not None else f"factor_id {self.id}"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> FactorSelector:
        """Read it from an item's options.

        :raises OneLoginError: ``invalid`` where none or both are given.
        """
        selector = cls.optional(options)
        if selector is None:
            raise OneLoginError("invalid", "The item names no factor.", hint="Give factor or factor_id.")
        return selector

    @classmethod
    def optional(cls, options: Mapping[str, Any]) -> FactorSelector | None:
        """The same, where an item may do without.

        :raises OneLoginError: ``invalid`` where both are given.
        """
        name, number = (options.get("factor") or "").strip() or None, options.get("factor_id")
        if name is not None and number is not None:
            raise OneLoginError("invalid", f"The item names two factors: {name} and factor_id {number}.")
        return None if name is None and number is None else cls(name, number)

    @property
    def folded(self) -> tuple[str, str | int | None]:
        """The selector as it is compared."""
        return ("factor_id", self.id) if self.name is None else ("factor", self.name.lower())


@lru_cache(maxsize=8)
def account_factors(connection: Connection, process: int) -> dict[int | None, Factor]:  # noqa: ARG001 - part of the key
    """The account's factors by id, as far as they are known: the items of a loop, in one process, share them."""
    return {}


class FactorDirectory:
    """The account's factors as far as they are known, shared by all threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._factors = account_factors(client.connection, os.getpid())
        self._own: dict[int, list[Factor]] = {}

    def find(self, selector: FactorSelector, user_id: int, devices: Sequence[Device]) -> Factor:
        """The factor that is meant, for a user with these devices.

        :raises OneLoginError: ``unknown_factor``, ``ambiguous``, or what reading the list brought.
        """
        enrolled = [_factor_of(device) for device in devices]
        with self._lock:
            if not self._factors:
                named = _choose(selector, enrolled, ["name"])
                if named:
                    return named  # no list is needed to know it
                self._read(user_id)
            known = list(self._factors.values())
        found = _choose(selector, known) or _choose(selector, enrolled)
        if found:
            return found
        with self._lock:
            own = self._read(user_id)
        return (
            _choose(selector, own)
            or self._by_elimination(selector, own, devices)
            or self._unknown(selector, own, devices)
        )

    def refuse_unless_offered(self, factor: Factor, user_id: int, devices: Sequence[Device]) -> None:
        """Look whether a factor of the account's can be enrolled by this very user, whose policy may leave it out.

        :raises OneLoginError: ``unknown_factor``, or what reading the list brought.
        """
        with self._lock:
            own = self._read(user_id)
        if factor not in own and not self.devices_of(factor, devices):
            self._unknown(FactorSelector(factor.name), own, devices)

    def folded(self, selector: FactorSelector, user_id: int) -> tuple[str, str | int | None]:
        """The selector in a form in which those that mean the same factor are equal, as far as is known.

        :raises OneLoginError: what reading the list, for one user, brought.
        """
        with self._lock:
            if not self._factors:
                self._read(user_id)
            known = list(self._factors.values())
        with suppress(OneLoginError):  # an ambiguous name is the item's own trouble
            found = _choose(selector, known)
            if found:
                return ("factor_id", found.id)
        return selector.folded

    def devices_of(self, factor: Factor, devices: Iterable[Device]) -> list[Device]:
        """Those of a user's devices that belong to a factor."""
        same = [device for device in devices if device.auth_name.lower() == factor.auth_name.lower()]
        named = [device for device in same if device.type_name.lower() == factor.name.lower()]
        if named or not same:
            return named
        # Either the factor was renamed, or these are another's of its kind, which this user's list may not show.
        with self._lock:
            kin = [other for other in self._factors.values() if other.auth_name.lower() == factor.auth_name.lower()]
            free = len(kin) > 1 or any(other.id == factor.id for other in self._read(same[0].user_id))
        return [] if free else same

    def _read(self, user_id: int) -> list[Factor]:
        if user_id not in self._own:
            self._own[user_id] = get_factors(self._client, user_id)
            self._factors.update({factor.id: factor for factor in self._own[user_id]})
        return self._own[user_id]

    @staticmethod
    def _by_elimination(selector: FactorSelector, own: Sequence[Factor], devices: Sequence[Device]) -> Factor | None:
        """An id that nobody's list shows is that of the one factor this user has enrolled, where there is but one."""
        listed = {factor.name.lower() for factor in own}
        enrolled = {factor for factor in map(_factor_of, devices) if factor.name.lower() not in listed}
        if selector.id is None or len(enrolled) != 1:
            return None
        only = enrolled.pop()
        return Factor(selector.id, only.name, only.auth_name)

    @staticmethod
    def _unknown(selector: FactorSelector, own: Sequence[Factor], devices: Sequence[Device]) -> Factor:
        names = sorted({factor.name for factor in [*own, *map(_factor_of, devices)]})
        choices = ", ".join(names) if names else "none at all"
        raise OneLoginError(
            "unknown_factor",
            f"{selector} is no factor that is available to this user. Available or enrolled: {choices}.",
        )


def _factor_of(device: Device) -> Factor:
    return Factor(None, device.type_name or device.auth_name, device.auth_name)


def _choose(
    selector: FactorSelector, factors: Iterable[Factor], attributes: Sequence[str] = ("name", "auth_name")
) -> Factor | None:
    factors = set(factors)
    if selector.name is None:
        return next((factor for factor in factors if factor.id == selector.id), None)
    wanted = selector.name.lower()
    for attribute in attributes:
        found = [factor for factor in factors if getattr(factor, attribute).lower() == wanted]
        if len(found) > 1:
            choices = ", ".join(sorted(f"{factor.name} (factor_id {factor.id})" for factor in found))
            raise OneLoginError(
                "ambiguous",
                f"{selector} names several factors: {choices}.",
                hint="Use the factor's own name, or factor_id.",
            )
        if found:
            return found[0]
    return None
