# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe as an operation: it asks everything, and undoes what it did, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import (
    delete_device,
    get_devices,
    get_factors,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device
from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import RateLimit
from ansible_collections.community.onelogin.plugins.module_utils._api.users import read_first_page
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError, Unforeseen
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
    open_pool,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key, UserSelector
from ansible_collections.community.onelogin.plugins.plugin_utils._otp.otpauth import PYOTP_MISSING
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.answers import NEVER_ASKED, QUESTIONS
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.enrolment import (
    ENROLMENT,
    VERIFICATION,
    Enrolment,
    ask_expiry,
    find_app,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.events import NAMES as EVENTS
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.events import ask_events
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.reads import ask_rate_limit, ask_reads
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.refusals import ask_bounds, ask_refusals
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import (
    DISPLAY_NAME,
    Session,
    Unanswered,
)

OPTIONS = USER + Options(
    {
        "keep_devices": {"type": "bool", "default": False},
        "wait_timeout": {"type": "float", "default": 150.0},
        "use_rate_limit": {"type": "bool", "default": False},
    }
)
STEPS = (
    "It reads the user, one page of users, policies and events.",
    "It sends registrations that OneLogin should refuse. None of them sends a message.",
    "It enrols the user in the Authenticator, twice if it can, and verifies the device, with wrong and right codes.",
    "It removes these devices again, and asks what the removal of an unknown device returns.",
    "It lets a registration expire.",
)
_THREADS = 16
_MORE = 100  # calls beyond those that should be left


@dataclass(frozen=True)
class ProbeItem:
    """One test user."""

    user: UserSelector
    name: str
    keep_devices: bool
    wait_timeout: float
    use_rate_limit: bool

    @property
    def target(self) -> Key:
        """Empty: there is one probe of a user."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> ProbeItem:
        """Read the item from its options.

        :raises OneLoginError: ``invalid``.
        """
        if PYOTP_MISSING:
            raise OneLoginError(
                "invalid",
                "The probe needs the Python library pyotp for the codes of an app, and it cannot be imported.",
                hint="Install pyotp for the Python that runs Ansible. No request was sent.",
            )
        user = UserSelector.from_options(options)
        settings = {name: options[name] for name in ("keep_devices", "wait_timeout", "use_rate_limit")}
        return cls(user, str(user.email or user.username), **settings)


class _Unlimited(RateLimit):
    """Lets calls pass although none are left."""

    def admit(self, patient: bool = True) -> None:
        """Let it pass."""

    def record_throttling(self, seconds: float, patient: bool = True) -> None:  # noqa: ARG002 - as the base class has it
        """Do not try again."""
        raise self._error(seconds)


def probe(item: ProbeItem, context: Context) -> Outcome:
    """Probe the account with a test user."""
    user_id = context.find_user_id(item.user)
    session = Session(context, user_id, item.name)
    before = {device.id for device in _check_devices(item, get_devices(context.client, user_id))}
    error = _catch(partial(_ask, item, session))
    # Only the first interruption is an exception; so the second try ends what the first has begun.
    failure = _catch(partial(_undo, session, before))
    if failure and failure.code == "timeout":
        failure = _catch(partial(_undo, session, before))
    if not error and not failure and item.use_rate_limit:
        error = _catch(partial(_use_up, session))
    session.try_questions(("throttle", "throttle_headers"), partial(ask_rate_limit, session))
    if error:
        session.answers.leave_open(QUESTIONS.keys() - NEVER_ASKED, "The probe ended before it asked this.")
    result = {
        "answers": [answer.as_result() for answer in session.answers.list_all()],
        "remarks": session.answers.remarks,
        "account": context.client.connection.host,
    }
    problem = failure or error
    return Outcome.failed(problem, result, changed=False) if problem else Outcome("probed", result)


def _check_devices(item: ProbeItem, devices: list[Device]) -> list[Device]:
    """Return the devices of the test user that are not of an earlier probe.

    :raises OneLoginError: ``invalid`` if there are any, unless they may be there.
    """
    others = [device for device in devices if device.display_name != DISPLAY_NAME]
    if others and not item.keep_devices:
        names = ", ".join(f"{device.display_name} ({device.id})" for device in others)
        raise OneLoginError(
            "invalid",
            f"The user has devices: {names}. A test user should have none.",
            hint="Name another user, or set mfa_probe_keep_devices: true. The probe does not touch these devices."
            " Nothing was done.",
        )
    return others


def _catch(work: Callable[[], None]) -> OneLoginError | None:
    """Do some work, and return the error that ended it."""
    try:
        work()
    except OneLoginError as error:
        return error
    except KeyboardInterrupt:
        return OneLoginError("timeout", "The probe was interrupted.", hint="Its devices are removed. Run it again.")
    except Exception as mistake:  # noqa: BLE001 - it must not keep the devices from being removed
        return Unforeseen(mistake)
    return None


def _ask(item: ProbeItem, session: Session) -> None:
    """Ask all questions.

    :raises OneLoginError: the probe cannot go on.
    """
    since = session.clock.now()
    ask_reads(session)
    response = session.ask(lambda: get_factors(session.client, session.user_id))
    factors = response.value or []
    ask_refusals(session, factors)
    try:
        app, listed = find_app(response.rows, factors)
    except Unanswered as reason:
        its = (*ENROLMENT, *VERIFICATION, *EVENTS, "container", "expired", "unknown_device")
        session.answers.leave_open((*its, "wrong_otp_body", "verified_unsupported", "expires_in_bounds"), str(reason))
        return
    enrolment = Enrolment(session, app, listed)
    session.step = "enrolling the Authenticator"
    session.try_questions(ENROLMENT, enrolment.enrol)
    session.try_questions(EVENTS, partial(ask_events, session, since))
    session.try_questions((*VERIFICATION, "wrong_otp_body"), enrolment.verify)
    session.try_questions(("container",), enrolment.ask_container)
    session.try_questions(("unknown_device",), partial(_ask_unknown_device, session, enrolment.device_id))
    _remove_own(session)
    ask_bounds(session, app)
    _remove_own(session)
    session.try_questions(("expired",), partial(ask_expiry, session, app, item.wait_timeout))


def _ask_unknown_device(session: Session, device_id: str) -> None:
    if not device_id:
        raise Unanswered("No device could be enrolled, so none could be removed twice.")
    delete = partial(delete_device, session.client, session.user_id, device_id)
    session.ask(delete)
    again = session.ask(delete)
    session.answers.choose(
        "unknown_device", again.status, {404: "404", 400: "400"}, f"{again.summary} for a removed device"
    )


def _remove_own(session: Session) -> None:
    """Remove the devices of this probe, and of earlier ones that could not."""
    for device in get_devices(session.client, session.user_id):
        if device.id in session.device_ids or device.display_name == DISPLAY_NAME:
            try:
                delete_device(session.client, session.user_id, device.id)
            except OneLoginError as error:
                if error.code != "not_found":
                    raise


def _undo(session: Session, before: set[str]) -> None:
    """Remove the devices of the probe, and look whether the user has the same ones as before.

    :raises OneLoginError: the user has other devices.
    """
    try:
        _remove_own(session)
        after = {device.id for device in get_devices(session.client, session.user_id)}
    except OneLoginError as error:
        error.hint = (
            f"The devices of the probe, named {DISPLAY_NAME!r}, may still be there. Run the probe again, or remove"
        )
        error.hint += " them with mfa_device."
        raise
    if after != before:
        changes = ", ".join([*(f"new: {its}" for its in after - before), *(f"gone: {its}" for its in before - after)])
        raise OneLoginError(
            "ambiguous",
            f"The devices of the user changed during the probe, and not by it: {changes}.",
            hint="Look at the devices of the user in OneLogin.",
        )


def _use_up(session: Session) -> None:
    """Make calls that only read, until OneLogin refuses one for the rate limit."""
    client = session.client
    client.read_rate_limit()
    calls = (client.limit.remaining or 0) + _MORE
    client.limit = _Unlimited(session.clock, 0, 0)
    session.step = f"using up the rate limit, up to {calls} calls"

    def call(_number: int) -> None:
        if not session.throttled:
            try:
                read_first_page(client, {"limit": 1, "fields": "id"})
            except OneLoginError as error:
                if error.code != "rate_limited":
                    raise

    with open_pool(_THREADS) as pool:
        for _done in pool.map(call, range(calls)):
            pass


PROBE = Operation(OPTIONS, ProbeItem.parse, each(probe), batch=False)
