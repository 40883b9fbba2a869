# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The structure of a report, which its JSON file has and all other formats show. Times are ISO 8601 in UTC."""

from __future__ import annotations

from typing import TypedDict


class ReportError(TypedDict):
    """Why a row failed."""

    code: str
    http_status: str | None
    message: str
    request_id: str | None
    hint: str


class Ids(TypedDict):
    """The user, registration or verification, and device that a row is about, and the time until which it is valid."""

    user_id: str | None
    registration_id: str | None
    verification_id: str | None
    device_id: str | None
    expires_at: str | None


class ReportRow(Ids):
    """One person and factor.

    ``name`` is the name of the person, if it is known and not the same as ``who``. ``outcome`` is ``failed``, ``open``
    or ``done``. ``label`` is the status in the words of the role. ``elapsed`` is in seconds. ``former_phone`` and
    ``former_group`` are those of a user record that the role has changed. ``asked_at`` is when an audit asked OneLogin.
    ``cause`` is the number of the cause of its failure, from 1. ``since_last`` is what changed for the person since the
    last audit, such as ``lost``.
    """

    who: str
    name: str | None
    host: str | None
    user: str | None
    factor: str | None
    groups: list[str]
    outcome: str
    status: str
    label: str
    changed: bool
    text: str
    awaits: str | None
    accepted_at: str | None
    elapsed: int | None
    former_phone: str | None
    former_group: str | None
    asked_at: str | None
    cause: int | None
    since_last: str | None
    error: ReportError | None


class Outcomes(TypedDict):
    """How many rows there are, and with which outcome."""

    rows: int
    done: int
    open: int
    failed: int


class People(TypedDict):
    """How many people there are, and with which outcome; the worst counts for a person with several rows."""

    people: int
    people_done: int
    people_open: int
    people_failed: int


class Totals(Outcomes, People):
    """The outcomes of all rows, and of all people."""

    changed: int


class NamedOutcomes(Outcomes):
    """The outcomes of one factor or group: of its rows, or in an audit, of its people."""

    name: str


class Failure(TypedDict):
    """One failed row of a cause."""

    who: str
    name: str | None
    user: str | None
    factor: str | None
    message: str


class Cause(TypedDict):
    """The failures with one code and one hint."""

    code: str
    label: str
    rows: int
    hint: str
    failures: list[Failure]


class Step(TypedDict):
    """How many registrations were accepted in one step of time."""

    at: str | None
    accepted: int


class Timeline(TypedDict):
    """When registrations were accepted; ``step`` is the length of a step in seconds."""

    step: int
    first: str | None
    last: str | None
    steps: list[Step]


class ReportChange(TypedDict):
    """A person in two audits, with the factors ``before`` and ``now``. None stands for not known."""

    user_id: str | None
    user: str
    name: str | None
    groups: list[str]
    before: list[str] | None
    now: list[str] | None
    since: str | None


class ReportPoint(TypedDict):
    """The figures of one audit; ``lost`` and ``gained`` are None in the first."""

    at: str | None
    people: int
    covered: int
    unknown: int
    percentage: float | None
    lost: int | None
    gained: int | None


class ReportHistory(TypedDict):
    """What changed since the last audit, whose time is ``since``, and the coverage of the audits, oldest first."""

    scope: str
    since: str | None
    lost: list[ReportChange]
    gained: list[ReportChange]
    changed: list[ReportChange]
    new: list[ReportChange]
    gone: list[ReportChange]
    unknown: list[ReportChange]
    trend: list[ReportPoint]
    unreadable: list[str]


class ReportIncremental(TypedDict):
    """How many of the people an incremental audit asked about, and how old the oldest answer is."""

    people: int
    asked: int
    full_days: int
    oldest: str | None


class Report(TypedDict):
    """A report on the results of a role. ``check_mode`` says that nothing was done, so that it is a plan.

    ``history`` is there for an audit that has one, and ``incremental`` for an audit that did not ask about everyone.
    """

    title: str
    role: str | None
    check_mode: bool
    generated: str | None
    started: str | None
    incremental: ReportIncremental | None
    history: ReportHistory | None
    totals: Totals
    statuses: dict[str, int]
    factors: list[NamedOutcomes]
    groups: list[NamedOutcomes]
    causes: list[Cause]
    timeline: Timeline | None
    rows: list[ReportRow]
