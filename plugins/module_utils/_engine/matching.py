# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Match devices and names with factors. This file makes no API call.

A device has no factor id, and nothing promises that it shows the factor's name
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/enrolled-factors). A user's list of factors
leaves out what the user has enrolled, which distinguishes devices with equal names.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Factor
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import FactorSelector


@dataclass(frozen=True)
class Attribution:
    """Which factors the devices of one user belong to.

    :param known: devices with their factor.
    :param open: the other devices, with the factors that each can belong to; empty if only the device shows its factor.
    """

    known: Sequence[tuple[Device, Factor]]
    open: Sequence[tuple[Device, Sequence[Factor]]]

    @property
    def factors(self) -> list[Factor]:
        """The factors of the devices. A factor that only a device shows has no id."""
        found = [factor for _device, factor in self.known] + [its.factor for its, choices in self.open if not choices]
        return [factor for factor in dict.fromkeys(found) if factor.name]

    def list_devices(self, factor: Factor) -> list[Device]:
        """Return the devices that belong to a factor."""
        strangers = [(device, device.factor) for device, choices in self.open if not choices]
        return [device for device, its in [*self.known, *strangers] if its == factor]

    def list_unclear_devices(self, factor: Factor) -> list[Device]:
        """Return the devices that belong to a factor or to another one."""
        return [device for device, choices in self.open if factor in choices]


def attribute(
    devices: Sequence[Device],
    factors: Iterable[Factor],
    listed: Container[int | None] | None,
    remembered: Mapping[str, Factor],
) -> Attribution:
    """Find the factors of a user's devices: from the journal, by name, and by what the user's own list leaves out.

    :param factors: those of the user's group.
    :param listed: ids of the factors in the user's own list; None if it was not read.
    :param remembered: the factors that the journal has, by the ids of devices.
    """
    factors = list(factors)
    known = {device.id: remembered[device.id] for device in devices if device.id in remembered}
    for device in devices:
        named = [factor for factor in factors if _shows_name_of(device, factor)]
        if device.id not in known and len(named) == 1:
            known[device.id] = named[0]
    open_ = _list_choices(devices, factors, listed, known)
    if listed is not None:
        known |= {device.id: choices[0] for device, choices in open_ if _is_sure(choices, open_)}
    return Attribution(
        [(device, known[device.id]) for device in devices if device.id in known],
        [(device, choices) for device, choices in open_ if device.id not in known],
    )


def _list_choices(
    devices: Sequence[Device],
    factors: Sequence[Factor],
    listed: Container[int | None] | None,
    known: Mapping[str, Factor],
) -> list[tuple[Device, list[Factor]]]:
    """Return the devices without a known factor, each with those of its type that are not available any more.

    A list may have what the user has enrolled too. A device without a name can then belong to any factor of its type.
    """
    taken = {factor.id for factor in known.values()}
    left = [factor for factor in factors if factor.id not in taken]
    found: list[tuple[Device, list[Factor]]] = []
    for device in devices:
        if device.id not in known:
            possible = [factor for factor in left if _is_of_type(device.factor, factor)]
            unlisted = [factor for factor in possible if listed is None or factor.id not in listed]
            found.append((device, unlisted or ([] if device.type_name else possible)))
    return found


def _is_sure(choices: Sequence[Factor], others: Sequence[tuple[Device, Sequence[Factor]]]) -> bool:
    """Return whether there is one choice, and no device of another name that can belong to the same factor."""
    names = {device.type_name for device, its in others if set(its) & set(choices)}
    return len(choices) == 1 and len(names) == 1


def choose(selector: FactorSelector, factors: Iterable[Factor]) -> Factor | None:
    """Find the factor of a selector: by its id, else its name in the account, else OneLogin's name for its type.

    :raises OneLoginError: ``ambiguous`` if several have the name.
    """
    factors = list(dict.fromkeys(factors))
    if selector.name is None:
        return next((factor for factor in factors if factor.id == selector.id), None)
    found = find_matches(selector.name, factors)
    if len(found) > 1:
        raise OneLoginError(
            "ambiguous",
            f"{selector} matches several factors: {', '.join(sorted(map(describe, found)))}.",
            hint="Use the factor's own name, or factor_id.",
        )
    return found[0] if found else None


def find_matches(name: str, factors: Iterable[Factor]) -> list[Factor]:
    """Return the factors with a name of their own like this; where there are none, those of a type named like this."""
    factors, wanted = list(factors), fold(name)
    named = [factor for factor in factors if fold(factor.name) == wanted]
    return named or [factor for factor in factors if fold(factor.auth_name) == wanted]


def describe(factor: Factor) -> str:
    """Return the factor for messages."""
    return f"{factor.name} (enrolled)" if factor.id is None else f"{factor.name} (factor_id {factor.id})"


def _is_of_type(one: Factor, other: Factor) -> bool:
    """Return whether both can have the same type, as far as OneLogin's names for their types show."""
    return not one.auth_name or not other.auth_name or fold(one.auth_name) == fold(other.auth_name)


def _shows_name_of(device: Device, factor: Factor) -> bool:
    named = bool(device.type_name) and fold(device.type_name) == fold(factor.name)
    return named and _is_of_type(device.factor, factor)
