# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""From the options of a task to its items: one at the top level, or the entries of ``batch``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import convert_options, name_type
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation, Outcome
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import IDENTIFYING
from ansible_collections.community.onelogin.plugins.module_utils._engine.results import EarlierResult, read_result
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import USER_OPTIONS

_TARGETS = ("device_id", "factor", "factor_id")
_NAMES = ("key", "email", "username", "factor")
_ONE_USERS = (*USER_OPTIONS, "device_id", "registration_id", "verification_id")
"""Options that belong to one user, and so cannot be a default for many."""


@dataclass(frozen=True)
class Entry:
    """One item of a task as it was given.

    :param options: its options, with their types and complete with defaults; empty if ``outcome`` is set.
    :param item: the options that its result repeats, to identify it.
    :param outcome: its outcome, if it needs no further work.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None


def read_batch(value: Any) -> list[Any]:
    """Return the entries of ``batch``: a list, or JSON text of one. Results of earlier tasks are cut down.

    :raises OneLoginError: ``invalid`` for anything else.
    """
    if isinstance(value, str):
        value = _parse(value)
    if isinstance(value, Mapping):
        hint = 'Pass its results: batch: "{{ registered.results }}".' if "results" in value else "Put it in a list."
        raise OneLoginError("invalid", "batch is a dictionary; it must be a list.", hint=hint)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise OneLoginError("invalid", f"batch is {name_type(value)}; it must be a list, or JSON text of one.")
    return [_cut(entry) for entry in value]


def read_entries(operation: Operation[Any], options: Mapping[str, Any], check_mode: bool) -> list[Entry]:
    """Return the items of a task's ``batch``.

    :param options: the task's options, ``batch`` among them.
    :raises OneLoginError: ``invalid`` if the batch as a whole cannot be used.
    """
    rows = read_batch(options["batch"])
    defaults = _read_defaults(operation, options, len(rows))
    return [entry for row in rows for entry in _read_entries(operation, row, defaults, check_mode)]


def is_name(entry: object) -> bool:
    """Return whether an entry is a name of a user, and not the text of a dictionary, which may contain a code."""
    return isinstance(entry, str) and not entry.lstrip().startswith(("{", "["))


def read_single_entry(operation: Operation[Any], options: Mapping[str, Any]) -> Entry:
    """Return the one item at the top level of a task."""
    return Entry(options, _identify(operation, options))


def describe_user(item: Mapping[str, Any]) -> str:
    """Describe the user of an item for a message; empty if it identifies no one."""
    name = next((str(item[name]) for name in ("email", "username") if item.get(name)), "")
    return name or (f"user_id {item['user_id']}" if item.get("user_id") else "")


def describe(item: Mapping[str, Any]) -> str:
    """Describe an item for a message: the user, then the factor or the device."""
    ids = (f"{name} {item[name]}" for name in ("factor_id", "device_id") if item.get(name))
    return ", ".join(str(part) for part in (describe_user(item), item.get("factor") or next(ids, "")) if part)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as problem:
        raise OneLoginError("invalid", f"batch is text, but not JSON: {problem}.") from None


def _cut(entry: Any) -> Any:
    earlier = read_result(entry) if isinstance(entry, Mapping) else None
    return earlier.row if earlier else entry


def _read_defaults(operation: Operation[Any], options: Mapping[str, Any], count: int) -> dict[str, Any]:
    """Read the options at the top level, which are the defaults of the items of ``batch``."""
    specs = operation.item.specs
    beside = {
        name: options[name] for name, spec in specs.items() if options.get(name) not in (None, "", spec.get("default"))
    }
    if not operation.per_user:
        return beside
    misplaced = [name for name in _ONE_USERS if name in beside]
    if "otp" in beside and count > 1:
        misplaced.append("otp")
    if misplaced:
        raise OneLoginError(
            "invalid",
            f"{', '.join(misplaced)} cannot be a default for the items of a batch, because it belongs to one user.",
            hint="Put it into the items of the batch.",
        )
    return beside


def _read_entries(
    operation: Operation[Any], row: Any, defaults: Mapping[str, Any], check_mode: bool
) -> Iterator[Entry]:
    """Read the entries of one row of a batch: one, or one for each device if a result lists several."""
    earlier = read_result(row) if isinstance(row, Mapping) else None
    if not earlier:
        yield _from_options(operation, row, defaults)
        return
    takes_devices = "device_id" in operation.item.specs and not any(name in defaults for name in _TARGETS)
    for one in (earlier.devices if takes_devices else None) or [earlier]:
        yield _from_result(operation, one, defaults, check_mode)


def _from_options(operation: Operation[Any], row: Any, defaults: Mapping[str, Any]) -> Entry:
    if is_name(row):
        row = {"email" if "@" in row else "username": row}
    if not isinstance(row, Mapping):
        kind = "the text of a dictionary or a list" if isinstance(row, str) else name_type(row)
        error = OneLoginError(
            "invalid",
            f"An item is {kind}; it must be a dictionary, a result, or the text of an address or a username.",
            hint="Put a username of digits in quotes.",
        )
        return Entry(outcome=Outcome.failed(error))
    item = {name: row[name] for name in IDENTIFYING if isinstance(row.get(name), (str, int)) and row[name] != ""}
    own = _given(row)
    if any(name in own for name in _TARGETS):
        defaults = {name: value for name, value in defaults.items() if name not in _TARGETS}
    own = {name: _merge(defaults.get(name), value) for name, value in own.items()}
    return _convert(operation, {**defaults, **own}, {**_identify(operation, defaults), **item})


def _merge(default: Any, own: Any) -> Any:
    """Return an option of an item. A dictionary of the task has the defaults of the keys that the item leaves out."""
    if not isinstance(default, Mapping) or not isinstance(own, Mapping):
        return own
    return {**default, **_given(own)}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options without null and empty ones, which count as not set."""
    return {name: value for name, value in options.items() if value is not None and value != ""}


