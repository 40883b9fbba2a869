# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles pass from step to step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import ErrorResult

Result = Mapping[str, Any]
"""A module's result for one item, or of a task as a whole."""


class HostNote(TypedDict):
    """The variables of a host about its person.

    The values are as the variables have them. ``id`` differs from call to call of a role, so that a later call does not
    use the note of an earlier one. ``works`` says whether the run's tags select a step with a result. ``names_users``
    says whether the variable ``<role>_users`` exists. ``problem`` says which variable cannot be read.
    """

    id: str
    works: bool
    names_users: bool
    user_id: Any
    email: Any
    username: Any
    phone: Any
    users: Any
    factors: Any
    problem: str | None


class Host(TypedDict):
    """A host that takes part, with its note and its groups in the inventory. ``person`` is the name of its person."""

    name: str
    person: str | None
    groups: Sequence[str]
    note: HostNote
    user_status: str | None


class WorkItem(TypedDict):
    """One work item: a person and a factor.

    ``key`` is the key of its item in a batch. ``name`` and ``phone`` are those of the person, if the inventory or the
    list has them. ``options`` are those of the item. ``problem`` says why it is not sent.
    """

    key: str
    host: str
    groups: Sequence[str]
    user: str | None
    name: str | None
    phone: str | None
    factor: str | None
    user_id: int | None
    user_status: str | None
    options: dict[str, Any]
    problem: str | None


class Row(TypedDict, total=False):
    """The result of one work item, as the roles return it and the reports show it.

    ``elapsed`` is how many seconds the role waited until the person answered, or did not. ``former_phone`` and
    ``former_group`` are those of a user record that the role has changed. In an audit, ``asked_at`` is when
    OneLogin was asked.
    """

    host: str
    groups: Sequence[str]
    user: str | None
    name: str | None
    user_id: int | None
    user_status: str | None
    factor: str | None
    status: str
    changed: bool
    failed: bool
    msg: str
    awaits: str | None
    confirmed: bool
    accepted_at: str | None
    elapsed: int | None
    former_phone: str | None
    former_group: str | None
    asked_at: str | None
    registration: Mapping[str, Any]
    verification: Mapping[str, Any]
    device: Mapping[str, Any]
    reminder: Mapping[str, Any]
    error: ErrorResult | None


class Enrolled(TypedDict):
    """A person that a run has enrolled, as the option ``mfa_challenge_users`` takes it."""

    user_id: int
    factors: list[dict[str, str]]


class Counts(TypedDict):
    """How many rows there are, and with which outcome."""

    total: int
    changed: int
    failed: int
    waiting: int
    by_factor: dict[str, dict[str, int]]


class HostResult(TypedDict):
    """The result of one host. ``note`` is the id of the note it belongs to."""

    note: str
    msg: str
    failed: bool
    changed: bool


class Stop(TypedDict):
    """How a play ends if too many hosts failed: ``host``, which failed too, ends it with the message."""

    host: str
    msg: str


class Share(TypedDict):
    """How many people of a name there are, and how many of them have a device."""

    people: int
    covered: int


class Scope(TypedDict):
    """Which people an audit is about.

    ``kind`` is ``account`` (its users, by filters), ``hosts`` (of the play) or ``list``. ``selection`` says which of
    them, as text by names.
    """

    kind: str
    selection: dict[str, str]


class Account(TypedDict):
    """An account. ``name`` is its region and id; None if the access token did not show it."""

    host: str
    name: str | None


class AuditedPerson(TypedDict):
    """A person as an audit found them.

    ``factors`` has the factor of each device; None if the person could not be read. ``asked_at`` is when OneLogin was
    asked about this person.
    """

    user_id: int | None
    user: str
    name: str | None
    groups: list[str]
    factors: list[str] | None
    asked_at: str | None


class Audit(TypedDict):
    """An audit as its file has it. ``lost`` and ``gained`` are numbers of people; None in the first of a scope."""

    format: str
    version: int
    account: Account
    scope: Scope
    started: str
    finished: str
    lost: int | None
    gained: int | None
    people: list[AuditedPerson]


class Change(TypedDict):
    """A person in two audits: the factors ``before``, at the time ``since``, and ``now``. None stands for not known."""

    user_id: int | None
    user: str
    name: str | None
    groups: list[str]
    before: list[str] | None
    now: list[str] | None
    since: str | None


class TrendPoint(TypedDict):
    """The figures of one audit."""

    at: str
    people: int
    covered: int
    unknown: int
    percentage: float | None
    lost: int | None
    gained: int | None


class History(TypedDict):
    """An audit beside the earlier ones of its scope.

    ``since`` is the time of the last one; None if there is none. ``trend`` begins with the oldest and ends with this
    one. ``file`` is the file that keeps the audit; None if it is not kept. ``unreadable`` has a sentence for each file
    that could not be read.
    """

    scope: str
    since: str | None
    lost: list[Change]
    gained: list[Change]
    changed: list[Change]
    new: list[Change]
    gone: list[Change]
    unknown: list[Change]
    trend: list[TrendPoint]
    folder: str
    file: str | None
    unreadable: list[str]


class Coverage(TypedDict):
    """How many audited people have a device.

    ``percentage`` is rounded down to tenths, and None where there are no people. ``without`` are the names of people
    without a device. ``unknown`` people could not be read.
    """

    people: int
    covered: int
    unknown: int
    percentage: float | None
    without: list[str]
    by_factor: dict[str, int]
    by_group: dict[str, Share]
    by_status: dict[str, Share]


class Incremental(TypedDict):
    """What an incremental audit asked about.

    ``named``, ``new`` and ``in_turn`` are the numbers of people by the reason. ``since`` is the time from which events
    were read; None if they were not. ``oldest`` is the time of the oldest answer.
    """

    people: int
    asked: int
    named: int
    new: int
    in_turn: int
    since: str | None
    full_days: int
    oldest: str | None
