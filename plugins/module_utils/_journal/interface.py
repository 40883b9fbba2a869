# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal: a durable record of sent requests, so that no person gets a second message and no id is lost.

A run commits a claim before it sends a request, and records the response afterwards. If another live run holds the
claim, the run waits. If the run that holds the claim is dead, the outcome of its request is unknown. The journal never
contains codes, tokens, secrets or phone numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

NO_JOURNAL = "none"
"""As the option ``journal`` it switches the journal off."""


REPLACED = "replaced"
"""The status of an entry whose registration is pending, and can no longer be confirmed by the person."""


@dataclass(frozen=True)
class Account:
    """What a run knows of its account.

    :param host: the host, equal for all its spellings.
    :param region: the region of the host, within which the ids of accounts are unique.
    :param id: None if the run has a token whose account is not known.
    """

    host: str
    region: str = ""
    id: int | None = None

    @property
    def name(self) -> str | None:
        """The name by which the journal knows the account; None without an id."""
        return None if self.id is None else f"{self.region}/{self.id}"


@dataclass(frozen=True)
class JournalKey:
    """Identifies what a request is for.

    :param kind: ``registration``, ``verification`` or ``reminder``.
    :param user_name: the name by which the item identifies the user.
    :param target: the id of the factor for a registration, of the device for a verification; the number of a reminder.
    :param auth_name: OneLogin's own name for the factor.
    :param factor_name: the name of the factor that administrators see, for a registration.
    """

    kind: str
    user_id: int
    user_name: str
    target: str
    auth_name: str
    factor_name: str = ""


@dataclass(frozen=True)
class DeviceFactor:
    """The factor that a device belongs to.

    :param user_id: the user who has the device.
    :param device_id: empty for a registration that is open, and may still leave a device.
    """

    user_id: int
    device_id: str
    factor_id: int
    factor_name: str
    auth_name: str


@dataclass(frozen=True)
class Reset:
    """The reset of a user: the user's devices are removed, and the user enrols again.

    :param started_at: seconds since 1970.
    :param ended_at: seconds since 1970; None for a reset that is open.
    :param device_ids: the devices to remove, which the user had when the reset began.
    """

    started_at: float
    ended_at: float | None
    device_ids: tuple[str, ...]


class Resets(Protocol):
    """The resets of an account, as the journal records them.

    Every method raises ``OneLoginError`` with the code ``unavailable`` if the database fails.
    """

    def find(self, user_id: int) -> Reset | None:
        """Return the user's latest reset."""

    def begin(self, user_id: int, user_name: str, device_ids: Sequence[str]) -> Reset:
        """Record the devices that a reset removes; an open reset of the user stays as it is."""

    def end(self, user_id: int) -> None:
        """Record that the user's open reset has ended."""


@dataclass(frozen=True)
class KnownDevice:
    """What the journal knows of a device: all but the name that the person gave it, which can contain anything."""

    id: str
    type_name: str
    auth_name: str
    default: bool


@dataclass(frozen=True)
class KnownDevices:
    """The devices of a user as an audit last saw them.

    :param asked_at: when OneLogin was asked, in seconds since 1970; None for a user who was not asked about.
    :param hints: how often something has hinted at a change.
    :param is_current: whether nothing has hinted at a change since.
    """

    devices: tuple[KnownDevice, ...]
    asked_at: float | None
    hints: int
    is_current: bool


@dataclass(frozen=True)
class EventPosition:
    """How far the account's events are read.

    :param since: where the next reading begins, on OneLogin's clock.
    :param read_at: when they were last read, on this machine's clock.
    :param seen: the events that the next reading lists again, as the feed returns them.
    """

    since: datetime
    read_at: datetime
    seen: Mapping[int, datetime | None] = field(default_factory=dict)


class DeviceRecords(Protocol):
    """The devices of all users as audits last saw them.

    Every method raises ``OneLoginError`` with the code ``unavailable`` if the database fails.
    """

    def read_position(self) -> EventPosition | None:
        """Return how far the events are read; None if they never were."""

    def record_events(self, user_ids: Collection[int], position: EventPosition) -> None:
        """Record in one step that events hint at changes of users, and how far the events are read."""

    def find_all(self) -> Mapping[int, KnownDevices]:
        """Return what is known of each user."""

    def record(self, user_id: int, devices: Sequence[KnownDevice], asked_at: float, hints: int) -> None:
        """Record the devices of a user.

        :param hints: the count of hints before OneLogin was asked; a later hint stays.
        """


@dataclass(frozen=True)
class Claim:
    """The journal's response to a claim.

    :param state: ``claimed``: this run may send. ``pending``: an earlier request is pending. ``unknown``: an earlier
        request has an unknown outcome. ``finished``: another run has just ended the same, so look at its result first.
    :param entry: the number of the journal's entry.
    :param expires_at: the time until which the message is valid, in seconds since 1970.
    :param recently_ended: another run may have done the same since this run read the user's devices.
    :param accepted_id: the id that another run has recorded as accepted since this run began.
    """

    state: Literal["claimed", "pending", "unknown", "finished"]
    entry: int = 0
    object_id: str | None = None
    expires_at: float | None = None
    recently_ended: bool = False
    accepted_id: str | None = None


@dataclass(frozen=True)
class ReminderHistory:
    """What the journal knows of the messages to a user. Times are in seconds since 1970.

    :param count: the reminders that were or may have been sent since the user last had a device.
    :param last: when the last of them was sent.
    :param enrolled: when the user was last asked to enrol a factor.
    """

    count: int = 0
    last: float | None = None
    enrolled: float | None = None