def _from_result(
    operation: Operation[Any], earlier: EarlierResult, defaults: Mapping[str, Any], check_mode: bool
) -> Entry:
    ids = {name: value for name, value in earlier.ids.items() if name in operation.item.specs}
    names = {name: value for name, value in {**earlier.about, **earlier.item}.items() if name in _NAMES}
    if any(name in defaults for name in _TARGETS):
        # The options of the task take precedence; the result then only identifies the user.
        ids = {name: value for name, value in ids.items() if name in USER_OPTIONS}
        names.pop("factor", None)
    if "registration_id" not in operation.item.specs:
        ids.pop("factor_id", None)
    item = {**names, **_identify(operation, defaults), **{name: ids[name] for name in ids if name in IDENTIFYING}}
    try:
        outcome = _finish(operation, earlier, check_mode)
    except OneLoginError as error:
        outcome = Outcome.failed(error, earlier.kept)
    if outcome:
        return Entry(item=item, outcome=outcome)
    entry = _convert(operation, {**defaults, **ids}, item)
    return Entry({**entry.options, "label": earlier.label, "earlier": earlier}, item, entry.outcome)


def _finish(operation: Operation[Any], earlier: EarlierResult, check_mode: bool) -> Outcome | None:
    """Return the outcome of a result that needs no further work."""
    if not operation.per_user:
        raise OneLoginError("invalid", "The result of another task cannot be an item of this module.")
    if earlier.failure:
        return Outcome.failed(earlier.failure, earlier.kept)
    if earlier.was_skipped:
        return Outcome(
            "skipped", earlier.kept, msg=str(earlier.row.get("msg") or "The earlier task skipped this item.")
        )
    return operation.finish(earlier, check_mode)


def _convert(operation: Operation[Any], given: Mapping[str, Any], item: Mapping[str, Any]) -> Entry:
    try:
        return Entry(convert_options(given, operation.batch_item.specs), item)
    except OneLoginError as error:
        return Entry(item=item, outcome=Outcome.failed(error))


def _identify(operation: Operation[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that identify an item, which its result repeats."""
    return {
        name: options[name] for name in IDENTIFYING if name in operation.item.specs and options.get(name) is not None
    }
