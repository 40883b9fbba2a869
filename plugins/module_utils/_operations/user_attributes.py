# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Change the attributes of users."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.models import User
from ansible_collections.community.onelogin.plugins.module_utils._api.pages import PAGE_SIZE
from ansible_collections.community.onelogin.plugins.module_utils._api.users import get_user, list_users, put_user
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold, read_name
from ansible_collections.community.onelogin.plugins.module_utils._common.phone import check_phone
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean_all
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import name_type
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Operation,
    Outcome,
    convert_not_found,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key, UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._operations.group_change import GroupChange

_TEXTS = ("email", "phone", "title", "department", "company", "external_id")
_CUSTOM = "custom_attributes"
_FIELDS = ("email", "username", "phone", "group_id", "title", "department", "company", "external_id", _CUSTOM)
"""The fields of a record that are read and returned."""

OPTIONS = USER + Options(
    {
        "attributes": {
            "type": "dict",
            "options": {
                **{name: {"type": "str"} for name in (*_TEXTS, "group")},
                "group_id": {"type": "int"},
                _CUSTOM: {"type": "dict"},
            },
        },
        "overwrite": {"type": "bool", "default": True},
        "group_from": {"type": "list", "elements": "str"},
    }
)

Record = Mapping[str, Any]


@dataclass(frozen=True)
class UserChange:
    """One user, and the wanted attributes.

    :param values: values of fields, under the API's names.
    :param custom: values of custom attributes, by their short names.
    :param group: name of the group.
    :param overwrite: replace existing values; otherwise fill only empty ones.
    :param group_from: names of the groups that the user may leave; None for all.
    """

    user: UserSelector
    values: Record
    custom: Mapping[str, str]
    group: str | None
    overwrite: bool
    group_from: tuple[str, ...] | None = None

    @property
    def target(self) -> Key:
        """Empty: two items for one user are duplicates, since their order would be undefined."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> UserChange:
        """Read the item from its options. An attribute that is null or empty counts as not set.

        :raises OneLoginError: ``invalid``.
        """
        attributes = options.get("attributes")
        if attributes is None:
            raise OneLoginError("invalid", "The item has no attributes.", hint="Set attributes, such as phone.")
        texts = {name: read_name(name, attributes.get(name) or "") for name in (*_TEXTS, "group")}
        values: dict[str, Any] = {name: text for name, text in texts.items() if text and name != "group"}
        _check(values)
        if attributes.get("group_id") is not None:
            values["group_id"] = attributes["group_id"]
        group = texts["group"] or None
        if group and "group_id" in values:
            raise OneLoginError("invalid", f"The item has two groups: {group} and group_id {values['group_id']}.")
        custom = _read_custom(attributes.get(_CUSTOM) or {})
        group_from = _read_group_from(options.get("group_from"), has_group=bool(group or "group_id" in values))
        selector = UserSelector.from_options(options)
        return cls(selector, values, custom, group, options["overwrite"], group_from)

    def find_differences(self, record: Record, group_id: int | None) -> dict[str, Any]:
        """Return the fields of a record that have to be changed, with their new values.

        :param group_id: the id of the wanted group; None if the user stays in the present one.
        """
        others = {name: value for name, value in self.values.items() if name != "group_id"}
        wanted = {**others, **({} if group_id is None else {"group_id": group_id})}
        changes = {name: value for name, value in wanted.items() if self._differs(name, record.get(name), value)}
        known = _custom_of(record)
        custom = {name: value for name, value in self.custom.items() if self._differs(name, known.get(name), value)}
        # Whether OneLogin keeps attributes that are not named is not documented, so all are.
        return {**changes, _CUSTOM: {**known, **custom}} if custom else changes

    def select_fields(self, record: Record) -> dict[str, Any]:
        """Return the part of a record that the item is about, for diff mode."""
        names = [*self.values, *(["group_id"] if self.group else [])]
        shown = {name: record.get(name) for name in _FIELDS if name in names}
        known = _custom_of(record)
        return {**shown, _CUSTOM: {name: known.get(name) for name in self.custom}} if self.custom else shown

    def _differs(self, name: str, current: Any, wanted: Any) -> bool:
        if current is None or current == "":
            return True
        # OneLogin ignores the case of an address, so it may store another case.
        same = fold(str(current)) == fold(wanted) if name == "email" else str(current) == str(wanted)
        return self.overwrite and not same


class UserRecords:
    """Records of users. Those of a batch are read together, as many a call as a page holds."""

    def __init__(self, context: Context, user_ids: Iterable[int]) -> None:
        self._context = context
        self._together = sorted(set(user_ids))
        self._lock = threading.Lock()
        self._found: dict[int, Record] | None = None
        self._trouble: OneLoginError | None = None

    def read(self, user_id: int) -> Record:
        """Return the record of a user.

        :raises OneLoginError: ``unknown_user``, and those of reading it.
        """
        if len(self._together) < 2 or user_id not in self._together:
            return self.read_again(user_id)
        with self._lock:
            if self._trouble:
                raise self._trouble
            if self._found is None:
                try:
                    self._found = self._read_together()
                except OneLoginError as trouble:
                    self._trouble = trouble
                    raise
        if user_id not in self._found:
            raise OneLoginError("unknown_user", f"No user has the id {user_id}.")
        record = self._found[user_id]
        # A field that the list leaves out must not count as empty.
        return record if set(_FIELDS) <= set(record) else self.read_again(user_id)

    def read_again(self, user_id: int) -> Record:
        """Return the record of a user as it is now.

        :raises OneLoginError: ``unknown_user``, and those of reading it.
        """
        try:
            return _read_record(get_user(self._context.client, user_id))
        except OneLoginError as error:
            raise convert_not_found(error, user_id) from None

    def _read_together(self) -> dict[int, Record]:
        found: dict[int, Record] = {}
        fields = ",".join(("id", *_FIELDS))
        for start in range(0, len(self._together), PAGE_SIZE):
            chunk = ",".join(map(str, self._together[start : start + PAGE_SIZE]))
            query = {"limit": PAGE_SIZE, "user_ids": chunk, "fields": fields}
            users = list_users(self._context.client, query)
            found.update((user.id, _read_record(user)) for user in users if user.id is not None)
        return found


def change_users(
    work: Mapping[int, UserChange], context: Context, settings: Mapping[str, Any], done: Done
) -> Mapping[str, Any]:
    """Change the users of a task, some at a time."""
    known = (context.users.find_known_id(item.user) for item in work.values())
    records = UserRecords(context, (user_id for user_id in known if user_id is not None))

    def run(item: UserChange, its: Context) -> Outcome:
        return change_user(item, its, records)

    return each(run)(work, context, settings, done)


def change_user(item: UserChange, context: Context, records: UserRecords) -> Outcome:
    """Change the differing attributes of one user."""
    user_id = context.find_user_id(item.user)
    move = GroupChange.find(item.group, item.values.get("group_id"), item.group_from, context)
    record = records.read(user_id)
    stays_in = move.find_obstacle(record)
    changes = item.find_differences(record, None if stays_in else move.group_id)
    before = clean_all(item.select_fields(record))
    stays = f" The user stays in the group {stays_in}, which group_from does not list." if stays_in else ""
    if not changes:
        result = {"user": _result(user_id, record), "previous": {}, "stays_in": stays_in}
        return Outcome("present", result, msg=stays.strip() or "Nothing differs.", before=before, after=before)
    if not context.check_mode:
        _put(user_id, changes, context, records)
    after = {**record, **changes}
    names = ", ".join(sorted(changes))
    msg = f"These would be changed: {names}." if context.check_mode else f"Changed: {names}."
    previous = clean_all({name: record.get(name) for name in changes})
    if "group_id" in changes and move.groups:
        previous["group"] = move.find_name(record)
    result = {"user": _result(user_id, after), "previous": previous, "stays_in": stays_in}
    return Outcome(
        "present", result, changed=True, msg=msg + stays, before=before, after=clean_all(item.select_fields(after))
    )


def _put(user_id: int, changes: Record, context: Context, records: UserRecords) -> None:
    """Change the record. If no request got a response, check whether one of them had its effect."""
    try:
        put_user(context.client, user_id, changes)
    except OutcomeUnknown as unknown:
        now: Record = {}
        with suppress(OneLoginError):  # without a response nothing is proven
            now = records.read_again(user_id)
        if any(name not in now or now[name] != value for name, value in changes.items()):
            unknown.hint = "Run again: only values that differ are changed."
            raise
    except OneLoginError as error:
        raise convert_not_found(error, user_id) from None


def _check(values: Mapping[str, str]) -> None:
    if "phone" in values:
        check_phone("phone", values["phone"])
    if "email" in values and "@" not in values["email"][1:-1]:
        raise OneLoginError("invalid", f"email is {values['email']}; it is not an e-mail address.")


def _read_group_from(given: Sequence[str] | None, *, has_group: bool) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not has_group:
        raise OneLoginError("invalid", "The item has group_from, but no group.", hint="Add group or group_id.")
    return tuple(read_name("group_from", name) for name in given)


def _read_custom(given: Mapping[str, Any]) -> dict[str, str]:
    custom = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        if not isinstance(value, (str, int, float)):
            raise OneLoginError("invalid", f"custom_attributes.{name} is {name_type(value)}; it must be text.")
        custom[str(name)] = str(value).lower() if isinstance(value, bool) else str(value)
    return custom


def _custom_of(record: Record) -> Mapping[str, Any]:
    known = record.get(_CUSTOM)
    return known if isinstance(known, Mapping) else {}


def _result(user_id: int, record: Record) -> dict[str, Any]:
    return {"user_id": user_id, **clean_all({name: record.get(name) for name in _FIELDS})}


def _read_record(user: User) -> Record:
    """Return the record, with custom attributes as they are stored: they are sent back with a change."""
    return {**user.record, **({_CUSTOM: user.custom_attributes} if _CUSTOM in user.record else {})}


CHANGE = Operation(OPTIONS, UserChange.parse, change_users, calls=(0, 2))
