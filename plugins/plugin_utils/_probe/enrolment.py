# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The enrolment of an authenticator app that exists in this process only, and a verification with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import (
    convert_id,
    get_devices,
    get_factors,
    get_registration,
    get_verification,
    post_verification,
    put_registration,
    put_verification,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Factor, Registration
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import PENDING
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.refusals import (
    LIFE,
    REFUSED,
    note_device,
    post,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import (
    ProbeResponse,
    Session,
    Unanswered,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.totp import Authenticator

_WRONG = {"401": "401", "pending": "pending", "rejected": "rejected"}
_BODIES = {"failed authentication with this factor": "factor", "please provide valid credentials": "credentials"}
_YES_NO = {True: "yes", False: "no"}
_LISTED_IN_DOCS = ("GET registration", "PUT registration", "GET verification")

ENROLMENT = (
    "wrong_otp_registration",
    "pending_device_id",
    "expires_at",
    "registration_user_id",
    "device_id_type",
    "device_type_name",
    "enrolled_factor_listed",
    "already_enrolled",
)
VERIFICATION = ("wrong_otp_verification", "verification_success", "verification_status", "user_id_type")
_CLOCK = "OneLogin did not accept the code. Check the clock of this machine."


@dataclass
class Enrolment:
    """An app that is being enrolled, and then verified.

    :param app: the factor.
    :param listed: its row in the list of available factors.
    """

    session: Session
    app: Factor
    listed: Mapping[str, Any]
    containers: dict[str, str] = field(default_factory=dict)
    device_id: str = ""

    def enrol(self) -> None:
        """Ask what an enrolment shows.

        :raises Unanswered: the app cannot be enrolled.
        """
        registration, authenticator = self._begin()
        wrong = self._put_code(registration, authenticator.generate_wrong_code())
        self._note_wrong("wrong_otp_registration", wrong)
        if wrong.succeeded and wrong.row.get("status") != PENDING:
            registration, authenticator = self._begin()
        right = self._put_code(registration, authenticator.generate_code())
        self._note_container("PUT registration", right)
        if not (right.value and right.value.is_accepted):
            raise Unanswered(f"{_CLOCK} {right.summary}")
        self._authenticator = authenticator
        self._look_at_device(right)
        self._look_at_factors()
        self._enrol_again()

    def _begin(self) -> tuple[Registration, Authenticator]:
        session, answers = self.session, self.session.answers
        response = post(session, self.app.id, expires_in=LIFE)
        if not response.value or not response.value.id:
            raise Unanswered(f"{self.app.name} cannot be enrolled: {response.summary}")
        try:
            authenticator = Authenticator(response.value.factor_data, session.clock.sleep)
        except ValueError as problem:
            raise Unanswered(str(problem)) from None
        row, identifier = response.row, response.value.id
        self._note_container("POST registration", response)
        answers.record("pending_device_id", _YES_NO["device_id" in row], _list_fields(row))
        answers.record("expires_at", "shown" if row.get("expires_at") else "hidden", _list_fields(row))
        answers.record("registration_user_id", _YES_NO["user_id" in row], _list_fields(row))
        look = session.ask(lambda: get_registration(session.client, session.user_id, identifier))
        self._note_container("GET registration", look)
        return response.value, authenticator

    def _put_code(self, registration: Registration, code: str) -> ProbeResponse[Registration]:
        session = self.session
        response = session.ask(lambda: put_registration(session.client, session.user_id, str(registration.id), code))
        note_device(session, response)
        return response

    def _look_at_device(self, accepted: ProbeResponse[Registration]) -> None:
        session, answers = self.session, self.session.answers
        response = session.ask(lambda: get_devices(session.client, session.user_id))
        shown = str(accepted.row.get("device_id") or "")
        row = next((row for row in response.rows if str(row.get("device_id")) == shown), None)
        if row is None:
            raise Unanswered(f"The list of devices has no device {shown or 'of the registration'}")
        self.device_id = shown
        kinds = {str: "str", int: "int"}
        kind = type(row["device_id"])
        answers.choose("device_id_type", kind, kinds, kind.__name__)
        name = row.get("type_display_name")
        names = {self.listed.get("auth_factor_name"): "type", self.listed.get("name"): "name"}
        answers.choose("device_type_name", name, {**names, None: "null"}, repr(name))

    def _look_at_factors(self) -> None:
        session = self.session
        response = session.ask(lambda: get_factors(session.client, session.user_id))
        listed = any(factor.id == self.app.id for factor in response.value or ())
        session.answers.record(
            "enrolled_factor_listed",
            _YES_NO[listed],
            f"GET factors {'has' if listed else 'leaves out'} {self.app.name}",
        )

    def _enrol_again(self) -> None:
        session, answers = self.session, self.session.answers
        response = post(session, self.app.id, expires_in=LIFE)
        summary = response.summary
        if response.value:
            authenticator = Authenticator(response.value.factor_data, session.clock.sleep)
            self._put_code(response.value, authenticator.generate_code())
            devices = session.ask(lambda: get_devices(session.client, session.user_id)).value or ()
            count = len({device.id for device in devices} & session.device_ids)
            summary = f"{summary}, and then the user has {count} devices of the probe"
            answers.choose("already_enrolled", count, {2: "second_device"}, summary)
        else:
            answers.choose("already_enrolled", response.status, REFUSED, summary)

    def verify(self) -> None:
        """Ask what a verification shows.

        :raises Unanswered: there is no device to verify.
        """
        if not self.device_id:
            raise Unanswered("No device could be enrolled.")
        self.session.step = "waiting for the next code of the app"
        self._authenticator.wait_for_code()
        self.session.step = "verifying the device"
        identifier = self._activate()
        wrong = self._put_verification(identifier, self._authenticator.generate_wrong_code())
        self._note_wrong("wrong_otp_verification", wrong)
        if wrong.succeeded and wrong.row.get("status") != PENDING:
            identifier = self._activate()
        right = self._put_verification(identifier, self._authenticator.generate_code())
        if not (right.value and right.value.is_accepted):
            raise Unanswered(f"{_CLOCK} {right.summary}")
        status = right.row.get("status")
        forms = {dict: "envelope", str: "string", type(None): "flat"}
        self.session.answers.choose("verification_success", type(status), forms, _list_fields(right.row))

    def _activate(self) -> str:
        session, answers = self.session, self.session.answers
        body = {"device_id": convert_id(self.device_id), "expires_in": LIFE}
        response = session.ask(lambda: post_verification(session.client, session.user_id, body))
        if not response.value or not response.value.id:
            raise Unanswered(f"The device cannot be verified: {response.summary}")
        identifier = response.value.id
        self._note_container("POST verification", response)
        answers.record("verification_status", _YES_NO["status" in response.row], _list_fields(response.row))
        if "user_id" in response.row:
            kind = type(response.row["user_id"])
            answers.choose("user_id_type", kind, {str: "str", int: "int"}, kind.__name__)
        look = session.ask(lambda: get_verification(session.client, session.user_id, identifier))
        self._note_container("GET verification", look)
        return identifier

    def _put_verification(self, identifier: str, code: str) -> ProbeResponse[Any]:
        session = self.session
        return session.ask(lambda: put_verification(session.client, session.user_id, identifier, code, self.device_id))

    def _note_wrong(self, name: str, response: ProbeResponse[Any]) -> None:
        answers = self.session.answers
        status = response.row.get("status") if response.succeeded else str(response.status)
        answers.choose(name, status, _WRONG, f"{response.summary}{f', status {status}' if response.succeeded else ''}")
        if response.status == 401:
            message = str(response.row.get("message") or "").lower()
            answers.choose("wrong_otp_body", message, _BODIES, response.summary)

    def _note_container(self, what: str, response: ProbeResponse[Any]) -> None:
        if response.succeeded and response.row:
            self.containers[what] = response.container

    def ask_container(self) -> None:
        """Say which responses are lists.

        :raises Unanswered: too few were seen.
        """
        if len(self.containers) < 5:
            raise Unanswered("Not all of the five responses were seen.")
        seen = self.containers
        docs = {what: "list" if what in _LISTED_IN_DOCS else "object" for what in seen}
        same = {kind: dict.fromkeys(seen, kind) for kind in ("object", "list")}
        forms = {"docs": docs, **same}
        name = next((name for name, form in forms.items() if form == seen), None)
        summary = ", ".join(f"{what}: {kind}" for what, kind in seen.items())
        self.session.answers.choose("container", name, {its: its for its in forms}, summary)


def find_app(rows: Sequence[Mapping[str, Any]], factors: Sequence[Factor]) -> tuple[Factor, Mapping[str, Any]]:
    """Return the factor of an app whose enrolment and verification send nothing, and its row.

    :raises Unanswered: the test user cannot enrol it.
    """
    for row, factor in zip(rows, factors):
        if factor.type.totp and not factor.type.activation_sends:
            return factor, row
    raise Unanswered(
        "The test user cannot enrol the Authenticator. Allow it in the user's policy, and remove its device."
    )


def ask_expiry(session: Session, app: Factor, timeout: float, poll: float = 5.0) -> None:
    """Ask what an expired registration looks like.

    :param timeout: longest time to wait in seconds.
    :raises Unanswered: none has expired.
    """
    response = post(session, app.id, expires_in=LIFE)
    if not response.value or not response.value.id:
        raise Unanswered(f"{app.name} cannot be enrolled: {response.summary}")
    identifier, begun = response.value.id, session.clock.monotonic()
    session.step = f"waiting until a registration expires, up to {timeout:.0f} s"
    while session.clock.monotonic() - begun < timeout:
        session.clock.sleep(poll)
        look = session.ask(lambda: get_registration(session.client, session.user_id, identifier))
        status = look.row.get("status") if look.succeeded else str(look.status)
        if status != PENDING:
            after = session.clock.monotonic() - begun
            values = {its: its for its in ("rejected", "expired", "404")}
            summary = f"{look.summary}{f', status {status}' if look.succeeded else ''}, after {after:.0f} s"
            session.answers.choose("expired", status, values, summary)
            return
    raise Unanswered(f"The registration was still pending after {timeout:.0f} s.")


def _list_fields(row: Mapping[str, Any]) -> str:
    """Return the names of the fields, without their values."""
    return f"fields {', '.join(map(str, row))}"
