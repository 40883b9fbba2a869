# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List the devices of many users, and ask OneLogin only for those whose devices may have changed.

The journal has the devices that OneLogin returned last. OneLogin is asked about a user again if an event names the
user, if the journal does not know the user, and in turn once in a number of days, because events are only hints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.events import list_event_types
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import format_epoch, format_time
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_range
from ansible_collections.community.onelogin.plugins.module_utils._engine.events import EventFeed, find_known_types
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Operation,
    Outcome,
    UserItem,
    each,
    read_each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import (
    DeviceRecords,
    EventPosition,
    KnownDevice,
    KnownDevices,
)

NAMED, NEW, IN_TURN = "named", "new", "in_turn"
"""Why a user is asked about."""

MOST_DAYS = 365

# It is not documented which of them a change creates.
_TYPES = (
    "USER_ADDED_OTP_DEVICE",
    "USER_REMOVED_OTP_DEVICE",
    "USER_LOST_OTP_DEVICE",
    "AUTHENTICATION_FACTOR_CREATED",
    "AUTHENTICATION_FACTOR_UPDATED",
    "AUTHENTICATION_FACTOR_DELETED",
    "API_CONFIRM_FACTOR",
    "API_ADDED_OTP_DEVICE",
    "USER_VERIFIED_OTP_DEVICE",
    "PROFILE_DEVICES_DELETE",
    "PROFILE_DEVICES_RENAME",
    "PROFILE_DEVICES_UPDATE_DEFAULT",
    "PROFILE_DEVICES_UNSET_DEFAULT",
)
_OVERLAP = timedelta(hours=1)
_SPREAD = 2654435761  # makes neighbouring ids differ in their turn (Knuth, multiplicative hashing)
_RANGE = 2**32


def audit(work: Mapping[int, UserItem], context: Context, settings: Mapping[str, Any], done: Done) -> Mapping[str, Any]:
    """List the devices of each user, with the time at which OneLogin was asked.

    :returns: ``incremental``: how many users were asked about and why, and since when events were read.
    :raises OneLoginError: ``invalid``; those of the journal, and of reading the events except ``forbidden``.
    """
    check_range("mfa_audit_full_days", settings["full_days"], 1, MOST_DAYS)
    rotation = timedelta(days=settings["full_days"])
    user_ids = read_each(work, context, settings, done, lambda item: context.find_user_id(item.user))
    records = context.journal.device_records
    named, since = _read_events(context, records, rotation) if records else (set(), None)
    known = records.find_all() if records else {}
    reasons: dict[int, str] = {}
    for index, user_id in user_ids.items():
        its = known.get(user_id) if since else None
        reason = _find_reason(user_id, its, named, context.clock.now(), rotation)
        if reason or not its:
            reasons[index] = reason or NEW
        else:
            devices = [Device(one.id, user_id, "", one.type_name, one.auth_name, one.default) for one in its.devices]
            done(index, _outcome(user_id, devices, its.asked_at or 0.0))

    def ask(item: UserItem, context: Context) -> Outcome:
        user_id, asked_at = context.find_user_id(item.user), context.clock.now().timestamp()
        devices = context.read_devices(user_id)
        if records and not context.check_mode:
            hints = known[user_id].hints if user_id in known else 0
            records.record(user_id, [_known(device) for device in devices], asked_at, hints)
        return _outcome(user_id, devices, asked_at)

    each(ask)({index: work[index] for index in reasons}, context, settings, done)
    counts = Counter(reasons.values())
    return {
        "incremental": {
            "asked": len(reasons),
            **{reason: counts[reason] for reason in (NAMED, NEW, IN_TURN)},
            "since": format_time(since) if since else None,
            "full_days": settings["full_days"],
        }
    }


OPERATION = Operation(
    USER, UserItem.parse, audit, settings=Options({"full_days": {"type": "int", "default": 7}}), journals=True
)


def _read_events(
    context: Context, records: DeviceRecords, rotation: timedelta
) -> tuple[Collection[int], datetime | None]:
    """Read which users the events name that were written since the last reading.

    :returns: the users, and from when on events were read; None if events cannot be read and no earlier answer counts.
    """
    client, clock = context.client, context.clock
    position = records.read_position()
    try:
        listed = list_event_types(client)
        now = listed.read_at or clock.now()
        if not position or clock.now() - position.read_at > 2 * rotation:
            # Every user's turn has come since then, so events count from now on.
            position = EventPosition(now - _OVERLAP, clock.now())
        types = find_known_types(listed.types, _TYPES)
        feed = EventFeed(client, clock, types, position.since, overlap=_OVERLAP, thorough=True, seen=position.seen)
        read_at = clock.now()
        named = {event.user_id for event in feed.read() if event.user_id is not None}
    except OneLoginError as error:
        if error.code != "forbidden":
            raise
        context.warnings.append(
            "The API credential cannot read events (403), so OneLogin is asked about every user, as in a full audit."
            " Give it a role that reads events."
        )
        return set(), None
    if not context.check_mode:
        records.record_events(named, EventPosition(feed.since, read_at, feed.seen))
    return named, position.since


def _find_reason(
    user_id: int, known: KnownDevices | None, named: Collection[int], now: datetime, rotation: timedelta
) -> str | None:
    """Return why to ask about a user; None if the last answer counts."""
    if not known or known.asked_at is None:
        return NEW
    if user_id in named or not known.is_current:
        return NAMED
    return IN_TURN if _has_turn(user_id, known.asked_at, now.timestamp(), rotation.total_seconds()) else None


def _has_turn(user_id: int, asked_at: float, now: float, rotation: float) -> bool:
    """Return whether the turn of a user came since the last answer.

    Each user has a time in the rotation. So each day has the same share, and no answer gets older than a rotation.
    """
    moment = user_id * _SPREAD % _RANGE / _RANGE * rotation
    return (now - moment) // rotation > (asked_at - moment) // rotation or asked_at > now


def _known(device: Device) -> KnownDevice:
    return KnownDevice(device.id, device.type_name, device.auth_name, device.default)


def _outcome(user_id: int, devices: Sequence[Device], asked_at: float) -> Outcome:
    result = {
        "user_id": user_id,
        "devices": [device.as_result() for device in devices],
        "asked_at": format_epoch(asked_at),
    }
    return Outcome("enrolled" if devices else "none", result)
