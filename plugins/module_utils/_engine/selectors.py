# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options with which an item identifies its user, its factor and its device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold, read_name

USER_OPTIONS = ("user_id", "email", "username")

Key = tuple[Any, ...]
"""The values by which selectors are compared."""


@dataclass(frozen=True)
class UserSelector:
    """A user by id, e-mail address or username. If several are set, all have to identify the same user.

    :param label: the user's name in messages; by default the first of e-mail address, username and id.
    """

    user_id: int | None = None
    email: str | None = None
    username: str | None = None
    label: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.label or self.email or self.username or f"user_id {self.user_id}"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> UserSelector:
        """Read the selector from an item's options.

        :raises OneLoginError: ``invalid`` if it identifies no user, or has an invalid value.
        """
        given = {key: options[key] for key in USER_OPTIONS if options.get(key) is not None}
        given = {key: read_name(key, value) if isinstance(value, str) else value for key, value in given.items()}
        given = {key: value for key, value in given.items() if value != ""}
        if not given:
            raise OneLoginError("invalid", "The item does not identify a user.", hint="Set user_id, email or username.")
        for key, value in given.items():
            if key == "user_id" and value < 1:
                raise OneLoginError("invalid", f"user_id is {value}; it must be a positive number.")
            if isinstance(value, str) and "*" in value:
                raise OneLoginError("invalid", f"{key} {value} contains a wildcard; an item must identify one user.")
        return cls(**given, label=options.get("label"))

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The names among the selectors, with the option that gives each."""
        return tuple((key, value) for key, value in (("email", self.email), ("username", self.username)) if value)

    @property
    def key(self) -> tuple[str, int | str]:
        """Return a selector in a form for comparison: OneLogin's names ignore case."""
        if self.user_id is not None:
            return ("user_id", self.user_id)
        name, value = self.names[0]
        return (name, fold(value))


@dataclass(frozen=True)
class FactorSelector:
    """A factor by name (the account's or OneLogin's own) or by id."""

    name: str | None = None
    id: int | None = None

    def __str__(self) -> str:
        return repr(self.name) if self.name is not None else f"factor_id {self.id}"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> FactorSelector:
        """Read the selector from an item's options.

        :raises OneLoginError: ``invalid`` if it identifies no factor, or two.
        """
        selector = cls.read_optional(options)
        if selector is None:
            raise OneLoginError("invalid", "The item does not identify a factor.", hint="Set factor or factor_id.")
        return selector

    @classmethod
    def read_optional(cls, options: Mapping[str, Any]) -> FactorSelector | None:
        """Read the selector of an item; None without a factor.

        :raises OneLoginError: ``invalid`` if both options are set.
        """
        name, number = read_name("factor", options.get("factor") or "") or None, options.get("factor_id")
        if name is not None and number is not None:
            raise OneLoginError("invalid", f"The item has two factors: {name} and factor_id {number}.")
        return None if name is None and number is None else cls(name, number)

    @property
    def key(self) -> Key:
        """Return the selector in a form for comparison."""
        return ("factor_id", self.id) if self.name is None else ("factor", fold(self.name))


@dataclass(frozen=True)
class DeviceSelector:
    """A device by its id, or by the factor it belongs to."""

    id: str | None
    factor: FactorSelector | None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> DeviceSelector:
        """Read the selector from an item's options.

        :raises OneLoginError: ``invalid`` if it identifies no device, or has several selectors.
        """
        factor, identifier = FactorSelector.read_optional(options), options.get("device_id") or None
        if (factor is None) == (identifier is None):
            raise OneLoginError(
                "invalid",
                f"The item has both device {identifier} and factor {factor}."
                if factor
                else "The item does not identify a device.",
                hint="Set one of device_id, factor and factor_id.",
            )
        return cls(identifier, factor)

    @property
    def key(self) -> Key:
        """Return the selector in a form for comparison."""
        return self.factor.key if self.factor else ("device_id", self.id)

    def __str__(self) -> str:
        return f"device for {self.factor}" if self.factor else f"device {self.id}"
