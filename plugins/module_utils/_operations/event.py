# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.events import PAGE_SIZE, EventQuery, list_events
from ansible_collections.community.onelogin.plugins.module_utils._api.models import EventType
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold, read_name
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_range
from ansible_collections.community.onelogin.plugins.module_utils._engine.events import (
    build_sort_key,
    drop_repetitions,
    is_type_id,
    resolve_event_types,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    USER_OPTIONS,
    Key,
    UserSelector,
)

OPTIONS = USER + Options(
    {
        "since": {"type": "str"},
        "until": {"type": "str"},
        "event_types": {"type": "list", "elements": "str"},
        "limit": {"type": "int", "default": 1000},
    }
)


@dataclass(frozen=True)
class EventItem:
    """The query.

    :param user: the user that the events are about; None for all events.
    :param types: names or ids of types; empty for all.
    :param limit: number of events.
    """

    user: UserSelector | None
    since: datetime | None
    until: datetime | None
    types: tuple[str, ...]
    limit: int

    @property
    def target(self) -> Key:
        """The query."""
        return (self.since, self.until, tuple(sorted(map(fold, self.types))), self.limit)

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> EventItem:
        """Read the query from its options.

        :raises OneLoginError: ``invalid``.
        """
        since, until = _moment(options, "since"), _moment(options, "until")
        if since and until and since >= until:
            raise OneLoginError("invalid", f"since, {options['since']}, is not before until, {options['until']}.")
        check_range("limit", options["limit"], 1)
        named = any(options.get(name) for name in USER_OPTIONS)
        types = (read_name("event_types", str(name)) for name in options.get("event_types") or ())
        return cls(
            UserSelector.from_options(options) if named else None,
            since,
            until,
            tuple(name for name in types if name),
            options["limit"],
        )


def find_events(item: EventItem, context: Context) -> Outcome:
    """List the newest events that match, oldest first."""
    user_id = context.find_user_id(item.user) if item.user else None
    known = _read_types(item.types, context)
    query = EventQuery(item.since, item.until, resolve_event_types(item.types, known), user_id)
    pages = list_events(context.client, query, page_size=min(PAGE_SIZE, item.limit + 1))
    found = list(islice(drop_repetitions(event for page in pages for event in page.events), item.limit + 1))
    events = sorted(found[: item.limit], key=build_sort_key)
    names = {its.id: its.name for its in known}
    is_cut = len(found) > item.limit
    return Outcome(
        "found" if events else "none",
        {"events": [event.as_result(names.get(event.type_id)) for event in events], "truncated": is_cut},
        msg=f"There are more events: these are the newest {item.limit}. Raise limit, or set since." if is_cut else None,
    )


def _read_types(wanted: Sequence[str], context: Context) -> Sequence[EventType]:
    """Read the types of events; if only their names in the result need it, a failure leaves the names out."""
    if not all(map(is_type_id, wanted)):
        return context.event_types.read()
    with suppress(OneLoginError):
        return context.event_types.read()
    return ()


def _moment(options: Mapping[str, Any], name: str) -> datetime | None:
    text = options.get(name)
    if not text:
        return None
    moment = parse_timestamp(text)
    if not moment:
        raise OneLoginError("invalid", f"{name} is {text}; it must be a time such as 2026-11-24T09:30:00Z.")
    return moment


INFO = Operation(OPTIONS, EventItem.parse, each(find_events))
