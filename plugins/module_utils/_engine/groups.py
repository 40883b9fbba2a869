# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The groups and policies of the account, read at most once a task."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold

_T = TypeVar("_T")
_SHOWN = 20  # names in a message


class SharedList(Generic[_T]):
    """A list that the first thread reads for all threads. An error is kept and raised for each of them."""

    def __init__(self, read: Callable[[], Sequence[_T]]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._rows: Sequence[_T] | None = None
        self._trouble: OneLoginError | None = None

    def read(self) -> Sequence[_T]:
        """Return the list.

        :raises OneLoginError: those of reading it.
        """
        with self._lock:
            if self._trouble:
                raise self._trouble
            if self._rows is None:
                try:
                    self._rows = self._read()
                except OneLoginError as trouble:
                    self._trouble = trouble
                    raise
            return self._rows


def find_group(groups: Sequence[Group], name: str) -> Group:
    """Find a group by name, in any case; an exact match comes first.

    :raises OneLoginError: ``invalid`` if no group has the name, ``ambiguous`` if several have it.
    """
    found = [group for group in groups if group.id is not None and fold(group.name) == fold(name)]
    exact = [group for group in found if group.name == name]
    found = exact or found
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(str(group.id) for group in found)
        raise OneLoginError("ambiguous", f"{len(found)} groups are named {name}: {choices}.", hint="Use group_id.")
    names = sorted({group.name for group in groups if group.name})
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise OneLoginError(
        "invalid",
        f"No group is named {name}. Groups: {', '.join(names[:_SHOWN]) or 'none'}{more}.",
        hint="Correct the name, or create the group in OneLogin; group_info lists all groups.",
    )
