# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the factor that an item identifies, and the devices of the user that belong to it.

The policy of a user's group decides which factors the user can have, so the list of one user is read for each group. A
user's own list leaves out what the user has enrolled
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/available-factors); the devices show that.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import get_factors
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Factor
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.matching import (
    Attribution,
    attribute,
    choose,
    describe,
    find_matches,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import FactorSelector, Key
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import DeviceFactor


@dataclass(frozen=True)
class FoundFactor:
    """A factor, for one user.

    :param enrolled: the devices of the user that belong to it.
    :param unclear: devices that may belong to it or to another factor.
    """

    factor: Factor
    enrolled: Sequence[Device] = ()
    unclear: Sequence[Device] = ()

    def refuse_unclear(self) -> None:
        """Fail if a device may or may not belong to the factor.

        :raises OneLoginError: ``ambiguous``.
        """
        if not self.unclear:
            return
        shown = ", ".join(f"{device.id} ({device.type_name or device.auth_name})" for device in self.unclear)
        raise OneLoginError(
            "ambiguous",
            f"These devices of the user may or may not belong to {describe(self.factor)}: {shown}.",
            hint="Remove or rename them in OneLogin, or set device_id if you mean one of them.",
        )


@dataclass
class GroupFactors:
    """What is known of the factors that the users of one group can have.

    :param factors: by their ids.
    :param lists: what was read: the ids in a user's own list, and the user's devices.
    :param strangers: factors without an id, of which these users have devices.
    :param lock: held while the first list is read.
    """

    factors: Mapping[int, Factor] = field(default_factory=dict)
    lists: dict[int, tuple[frozenset[int], Sequence[Device]]] = field(default_factory=dict)
    strangers: frozenset[Factor] = frozenset()
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class _Remembered:
    """The journal's records of one user.

    :param of_devices: the factors of devices, by the ids of the devices.
    :param asked_for: the factors of open registrations.
    """

    of_devices: dict[str, Factor] = field(default_factory=dict)
    asked_for: list[Factor] = field(default_factory=list)


@lru_cache(maxsize=8)
def share_group_factors(connection: Connection, process: int) -> dict[Hashable, GroupFactors]:  # noqa: ARG001 - in the key
    """Return the known factors of the account's groups, which the items of a loop in one process share."""
    return {}


class FactorDirectory:
    """The factors of the account, shared by all threads.

    :param find_group_key: returns the key of a user's group, by the user's id.
    :param remembered: reads the journal's records of devices.
    """

    def __init__(
        self,
        client: Client,
        find_group_key: Callable[[int], Hashable] = lambda _user_id: None,
        remembered: Callable[[], Sequence[DeviceFactor]] = lambda: (),
    ) -> None:
        self._client = client
        self._find_group_key = find_group_key
        self._read_journal = remembered
        self._lock = threading.Lock()
        self._groups = share_group_factors(client.connection, os.getpid())
        self._current: set[int] = set()  # users whose lists were read, and are as they were since

    def find(self, selector: FactorSelector, user_id: int, devices: Sequence[Device]) -> FoundFactor:
        """Return the factor of a selector, for a user with these devices.

        :raises OneLoginError: ``unknown_factor``, ``ambiguous``, and those of reading the list.
        """
        group = self._get_group(user_id)
        with group.lock:
            if not group.lists:
                self._read(group, user_id, devices)
        if user_id not in self._current:
            found = self._find_in_group(group, selector, user_id, devices)
            if found:
                return found
            self._read(group, user_id, devices)
        return self._find_in_own_list(group, selector, user_id, devices)

    def refuse_unless_offered(self, factor: Factor, user_id: int, devices: Sequence[Device]) -> None:
        """Reject a factor that this user cannot enrol; users of a group can have different lists.

        :raises OneLoginError: ``unknown_factor``, and those of reading the list.
        """
        group = self._get_group(user_id)
        if user_id not in self._current:
            self._read(group, user_id, devices)
        if factor.id not in group.lists[user_id][0] and not self.list_devices(factor, user_id, devices):
            raise self._build_unknown_error(group, FactorSelector(factor.name), user_id, devices)

    def find_elsewhere(self, selector: FactorSelector) -> Factor | None:
        """Find the factor among those of all groups that were read; None if no group has it."""
        with self._lock:
            factors = [factor for group in self._groups.values() for factor in group.factors.values()]
        with suppress(OneLoginError):
            return choose(selector, factors)
        return None

    def list_known_factors(self, user_id: int) -> Sequence[Factor]:
        """Return the factors that were found for the users of a user's group."""
        return list(self._get_group(user_id).factors.values())

    def forget(self, user_id: int) -> None:
        """Forget the list of a user, which a registration is about to change."""
        self._current.discard(user_id)

    def resolve_key(self, selector: FactorSelector, user_id: int, devices: Callable[[int], Sequence[Device]]) -> Key:
        """Return a key, equal for selectors of the same factor, as far as the list of one user in the group shows.

        :param devices: reads the devices of that user.
        :raises OneLoginError: those of reading the list.
        """
        group = self._get_group(user_id)
        with group.lock:
            if not group.lists:
                self._read(group, user_id, devices(user_id))
        with suppress(OneLoginError):  # the item fails with the same ambiguous name later
            found = choose(selector, group.factors.values())
            if found:
                return ("factor_id", found.id)
        return selector.key

    def list_devices(self, factor: Factor, user_id: int, devices: Sequence[Device]) -> list[Device]:
        """Return the devices of a user that belong to a factor that was found before."""
        return self._attribute(self._get_group(user_id), user_id, devices).list_devices(factor)

    def _find_in_group(
        self, group: GroupFactors, selector: FactorSelector, user_id: int, devices: Sequence[Device]
    ) -> FoundFactor | None:
        """Find the factor in the lists of other users of the group; None if the user's own list is needed."""
        its = self._attribute(group, user_id, devices)
        own = [*group.factors.values(), *its.factors]
        if selector.name is not None and not set(find_matches(selector.name, {*own, *group.strangers})) <= set(own):
            return None
        factor = choose(selector, own)
        if factor is None or its.list_unclear_devices(factor):
            return None
        return FoundFactor(factor, its.list_devices(factor))

    def _find_in_own_list(
        self, group: GroupFactors, selector: FactorSelector, user_id: int, devices: Sequence[Device]
    ) -> FoundFactor:
        its = self._attribute(group, user_id, devices)
        factor = choose(selector, [*group.factors.values(), *its.factors])
        if factor:
            return FoundFactor(factor, its.list_devices(factor), its.list_unclear_devices(factor))
        strangers = [factor for factor in its.factors if factor.id is None]
        if selector.id is None or len(strangers) != 1:
            raise self._build_unknown_error(group, selector, user_id, devices)
        # An id that no list has counts as the id of the only factor that the user has enrolled, so nothing is enrolled
        # again. It may be a wrong id, so nothing is done to the device either.
        enrolled = its.list_devices(strangers[0])
        return FoundFactor(replace(strangers[0], id=selector.id), enrolled, enrolled)

    def _get_group(self, user_id: int) -> GroupFactors:
        name = self._find_group_key(user_id)
        with self._lock:
            return self._groups.setdefault(name, GroupFactors())

    def _read(self, group: GroupFactors, user_id: int, devices: Sequence[Device]) -> None:
        """Read the list of a user, and add it to the factors of the group."""
        own = {factor.id or 0: factor for factor in get_factors(self._client, user_id)}
        remembered = self._remembered(user_id).of_devices
        enrolled = {factor.id or 0: factor for device in devices if (factor := remembered.get(device.id))}
        with self._lock:
            new = not {*own, *enrolled} <= set(group.factors)
            group.factors = {**enrolled, **group.factors, **own}
            group.lists[user_id] = (frozenset(own), devices)
            self._current.add(user_id)
            strangers = set() if new else set(group.strangers)
            for reader in group.lists if new else [user_id]:
                its = self._attribute(group, reader, group.lists[reader][1], group.lists[reader][0])
                strangers.update(factor for factor in its.factors if factor.id is None)
            group.strangers = frozenset(strangers)

    def _attribute(
        self, group: GroupFactors, user_id: int, devices: Sequence[Device], listed: frozenset[int] | None = None
    ) -> Attribution:
        remembered = self._remembered(user_id)
        if listed is None and user_id in self._current:
            listed = group.lists[user_id][0]
        named = {device_id: group.factors.get(its.id or 0, its) for device_id, its in remembered.of_devices.items()}
        asked_for = {its.id or 0: its for its in remembered.asked_for}
        return attribute(devices, {**asked_for, **group.factors}.values(), listed, named)

    def _remembered(self, user_id: int) -> _Remembered:
        return self._journal.get(user_id) or _Remembered()

    @cached_property
    def _journal(self) -> Mapping[int, _Remembered]:
        found: dict[int, _Remembered] = {}
        for row in self._read_journal():
            its = found.setdefault(row.user_id, _Remembered())
            factor = Factor(row.factor_id, row.factor_name, row.auth_name)
            if row.device_id:
                its.of_devices[row.device_id] = factor
            else:
                its.asked_for.append(factor)
        return found

    def _build_unknown_error(
        self, group: GroupFactors, selector: FactorSelector, user_id: int, devices: Sequence[Device]
    ) -> OneLoginError:
        listed = group.lists[user_id][0]
        own = [factor for factor in group.factors.values() if factor.id in listed]
        own += self._attribute(group, user_id, devices).factors
        names = sorted({factor.name or f"factor_id {factor.id}" for factor in own})
        return OneLoginError(
            "unknown_factor",
            f"Factor {selector} is not available to this user. Available or enrolled: {', '.join(names) or 'none'}.",
        )
