# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OneLogin's SDK (PyPI ``onelogin``) runs complete flows against the simulator.

Where the generated code cannot read a valid response, a separate test shows it.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pyotp
import pytest

from tests.contract.harness import (
    AUTHENTICATOR,
    CREDENTIALS,
    EMAIL,
    KELLY,
    NILS,
    PROTECT,
    SMS,
    VOICE,
    Simulator,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import onelogin
    from onelogin import exceptions
    from pydantic import ValidationError


@pytest.fixture
def sdk(sim: Simulator) -> Iterator[SimpleNamespace]:
    """The APIs of the SDK, with a token that the SDK requested."""
    user, password = CREDENTIALS["Manage All"]
    configuration = onelogin.Configuration(host=sim.url, username=user, password=password)
    with onelogin.ApiClient(configuration) as client:
        compare_answers(sim, client)
        auth = onelogin.OAuth2Api(client)
        token = auth.generate_token(onelogin.GenerateTokenRequest(grant_type="client_credentials"))
        configuration.access_token = token.access_token
        yield SimpleNamespace(
            auth=auth,
            token=token,
            users=onelogin.UsersV2Api(client),
            mfa=onelogin.MultiFactorAuthenticationApi(client),
            events=onelogin.EventsApi(client),
        )


def compare_answers(sim: Simulator, client: Any) -> None:
    """Compare the responses that the SDK receives with the description."""
    pool = client.rest_client.pool_manager
    request = pool.request

    def _request(method: str, url: str, **more: Any) -> Any:
        answer = request(method, url, **more)
        sim.compare(method, url, answer.status, answer.data)
        return answer

    pool.request = _request


def registration_request(factor: int) -> onelogin.CreateFactorRegistrationRequest:
    """Build the request that starts an enrolment."""
    return onelogin.CreateFactorRegistrationRequest(factor_id=factor, display_name="Mine", expires_in="240")


def enrol(sdk: SimpleNamespace, user: int, factor: int) -> onelogin.CreateFactorRegistration201Response:
    """Start an enrolment with the SDK."""
    return sdk.mfa.create_factor_registration(user, create_factor_registration_request=registration_request(factor))


def sent_number(sim: Simulator, sdk: SimpleNamespace, zero: bool, factor: int = SMS) -> tuple[str, str]:
    """Enrol until the code begins with a zero, or does not; return the registration and the code."""
    for _turn in range(500):
        registration = enrol(sdk, KELLY, factor)
        code: str = sim.message(KELLY)["code"]
        if code.startswith("0") is zero:
            return registration.id, code
    raise AssertionError("codes are not random")


def app_number(sdk: SimpleNamespace) -> tuple[str, pyotp.TOTP, str]:
    """Enrol an Authenticator until its code does not begin with a zero; return the registration, the app and the code.

    The SDK's model has no `factor_data`, but the SDK also returns the raw body.
    """
    for _turn in range(500):
        answer = sdk.mfa.create_factor_registration_with_http_info(
            KELLY, create_factor_registration_request=registration_request(AUTHENTICATOR)
        )
        app = pyotp.parse_uri(json.loads(answer.raw_data)["factor_data"]["totp_url"])
        assert isinstance(app, pyotp.TOTP)
        code = app.now()
        if not code.startswith("0"):
            return answer.data.id, app, code
    raise AssertionError("codes are not random")


def confirm(sdk: SimpleNamespace, registration: str, otp: int) -> Any:
    """Send a code, which the SDK accepts only as a number."""
    request = onelogin.VerifyUserRegistrationRequest(otp=otp)
    return sdk.mfa.verify_user_registration(KELLY, registration, verify_user_registration_request=request)


def activate(sim: Simulator, sdk: SimpleNamespace, device: str) -> str:
    """Start a verification and return its id; the SDK reads only the integer form of `device_id`."""
    sim.switch(device_id_type="int")
    request = onelogin.CreateDeviceVerificationRequest(device_id=int(device))
    made = sdk.mfa.create_device_verification(KELLY, create_device_verification_request=request)
    sim.switch(device_id_type="str")
    assert sdk.mfa.get_user_verification(KELLY, made.id).status == "pending"
    verification: str = made.id
    return verification


def give(sim: Simulator, sdk: SimpleNamespace, verification: str, **body: Any) -> None:
    """Send the right code to a verification; the SDK reads only the flat form of a success."""
    sim.switch(verification_success="flat")
    request = onelogin.VerifyUserVerificationRequest(**body)
    done = sdk.mfa.verify_user_verification(KELLY, verification, verify_user_verification_request=request)
    assert (done.error, done.code) == (False, 200)
    assert sdk.mfa.get_user_verification(KELLY, verification).status == "accepted"


def only_device(sdk: SimpleNamespace, factor: str) -> str:
    """Return the id of the only device."""
    [device] = sdk.mfa.get_authentication_devices(KELLY)
    assert (device.auth_factor_name, device.user_display_name) == (factor, "Mine")
    found: str = device.device_id
    return found


def remove(sdk: SimpleNamespace, device: str) -> None:
    """Remove the only device."""
    sdk.mfa.delete_enrolled_factor(KELLY, device)
    assert sdk.mfa.get_authentication_devices(KELLY) == []


@pytest.mark.parametrize(("factor", "name"), [(SMS, "SMS"), (EMAIL, "OneLogin Email")])
def test_a_factor_with_sent_codes_from_enrolment_to_removal(
    sim: Simulator, sdk: SimpleNamespace, factor: int, name: str
) -> None:
    registration, code = sent_number(sim, sdk, zero=False, factor=factor)
    assert confirm(sdk, registration, 1).status == "pending"
    assert confirm(sdk, registration, int(code)).status == "accepted"
    device = only_device(sdk, name)
    verification = activate(sim, sdk, device)
    with pytest.raises(exceptions.UnauthorizedException):
        give(sim, sdk, verification, otp="no")
    give(sim, sdk, verification, otp=sim.message(KELLY)["code"])
    remove(sdk, device)


@pytest.mark.parametrize(("factor", "name"), [(VOICE, "OneLogin Voice"), (PROTECT, "OneLogin")])
def test_a_factor_that_a_person_confirms_from_enrolment_to_removal(
    sim: Simulator, sdk: SimpleNamespace, factor: int, name: str
) -> None:
    registration = enrol(sdk, KELLY, factor).id
    assert sdk.mfa.get_user_registration(KELLY, registration)["status"] == "pending"
    sim.pass_time(31)
    accepted = sdk.mfa.get_user_registration(KELLY, registration)
    device = only_device(sdk, name)
    assert accepted == {"id": registration, "status": "accepted", "device_id": device}
    verification = activate(sim, sdk, device)
    sim.pass_time(31)
    assert sdk.mfa.get_user_verification(KELLY, verification).status == "accepted"
    remove(sdk, device)


def test_an_authenticator_from_enrolment_to_removal(sim: Simulator, sdk: SimpleNamespace) -> None:
    registration, app, code = app_number(sdk)
    assert confirm(sdk, registration, 1).status == "pending"
    assert confirm(sdk, registration, int(code)).status == "accepted"
    device = only_device(sdk, "Google Authenticator")
    verification = activate(sim, sdk, device)
    with pytest.raises(exceptions.ApiException, match="device_id is required"):
        give(sim, sdk, verification, otp=app.now())
    give(sim, sdk, verification, otp=app.now(), device_id=int(device))
    remove(sdk, device)


def test_a_token_from_request_to_revocation(sim: Simulator, sdk: SimpleNamespace) -> None:
    assert sdk.token.expires_in == 36000
    limits = sdk.auth.get_rate_limit().data
    assert (limits.x_rate_limit_limit, limits.x_rate_limit_remaining) == (5000, 5000)

    found = sdk.users.list_users2(email="kelly@example.com")
    assert [user.id for user in found] == [KELLY]
    assert sdk.users.get_user2(KELLY).lastname == "Slater"
    factors = {row.name: row.factor_id for row in sdk.mfa.get_auth_factors(KELLY)}
    assert factors["OneLogin SMS"] == SMS

    registration, code = sent_number(sim, sdk, zero=False)
    assert sdk.mfa.get_user_registration(KELLY, registration)["status"] == "pending"
    wrong = confirm(sdk, registration, 1)
    assert (wrong.status, wrong.device_id) == ("pending", None)
    accepted = confirm(sdk, registration, int(code))
    assert accepted.status == "accepted"
    [device] = sdk.mfa.get_authentication_devices(KELLY)
    assert (device.device_id, device.default) == (accepted.device_id, True)

    # The SDK reads only the integer form of `device_id` here; see below.
    sim.switch(device_id_type="int", verification_success="flat")
    verification = sdk.mfa.create_device_verification(
        KELLY,
        create_device_verification_request=onelogin.CreateDeviceVerificationRequest(device_id=int(device.device_id)),
    )
    sim.switch(device_id_type="str")
    assert sdk.mfa.get_user_verification(KELLY, verification.id).status == "pending"
    done = sdk.mfa.verify_user_verification(
        KELLY,
        verification.id,
        verify_user_verification_request=onelogin.VerifyUserVerificationRequest(otp=sim.message(KELLY)["code"]),
    )
    assert (done.error, done.code) == (False, 200)
    assert sdk.mfa.get_user_verification(KELLY, verification.id).status == "accepted"

    temporary = sdk.mfa.generate_otp(KELLY, generate_otp_request=onelogin.GenerateOTPRequest(expires_in=300))
    assert temporary.device_id == f"user_temp_otp_{KELLY}"
    kinds = {event.event_type_id for event in sdk.events.get_events(user_id=KELLY).data}
    assert {22, 528, 537, 539, 1100} <= kinds
    sdk.mfa.delete_enrolled_factor(KELLY, device.device_id)
    assert sdk.mfa.get_authentication_devices(KELLY) == []

    with pytest.raises(ValidationError):  # see the test on the envelope
        sdk.auth.revoke_tokens(revoke_tokens_request=onelogin.RevokeTokensRequest(access_token=sdk.token.access_token))
    with pytest.raises(exceptions.UnauthorizedException):
        sdk.mfa.get_authentication_devices(KELLY)


def test_the_sdk_reads_pages(sdk: SimpleNamespace) -> None:
    first = sdk.users.list_users2_with_http_info(limit=5)
    assert len(first.data) == 5
    cursor = unquote(first.headers["After-Cursor"])
    assert len(sdk.users.list_users2(cursor=cursor)) == 3


def test_the_sdk_reads_errors(sdk: SimpleNamespace) -> None:
    with pytest.raises(exceptions.NotFoundException) as refused:
        sdk.users.get_user2(1)
    assert "NotFoundError" in refused.value.body
    with pytest.raises(exceptions.ApiException) as refused:
        enrol(sdk, KELLY, 1)
    assert refused.value.status == 422


def test_the_sdk_cannot_send_a_code_with_a_leading_zero(sim: Simulator, sdk: SimpleNamespace) -> None:
    """The SDK's model of a registration code is an integer, so the correct code fails."""
    registration, code = sent_number(sim, sdk, zero=True)
    assert confirm(sdk, registration, int(code)).status == "pending"
    path = f"registrations/{registration}"
    assert sim.mfa("PUT", KELLY, path, {"otp": code}).json()["status"] == "accepted"


def test_the_sdk_cannot_read_a_string_device_id_of_an_activation(sim: Simulator, sdk: SimpleNamespace) -> None:
    """The documentation page prints a string; the SDK's model accepts only integers."""
    device = int(sim.device(NILS, SMS))
    request = onelogin.CreateDeviceVerificationRequest(device_id=device)
    with pytest.raises(ValidationError, match="device_id"):
        sdk.mfa.create_device_verification(NILS, create_device_verification_request=request)
    assert sim.message(NILS)["verification_id"] is not None


@pytest.mark.parametrize("form", ["envelope", "string"])
def test_the_sdk_cannot_read_other_forms_of_a_verification_success(
    sim: Simulator, sdk: SimpleNamespace, form: str
) -> None:
    """The SDK reads only the flat form, not the page's envelope or the live `status`."""
    sim.switch(verification_success=form)
    verification = sim.activate(NILS, sim.device(NILS, SMS))
    request = onelogin.VerifyUserVerificationRequest(otp=sim.message(NILS)["code"])
    with pytest.raises(ValidationError):
        sdk.mfa.verify_user_verification(NILS, verification["id"], verify_user_verification_request=request)
    path = f"verifications/{verification['id']}"
    assert sim.mfa("GET", NILS, path).json()["status"] == "accepted"


@pytest.mark.parametrize("factor", [VOICE, PROTECT, AUTHENTICATOR])
def test_the_sdk_does_not_read_factor_data_and_status(sim: Simulator, sdk: SimpleNamespace, factor: int) -> None:
    """The SDK's model of a registration has no `factor_data` and no `status`."""
    made = enrol(sdk, NILS, factor)
    assert made.to_dict().keys() == {"id", "type_display_name", "user_display_name", "auth_factor_name"}
    assert {"factor_data", "status"} <= sim.enrol(NILS, factor).keys()


def test_the_sdk_cannot_read_lists_with_one_element(sim: Simulator, sdk: SimpleNamespace) -> None:
    """The documentation pages print lists with one element; the SDK's models accept only objects."""
    verification = sim.activate(NILS, sim.device(NILS, SMS))
    sim.switch(container="list")
    with pytest.raises(ValidationError):
        sdk.mfa.get_user_verification(NILS, verification["id"])
    with pytest.raises(ValidationError):
        enrol(sdk, NILS, SMS)


def test_the_sdk_requests_event_types_without_a_token(sdk: SimpleNamespace) -> None:
    """The description names no security for that call; the simulator requires a token for every call."""
    with pytest.raises(exceptions.UnauthorizedException):
        sdk.events.get_event_types()
