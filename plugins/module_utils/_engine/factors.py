# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the factor an item names, and the devices of a user that belong to it.

Factor ids are read once for the account. A user's own list leaves out what that user has enrolled
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/available-factors), and a device has no factor
id, so both lists are needed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import get_factors
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Factor
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import FactorSelector, Key


@lru_cache(maxsize=8)
def account_factors(connection: Connection, process: int) -> dict[int | None, Factor]:  # noqa: ARG001 - part of the key
    """The account's factors by id, as far as they are known. The items of a loop, in one process, share them."""
    return {}


class FactorDirectory:
    """The account's factors as far as they are known, shared by all threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._factors = account_factors(client.connection, os.getpid())
        self._own: dict[int, list[Factor]] = {}

    def find(self, selector: FactorSelector, user_id: int, devices: Sequence[Device]) -> Factor:
        """The factor of a selector, for a user with these devices.

        :raises OneLoginError: ``unknown_factor``, ``ambiguous``, and those of reading the list.
        """
        enrolled = [device.factor for device in devices]
        with self._lock:
            if not self._factors:
                named = _choose(selector, enrolled, ["name"])
                if named:
                    return named  # no list is needed
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
        """Refuse a factor of the account that this user cannot enrol, since the user's policy may leave it out.

        :raises OneLoginError: ``unknown_factor``, and those of reading the list.
        """
        with self._lock:
            own = self._read(user_id)
        if factor not in own and not self.devices_of(factor, devices):
            self._unknown(FactorSelector(factor.name), own, devices)

    def key_of(self, selector: FactorSelector, user_id: int) -> Key:
        """A key that is equal for selectors of the same factor, as far as is known.

        :raises OneLoginError: those of reading the list of the user.
        """
        with self._lock:
            if not self._factors:
                self._read(user_id)
            known = list(self._factors.values())
        with suppress(OneLoginError):  # the item meets an ambiguous name again
            found = _choose(selector, known)
            if found:
                return ("factor_id", found.id)
        return selector.key

    def devices_of(self, factor: Factor, devices: Iterable[Device]) -> list[Device]:
        """The devices of a user that belong to a factor."""
        same = [device for device in devices if device.auth_name.lower() == factor.auth_name.lower()]
        named = [device for device in same if device.type_name.lower() == factor.name.lower()]
        if named or not same:
            return named
        # Either the factor was renamed, or the devices belong to another one of its type.
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
        """An id that no list shows belongs to the only factor that this user has enrolled, where it is only one."""
        listed = {factor.name.lower() for factor in own}
        enrolled = {device.factor for device in devices if device.factor.name.lower() not in listed}
        if selector.id is None or len(enrolled) != 1:
            return None
        only = enrolled.pop()
        return Factor(selector.id, only.name, only.auth_name)

    @staticmethod
    def _unknown(selector: FactorSelector, own: Sequence[Factor], devices: Sequence[Device]) -> Factor:
        names = sorted({factor.name for factor in [*own, *(device.factor for device in devices)]})
        choices = ", ".join(names) if names else "none"
        raise OneLoginError(
            "unknown_factor",
            f"Factor {selector} is not available to this user. Available or enrolled: {choices}.",
        )


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
