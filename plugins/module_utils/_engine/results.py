# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Results of earlier tasks as the entries of a batch.

A task of this collection takes the results of another one as they were registered. An entry is cut down to ids, state
and error before anything shows it; it never passes on a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.models import (
    Confirmation,
    Registration,
    RegistrationResult,
    Verification,
    VerificationResult,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import (
    CODE,
    FACTOR,
    IDENTIFYING,
    MESSAGE,
)

REGISTRATION, VERIFICATION = "registration", "verification"
_FIELDS = {
    REGISTRATION: tuple(RegistrationResult.__annotations__),
    VERIFICATION: tuple(VerificationResult.__annotations__),
    "device": ("device_id", "user_id", "type_display_name", "auth_factor_name", "user_display_name"),
    "mfa_token": ("user_id",),
    "user": ("user_id", "email", "username"),
}
"""The fields that are kept of a result's object: ids, names and state."""
_MARKS = ("changed", "failed", "skipped", "error", "devices", *_FIELDS)
_KEPT = ("failed", "skipped", "error", "msg", "awaits")
_ADDED = (*FACTOR.specs, *MESSAGE.specs, *CODE.specs, "display_name", "verified", "registration_id", "verification_id")
"""Options that a playbook has added to a record: it is then an item, whose options must not be lost."""


@dataclass(frozen=True)
class EarlierResult:
    """What an earlier task returned for one item.

    :param row: the result, cut down; reading it again returns the same.
    :param kind: the kind of the object, such as ``registration``; None without an object.
    :param about: the object it is about, cut down.
    """

    row: Mapping[str, Any]
    kind: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def item(self) -> Mapping[str, Any]:
        """The options with which the earlier task identified the item, such as ``key``, ``email`` and ``username``."""
        return self.row.get("item") or {}

    @property
    def devices(self) -> list[EarlierResult] | None:
        """One result for each device in a list of devices; None for a result without such a list."""
        if "devices" not in self.row:
            return None
        rest = {name: value for name, value in self.row.items() if name != "devices"}
        return [EarlierResult({**rest, "device": device}, "device", device) for device in self.row["devices"]]

    @property
    def label(self) -> str | None:
        """The user's name for messages, if the result has one."""
        return next(
            (str(its[name]) for its in (self.item, self.about) for name in ("email", "username") if its.get(name)), None
        )

    @property
    def ids(self) -> dict[str, Any]:
        """The ids in the result, by the options that take them.

        If it has no user id, as for a user without devices, these are the names in its item. The variable of a
        loop does not count: the task may have used another part of it.
        """
        found = {name: self.about.get(name) for name in ("user_id", "device_id", "factor_id", "expires_at")}
        if self.kind in (REGISTRATION, VERIFICATION):
            found[f"{self.kind}_id"] = self.about.get("id")
        if found["user_id"] is None:
            listed = (device["user_id"] for device in self.row.get("devices") or ())
            found["user_id"] = self.item.get("user_id") or next(listed, None)
        if found["user_id"] is None and "ansible_loop_var" not in self.row:
            found.update((name, self.item.get(name)) for name in ("email", "username"))
        return {name: value for name, value in found.items() if value is not None}

    @property
    def confirmation(self) -> Confirmation | None:
        """The registration or verification that the result is about."""
        kind = {REGISTRATION: Registration, VERIFICATION: Verification}.get(self.kind or "")
        return kind(**{"id": None, "user_id": None, "status": "", **self.about}) if kind else None

    @property
    def kept(self) -> dict[str, Any]:
        """The fields of this result that a later result repeats."""
        confirmation = self.confirmation
        if not confirmation or not confirmation.status:
            return {}
        awaits = {"awaits": self.row["awaits"]} if self.row.get("awaits") else {}
        return {str(self.kind): confirmation.as_result(), **awaits}

    @property
    def failure(self) -> OneLoginError | None:
        """The error with which the item failed."""
        if not self.row.get("failed"):
            return None
        error = self.row.get("error")
        if isinstance(error, Mapping) and error.get("code"):
            return OneLoginError.from_result(error)
        message = str(self.row.get("msg") or "The earlier task failed for this item.")
        return OneLoginError("invalid", message, hint="Correct what the earlier task failed with, and run again.")

    @property
    def was_skipped(self) -> bool:
        """Whether the earlier task skipped the item."""
        return bool(self.row.get("skipped"))


def read_result(entry: Mapping[str, Any]) -> EarlierResult | None:
    """Read an entry of a batch as the result of an earlier task; None for one that is an item of its own."""
    record = _read_record(entry)
    if record is None and not any(mark in entry for mark in _MARKS):
        return None
    kind, about = record or _read_object(entry)
    row: dict[str, Any] = {"failed": False, **{name: entry[name] for name in _KEPT if entry.get(name)}}
    row["item"] = dict(_read_item(entry.get("item")))
    if entry.get("ansible_loop_var") == "item":  # Ansible has put the variable in the place of the module's own item
        row["ansible_loop_var"] = "item"
    if record and isinstance(entry.get("key"), (str, int)):
        row["item"] = {"key": entry["key"]}
    if isinstance(entry.get("devices"), list):
        row["devices"] = [_cut("device", device) for device in entry["devices"] if isinstance(device, Mapping)]
    if kind:
        row[kind] = dict(about)
    return EarlierResult(row, kind, about)


def _read_record(entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return a user of user_info or a device of mfa_device_info, which modules return without anything around them."""
    if entry.get("user_id") is None or any(name in entry for name in ("changed", "failed", *_ADDED)):
        return None
    if str(entry.get("id")) == str(entry["user_id"]):
        return "user", _cut("user", entry)
    if "device_id" in entry and "type_display_name" in entry:
        return "device", _cut("device", entry)
    return None


def _read_object(entry: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    for kind in _FIELDS:
        if isinstance(entry.get(kind), Mapping):
            return kind, _cut(kind, entry[kind])
    return None, {}


def _cut(kind: str, about: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: about[name] for name in _FIELDS[kind] if about.get(name) is not None}


def _read_item(item: object) -> Iterator[tuple[str, Any]]:
    """Read the options that identify an item: of a batch as modules return it, or of a loop, which may be anything."""
    if isinstance(item, str) and "@" in item:
        yield "email", item
    elif isinstance(item, Mapping):
        for name in IDENTIFYING:
            if isinstance(item.get(name), (str, int)) and not isinstance(item.get(name), bool):
                yield name, item[name]