class Journal(Protocol):
    """What an operation can ask of a journal, and record in it.

    Every method raises ``OneLoginError`` with the code ``unavailable`` if the database fails.
    """

    @property
    def warning(self) -> str | None:
        """Return a warning about the database for the reader."""

    @property
    def resets(self) -> Resets | None:
        """Return the resets of the account; None without a journal."""

    @property
    def device_records(self) -> DeviceRecords | None:
        """Return the devices that audits last saw; None without a journal."""

    def claim(self, key: JournalKey, lifetime: float | None) -> Claim:
        """Claim a key before its request is sent; wait while another live run holds it.

        :param lifetime: seconds for which a message sent now is valid; None if the request sends no message.
        """

    def replace_claim(self, claim: Claim, key: JournalKey, lifetime: float | None, ended: str) -> Claim:
        """End the entry that is in the way, with ``ended`` as its status, and claim the key again."""

    def record_sending(self, claim: Claim, lifetime: float | None) -> None:
        """Record that the request is sent now, if it was delayed: its message is valid for longer."""

    def find_pending(self, key: JournalKey) -> Claim | None:
        """Return the pending entry, if there is one, without a claim."""

    def resolve_registration(self, key: JournalKey, device_id: str) -> str | None:
        """Return the id of the registration that created a device, if it is known; record an open one as accepted.

        Waits while another live run is about to record it.
        """

    def record_sent(
        self, claim: Claim, *, status: str, object_id: str | None, device_id: str | None, expires_at: str | None
    ) -> None:
        """Record the response to the request.

        :param expires_at: ISO 8601 text, or None to keep the time that is estimated.
        """

    def mark_unknown(self, claim: Claim) -> None:
        """Record that the outcome of the request is unknown."""

    def release(self, claim: Claim) -> None:
        """Remove the claim: nothing was sent."""

    def record_outcome(
        self, kind: str, user_id: int, object_id: str | None, *, status: str, device_id: str | None
    ) -> None:
        """Record the status of a pending registration or verification; a status of ``pending`` changes nothing."""

    def has_replaced(self, key: JournalKey) -> bool:
        """Return whether a pending registration of the key was replaced by another."""

    def find_key(self, kind: str, user_id: int, object_id: str) -> JournalKey | None:
        """Return the key of a registration or verification; None if the journal does not know it."""

    def announce(self, concurrency: int) -> None:
        """Announce this run to the other runs on the account.

        :param concurrency: the number of API calls that this run makes at the same time.
        """

    def count_calls_in_progress(self) -> int:
        """Return how many API calls all live runs on the account make at the same time; 0 if this is the only run."""

    def list_device_factors(self) -> Sequence[DeviceFactor]:
        """Return the factors of all devices that registrations of the account have left, or may still leave."""

    def read_reminders(self, enrolled: Collection[int]) -> Mapping[int, ReminderHistory]:
        """Return the history of each user who has one.

        :param enrolled: users who have a device. Their reminders end, so that a later count begins anew.
        """

    def claim_reminder(self, user_id: int, user_name: str, number: int) -> Claim | None:
        """Claim a reminder before it is sent; None if another run has sent as many.

        The claim counts as a reminder from now on, also if this run is killed, unless it is released.
        """

    def release_reminder(self, user_id: int, number: int) -> None:
        """Remove the claim of a reminder, which was not sent."""

    def close(self) -> None:
        """Close the database."""


class NullJournal:
    """The journal of a task without a journal: every claim succeeds, and nothing is recorded."""

    warning = None
    resets = None
    device_records = None

    def claim(self, key: JournalKey, lifetime: float | None) -> Claim:  # noqa: ARG002
        """Claim a key."""
        return Claim("claimed")

    def replace_claim(self, claim: Claim, key: JournalKey, lifetime: float | None, ended: str) -> Claim:  # noqa: ARG002
        """Claim a key again."""
        return Claim("claimed")

    def record_sending(self, claim: Claim, lifetime: float | None) -> None:
        """Do nothing."""

    def find_pending(self, key: JournalKey) -> Claim | None:  # noqa: ARG002
        """Return None."""
        return None

    def resolve_registration(self, key: JournalKey, device_id: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None

    def record_sent(
        self, claim: Claim, *, status: str, object_id: str | None, device_id: str | None, expires_at: str | None
    ) -> None:
        """Do nothing."""

    def mark_unknown(self, claim: Claim) -> None:
        """Do nothing."""

    def release(self, claim: Claim) -> None:
        """Do nothing."""

    def record_outcome(
        self, kind: str, user_id: int, object_id: str | None, *, status: str, device_id: str | None
    ) -> None:
        """Do nothing."""

    def has_replaced(self, key: JournalKey) -> bool:  # noqa: ARG002
        """Return False: nothing is known."""
        return False

    def find_key(self, kind: str, user_id: int, object_id: str) -> JournalKey | None:  # noqa: ARG002
        """Return None: nothing is known."""
        return None

    def announce(self, concurrency: int) -> None:
        """Do nothing."""

    def count_calls_in_progress(self) -> int:
        """Return 0: no other runs are known."""
        return 0

    def list_device_factors(self) -> Sequence[DeviceFactor]:
        """Return no factors."""
        return ()

    def read_reminders(self, enrolled: Collection[int]) -> Mapping[int, ReminderHistory]:  # noqa: ARG002
        """Return no history."""
        return {}

    def claim_reminder(self, user_id: int, user_name: str, number: int) -> Claim | None:  # noqa: ARG002
        """Claim a reminder."""
        return Claim("claimed")

    def release_reminder(self, user_id: int, number: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
