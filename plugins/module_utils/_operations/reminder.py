# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the users who lack a factor and are due for a reminder, and send each reminder at most once."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from ansible_collections.community.onelogin.plugins.module_utils._api.models import User
from ansible_collections.community.onelogin.plugins.module_utils._api.pages import PAGE_SIZE
from ansible_collections.community.onelogin.plugins.module_utils._api.users import list_users
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import (
    format_epoch,
    from_epoch,
    parse_timestamp,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, OutcomeUnknown
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import (
    check_range,
    convert_options,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Done,
    Operation,
    Outcome,
    each,
    read_each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import FACTOR, USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import (
    FactorSelector,
    Key,
    UserSelector,
)
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Claim, ReminderHistory

DUE, WAITING, ESCALATE = "due", "waiting", "escalate"
ENROLLED, EXCLUDED, INACTIVE, REMINDED = "enrolled", "excluded", "inactive", "reminded"

FACTORS = Options({"factors": {"type": "list", "elements": "dict"}})
SCHEDULE = Options(
    {
        "exclude": {"type": "list", "elements": "str"},
        "grace_days": {"type": "int", "default": 0},
        "every_days": {"type": "int", "default": 7},
        "max": {"type": "int", "default": 0},
    }
)
PERSON = Options({"user_id": {"type": "int"}, "person": {"type": "dict"}})

_FIELDS = "id,email,username,firstname,lastname,status,created_at"
_INACTIVE = {0: "unactivated", 2: "suspended", 3: "locked"}
_LONGEST = 36500  # days


@dataclass(frozen=True)
class Schedule:
    """When users are due.

    :param grace_days: days after a user was created, or was asked to enrol.
    :param every_days: days between two reminders.
    :param most: the number of reminders; 0 for no limit.
    """

    grace_days: int = 0
    every_days: int = 7
    most: int = 0

    def decide(self, history: ReminderHistory, created: datetime | None, today: date) -> tuple[str, date | None]:
        """Return the status of a user, and the day of the next reminder of one who has to wait.

        Days count, and not hours, so that a job that starts at the same time each day is not slightly too early.
        """
        starts = [_day(created)] if created else []
        starts += [_day_of(history.enrolled)] if history.enrolled else []
        days = [start + timedelta(days=self.grace_days) for start in starts]
        days += [_day_of(history.last) + timedelta(days=self.every_days)] if history.last else []
        if days and max(days) > today:
            return WAITING, max(days)
        return (ESCALATE if self.most and history.count >= self.most else DUE), None


@dataclass(frozen=True)
class Candidate:
    """One user, and the factors of which one is enough; none if a device of any factor is."""

    user: UserSelector
    factors: tuple[FactorSelector, ...] = ()

    @property
    def target(self) -> Key:
        """Empty: a user gets one reminder for all factors."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Candidate:
        """Read the user and the factors from the options.

        :raises OneLoginError: ``invalid``.
        """
        given = options.get("factors") or ()
        factors = [FactorSelector.from_options(convert_options(factor, FACTOR.specs)) for factor in given]
        return cls(UserSelector.from_options(options), tuple(factors))


@dataclass(frozen=True)
class DuePerson:
    """One user who is due, as :func:`find_due` has returned the user."""

    user: UserSelector
    person: Mapping[str, Any]

    @property
    def target(self) -> Key:
        """Empty: a user gets one reminder."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DuePerson:
        """Read the person from the options."""
        person = options["person"]
        return cls(UserSelector(int(person["user_id"]), label=person["email"]), person)


class Sender(Protocol):
    """Sends reminders."""

    def check(self, person: Mapping[str, Any]) -> None:
        """Check before the claim whether the reminder of a person can be sent.

        :raises OneLoginError: it cannot be sent.
        """

    def send(self, person: Mapping[str, Any]) -> None:
        """Send the reminder of a person.

        :raises OutcomeUnknown: it may have been sent.
        :raises OneLoginError: it was not sent.
        """


def find_due(
    work: Mapping[int, Candidate], context: Context, settings: Mapping[str, Any], done: Done
) -> Mapping[str, Any]:
    """Find the users who are due. Report each user's status, and return the exclusions that match no one.

    :raises OneLoginError: ``invalid`` for a schedule that is out of range; those of the journal.
    """
    schedule = _read_schedule(settings)
    user_ids = read_each(work, context, settings, done, lambda item: context.find_user_id(item.user))
    records = _read_records(context, sorted(set(user_ids.values())))
    users = {index: records.get(user_id) or User(user_id) for index, user_id in user_ids.items()}
    excluded = {fold(name): name for name in settings["exclude"] or ()}
    asked: dict[int, Candidate] = {}
    for index, user in users.items():
        skipped = _skip(user, excluded)
        if skipped:
            done(index, skipped)
        else:
            asked[index] = work[index]
    has_device = read_each(
        asked, context, settings, done, lambda item: _has_device(item, context.find_user_id(item.user), context)
    )
    histories = context.journal.read_reminders({user_ids[index] for index, has in has_device.items() if has})
    for index, has in has_device.items():
        history = histories.get(user_ids[index], ReminderHistory())
        outcome = _outcome(ENROLLED, users[index], "The user has a device.")
        done(index, outcome if has else _decide(users[index], history, schedule, context))
    matched = {name for user in users.values() for name in _names(user.record)}
    return {"unmatched": [name for key, name in excluded.items() if key not in matched]}


def build_reminding(sender: Sender | None) -> Operation[DuePerson]:
    """Build the operation that reminds people who are due.

    :param sender: sends a reminder; None if someone else sends all of them afterwards.
    """

    def remind(item: DuePerson, context: Context) -> Outcome:
        if sender:
            sender.check(item.person)
        claim = context.journal.claim_reminder(item.person["user_id"], str(item.user), item.person["number"])
        if not claim:
            return _reminder(WAITING, item.person, "Another run has sent this reminder.")
        if sender:
            _send(item, claim, context, sender)
        with suppress(OneLoginError):  # the claim counts anyway
            context.journal.record_sent(claim, status="sent", object_id=None, device_id=None, expires_at=None)
        return _reminder(REMINDED, item.person, f"Reminder {item.person['number']} was sent.", changed=True)

    return Operation(PERSON, DuePerson.parse, each(remind), journals=True, calls=(0, 1))


def release_reminder(item: DuePerson, context: Context) -> Outcome:
    """Release the claim of a reminder that a task file did not send."""
    context.journal.release_reminder(item.person["user_id"], item.person["number"])
    error = OneLoginError(
        "unavailable",
        "The task file reports that the reminder was not sent.",
        hint="See the output of its tasks, and run again. Nothing was sent.",
    )
    return Outcome.failed(error, {"reminder": dict(item.person)})


RELEASE = Operation(PERSON, DuePerson.parse, each(release_reminder), journals=True, calls=(0, 1))
FIND = Operation(USER + FACTORS, Candidate.parse, find_due, settings=SCHEDULE, journals=True, calls=(1, 2))


def _send(item: DuePerson, claim: Claim, context: Context, sender: Sender) -> None:
    """Send the reminder. The claim is released only if nothing was sent."""
    try:
        sender.send(item.person)
    except OutcomeUnknown:
        with suppress(OneLoginError):  # the claim counts anyway
            context.journal.mark_unknown(claim)
        raise
    except OneLoginError:
        context.journal.release(claim)
        raise


def _read_schedule(settings: Mapping[str, Any]) -> Schedule:
    for name, least in (("grace_days", 0), ("every_days", 1), ("max", 0)):
        check_range(f"mfa_reminder_{name}", settings[name], least, _LONGEST)
    return Schedule(settings["grace_days"], settings["every_days"], settings["max"])


def _read_records(context: Context, user_ids: Sequence[int]) -> dict[int, User]:
    """Read the records of users, with one call for each page of them."""
    found: dict[int, User] = {}
    for start in range(0, len(user_ids), PAGE_SIZE):
        chunk = ",".join(map(str, user_ids[start : start + PAGE_SIZE]))
        query = {"limit": PAGE_SIZE, "fields": _FIELDS, "user_ids": chunk}
        found.update((user.id, user) for user in list_users(context.client, query) if user.id is not None)
    return found


def _skip(user: User, excluded: Container[str]) -> Outcome | None:
    """Return the outcome of a user who gets no reminder, whatever devices the user has; None for others."""
    if any(name in excluded for name in _names(user.record)):
        return _outcome(EXCLUDED, user, "The user is in mfa_reminder_exclude, so no reminder is sent.")
    status = user.record.get("status")
    inactive = _INACTIVE.get(status) if isinstance(status, int) else None
    if inactive:
        return _outcome(INACTIVE, user, f"The user is {inactive} in OneLogin, so no reminder is sent.")
    return None


def _has_device(item: Candidate, user_id: int, context: Context) -> bool:
    """Return whether the user has a device of one of the factors, or of any if none is named.

    :raises OneLoginError: none of the factors is available to the user, and those of the calls.
    """
    devices = context.read_devices(user_id)
    if not item.factors:
        return bool(devices)
    unavailable: OneLoginError | None = None
    is_available = False
    for factor in item.factors:
        try:
            with context.explain_missing_factor(factor, user_id):
                found = context.factors.find(factor, user_id, devices)
        except OneLoginError as error:
            if error.code not in ("unknown_factor", "not_in_policy"):
                raise
            unavailable = error
        else:
            is_available = True
            if found.enrolled or found.unclear:
                return True
    if unavailable and not is_available:
        raise unavailable
    return False


def _decide(user: User, history: ReminderHistory, schedule: Schedule, context: Context) -> Outcome:
    """Return the outcome of a user who lacks a device."""
    created = parse_timestamp(user.record.get("created_at"))
    status, day = schedule.decide(history, created, _day(context.clock.now()))
    sent = f"{history.count} reminders were sent" if history.count != 1 else "1 reminder was sent"
    if status == WAITING:
        return _outcome(status, user, f"{sent}. The next is due on {day}.", history, str(day))
    if status == ESCALATE:
        return _outcome(status, user, f"{sent}, which is the maximum, and the user still lacks MFA.", history)
    if not user.record.get("email"):
        error = OneLoginError(
            "invalid",
            "The user is due for a reminder, and has no e-mail address in OneLogin.",
            hint="Add the address to the user's record, or name the user in mfa_reminder_exclude. Nothing was sent.",
        )
        return Outcome.failed(error, _outcome(status, user, "", history).result)
    outcome = _outcome(status, user, f"Reminder {history.count + 1} is due.", history)
    return replace(outcome, changed=context.check_mode)


def _outcome(
    status: str, user: User, msg: str, history: ReminderHistory | None = None, next_on: str | None = None
) -> Outcome:
    record, history = user.record, history or ReminderHistory()
    names = (record.get("firstname"), record.get("lastname"))
    person = {
        "user_id": user.id,
        "email": record.get("email") or None,
        "username": record.get("username") or None,
        "name": " ".join(str(name).strip() for name in names if str(name or "").strip()) or None,
        "sent": history.count,
        "number": history.count + 1,
        "last_at": format_epoch(history.last) if history.last else None,
        "next_on": next_on,
    }
    return _reminder(status, person, msg)


def _reminder(status: str, person: Mapping[str, Any], msg: str, *, changed: bool = False) -> Outcome:
    return Outcome(status, {"reminder": {**person, "status": status}}, changed=changed, msg=msg)


def _names(record: Mapping[str, Any]) -> set[str]:
    return {fold(str(record[name])) for name in ("email", "username") if record.get(name)}


def _day(moment: datetime) -> date:
    """Return the day of a time in the time zone of this machine."""
    return moment.astimezone().date()


def _day_of(seconds: float) -> date:
    return _day(from_epoch(seconds))
