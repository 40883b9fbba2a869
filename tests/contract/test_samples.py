# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator reproduces every sample payload of OneLogin's pages: same container, fields and types.

Each payload has a check, which receives the payload. A payload without a check needs an excuse.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.harness import (
    AUTHENTICATOR,
    CREDENTIALS,
    DATA,
    EMAIL,
    EVE,
    KELLY,
    NILS,
    PROTECT,
    RITA,
    SMS,
    VOICE,
    Simulator,
)

FACTORS = {
    "OneLogin Protect": PROTECT,
    "OneLogin SMS": SMS,
    "OneLogin Voice": VOICE,
    "OneLogin Email": EMAIL,
}
_FORMS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "seconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "millis": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "token": r"\d\d-\d{7}",
    "url": r"otpauth://.*",
    "digits": r"\d+",
}


def shape(value: Any) -> Any:
    """Reduce a value to its form: fields, types, and the format of texts that have one."""
    if isinstance(value, dict):
        return {name: shape(held) for name, held in sorted(value.items())}
    if isinstance(value, list):
        return [shape(held) for held in value]
    if isinstance(value, str):
        return next((n for n, form in _FORMS.items() if re.fullmatch(form, value)), "text")
    return type(value).__name__


# These keys contain payloads; any other value in the file is a payload, a list of payloads or a remark.
GROUPS = {"auth", "events", "mfa_token", "registration_put", "users", "verification_put"}


def payloads(tree: dict[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each payload of the file with its path."""
    for name, held in tree.items():
        if isinstance(held, str):
            continue
        if at + name in GROUPS:
            yield from payloads(held, f"{name}/")
        elif isinstance(held, list) and all("body" in row for row in held):
            yield from ((f"{at}{name}/{position}", row) for position, row in enumerate(held))
        else:
            yield at + name, held


PAYLOADS: dict[str, Any] = dict(payloads(json.loads((DATA / "samples.json").read_text())))
_USER_WRITES = "answers a call that writes users, which the simulator has not (tests of onelogin-python-sdk 2.x)"
# Payloads (and one field) that the simulator never sends, with the call that does.
EXCUSED = {
    "activate_201/4/body/factor_data/totp_url": "no page knows it beside a device, whose secret left at enrolment",
    "mfa_errors/5": "answers the Smart MFA verify call, which has state tokens; the simulator has not that call",
    "mfa_errors/6": "about deletions, and copied by OpenAPI 3.1.1 to PUT verifications, whose page prints another 403",
    "users/errors/2": _USER_WRITES,
    "users/errors/3": _USER_WRITES,
    "users/errors/4": _USER_WRITES,
}
Check = Callable[[Simulator, Any], None]
CHECKS: dict[str, Check] = {}


def payload(*paths: str) -> Callable[[Check], Check]:
    """Register a function as the check of these payloads; a path that ends in a slash means all payloads below it."""

    def note(check: Check) -> Check:
        for path in paths:
            below = [known for known in PAYLOADS if path.endswith("/") and known.startswith(path)]
            CHECKS.update(dict.fromkeys(set(below or [path]) - set(EXCUSED), check))
        return check

    return note


def test_every_payload_has_a_check_or_an_excuse() -> None:
    excused = {path for path in EXCUSED if "/body/" not in path}
    assert set(CHECKS) | excused == set(PAYLOADS)
    assert not set(CHECKS) & excused
    assert {path.partition("/body/")[0] for path in EXCUSED} <= set(PAYLOADS)


USED = [path for path in PAYLOADS if path not in EXCUSED]


def given(path: str) -> Any:
    """Return a payload without its excused fields."""
    held = deepcopy(PAYLOADS[path])
    for excused in EXCUSED:
        if excused.startswith(f"{path}/"):
            *way, name = excused.removeprefix(f"{path}/").split("/")
            del reduce(getitem, way, held)[name]
    return held


def another(path: str, held: Any) -> Any:
    """Build a payload that no page prints: another request, or a response with an additional field."""
    if isinstance(held, dict) and "body" in held:
        return {**held, "body": another(path, held["body"])}
    if isinstance(held, list):
        return [another(path, row) for row in held]
    if isinstance(held, str):
        return "another"
    return {**held, "another": 1} if isinstance(held, dict) and "request" not in path else {"another": 1}


@pytest.mark.parametrize("path", USED)
def test_the_simulator_reproduces_a_payload(sim: Simulator, path: str) -> None:
    CHECKS[path](sim, given(path))


@pytest.mark.parametrize("path", USED)
def test_a_check_fails_for_another_payload(sim: Simulator, path: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        CHECKS[path](sim, another(path, given(path)))


@pytest.mark.parametrize("path", [path for path in EXCUSED if path in PAYLOADS])
def test_each_excuse_is_necessary(sim: Simulator, path: str) -> None:
    """The check of the neighbouring payloads fails for an excused payload."""
    beside = path.rpartition("/")[0] + "/0"
    with pytest.raises(AssertionError):
        CHECKS[beside](sim, PAYLOADS[path])


def factor_of(sample: dict[str, Any]) -> int:
    """Return the factor of a sample."""
    return next(number for name, number in FACTORS.items() if sample["factor"].startswith(name))


def post(sim: Simulator, path: str, **more: Any) -> requests.Response:
    """Make a call with the credential instead of a token."""
    more.setdefault("auth", CREDENTIALS["Manage All"])
    return sim.http.post(sim.url + path, timeout=10, **more)


TOKEN, REVOKE = "/auth/oauth2/v2/token", "/auth/oauth2/revoke"


@payload("auth/token_request_json")
def _token_request(sim: Simulator, sample: Any) -> None:
    assert post(sim, TOKEN, json=sample).status_code == 200


@payload("auth/token_request_form_fields")
def _token_form(sim: Simulator, sample: Any) -> None:
    """The fields of the form are sufficient, and each is necessary."""
    values = dict(zip(("client_id", "client_secret"), CREDENTIALS["Manage All"], strict=True))
    form = {name: value or values[name] for name, _is, value in (field.partition("=") for field in sample)}
    assert post(sim, TOKEN, data=form, auth=None).status_code == 200
    for name in form:
        less = {known: value for known, value in form.items() if known != name}
        assert post(sim, TOKEN, data=less, auth=None).status_code in (400, 401)


@payload("auth/token_response_200")
def _token(sim: Simulator, sample: Any) -> None:
    assert shape(sim.grant().json()) == shape(sample)


@payload("auth/v1_token_response_wrapped")
def _token_v1(sim: Simulator, sample: Any) -> None:
    found = post(sim, "/auth/oauth2/token", json={"grant_type": "client_credentials"}).json()
    assert shape(found) == shape(sample)


@payload("auth/revoke_request")
def _revoke_request(sim: Simulator, sample: Any) -> None:
    assert post(sim, REVOKE, json=dict.fromkeys(sample, sim.token)).status_code == 200
    assert sim.call("GET", "/api/2/users").status_code == 401


@payload("auth/revoke_response_200")
def _revoked(sim: Simulator, sample: Any) -> None:
    assert post(sim, REVOKE, json={"access_token": sim.token}).json() == sample


@payload("auth/rate_limit_response_200")
def _rate_limit(sim: Simulator, sample: Any) -> None:
    found = sim.call("GET", "/auth/rate_limit").json()
    assert shape(found) == shape(sample)
    assert found["status"] == sample["status"]


@payload("auth/errors/")
def _auth_error(sim: Simulator, sample: Any) -> None:
    """One of the calls returns exactly this error."""
    grant = {"grant_type": "client_credentials"}
    answers = [
        post(sim, TOKEN, json={}),
        post(sim, TOKEN, data=b"x"),
        post(sim, TOKEN, json=grant, auth=None),
        post(sim, TOKEN, json=grant, auth=None, headers={"Authorization": "odd"}),
        post(sim, REVOKE, json={}),
        post(sim, TOKEN, json=grant, auth=("x", "y")),
        sim.http.get(sim.url + TOKEN, timeout=10),
    ]
    sim.log_in("Authentication Only")
    answers.append(sim.call("GET", "/api/2/users"))
    assert (sample["http"], sample["body"]) in [(answer.status_code, answer.json()) for answer in answers]


@payload("auth/rate_limited_observed/")
def _throttled(sim: Simulator, sample: Any) -> None:
    sim.admin("PATCH", "/settings", {"remaining": 0})
    sim.switch(throttle=str(sample["http"]))
    answer = sim.call("GET", "/api/2/users")
    assert (answer.status_code, answer.json()) == (sample["http"], sample["body"])


@payload("factors_200")
def _factors(sim: Simulator, sample: Any) -> None:
    assert sim.mfa("GET", KELLY, "factors").json() == sample["body"]


@payload("factors_200_observed_live")
def _factors_live(sim: Simulator, sample: Any) -> None:
    """These factors need an account of their own, so a separate simulator."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "factors.json"
        path.write_text(json.dumps(sample["body"]))
        own = Simulator("--factors", str(path), "--count", "1", "--credential", ":".join(CREDENTIALS["Manage All"]))
        try:
            assert own.url
            own.log_in()
            found = own.mfa("GET", KELLY, "factors").json()
        finally:
            own.stop()
    assert found == sample["body"]
    assert own.departures == []


@payload("enroll_201/")
def _enroll(sim: Simulator, sample: Any) -> None:
    wanted = shape(sample["body"])
    assert shape(sim.enrol(NILS, factor_of(sample))) == wanted
    sim.switch(container="docs")
    assert shape(sim.enrol(NILS, factor_of(sample))) == wanted


def registration_at(sim: Simulator, status: str) -> str:
    """Create a registration with this status and return its path."""
    path = f"registrations/{sim.enrol(KELLY, SMS)['id']}"
    if status == "accepted":
        sim.admin("POST", f"/people/{KELLY}/approve")
    return path


@payload("registration_get_200/", "registration_put/response_200/")
def _registration(sim: Simulator, sample: Any) -> None:
    """As captured, or as a page prints it. A PUT to an accepted registration returns the same as the accepting PUT."""
    status, printed = sample["body"]["status"], "wire_in_page" in sample
    path = registration_at(sim, status)
    if printed:
        sim.switch(container="docs", pending_device_id="yes")
    code = {"otp": sim.message(KELLY)["code"]}
    answers = [sim.mfa("GET", KELLY, path)] + ([sim.mfa("PUT", KELLY, path, code)] if status == "accepted" else [])
    for answer in answers:
        found = answer.json()
        assert shape(found) == ([shape(sample["body"])] if printed else shape(sample["body"]))
        assert (found[0] if printed else found)["status"] == status
        length = re.search(r"Content-Length (\d+)", sample.get("wire_in_openapi", ""))
        assert not length or len(answer.content) == int(length[1])


@payload("registration_put/request_seed_page", "registration_put/request_newer_page")
def _registration_request(sim: Simulator, sample: Any) -> None:
    """The request is valid but its code is wrong; with the right code in the same type, it is accepted."""
    path = f"registrations/{sim.enrol(KELLY, SMS)['id']}"
    answer = sim.mfa("PUT", KELLY, path, sample)
    assert (answer.status_code, answer.json().get("status")) == (200, "pending")
    path, code = sent_number(sim)
    kind = type(sample["otp"])
    assert sim.mfa("PUT", KELLY, path, {**sample, "otp": kind(code)}).json()["status"] == "accepted"


def sent_number(sim: Simulator) -> tuple[str, str]:
    """Return the path of a registration with a code without leading zeros, and the code."""
    for _turn in range(500):
        path = f"registrations/{sim.enrol(KELLY, SMS)['id']}"
        code: str = sim.message(KELLY)["code"]
        if not code.startswith("0"):
            return path, code
    raise AssertionError("codes are not random")


@payload("devices_200")
def _devices(sim: Simulator, sample: Any) -> None:
    for factor in (PROTECT, SMS, VOICE, EMAIL, AUTHENTICATOR):
        name = next((n for n, known in FACTORS.items() if known == factor), "Authenticator")
        made = sim.enrol(KELLY, factor, display_name=name)
        sim.admin("POST", f"/people/{KELLY}/approve", {"id": made["id"]})
    found, wanted = sim.mfa("GET", KELLY, "devices").json(), sample["body"]
    assert shape(found) == shape(wanted)
    without_ids = [[{**row, "device_id": ""} for row in rows] for rows in (found, wanted)]
    assert without_ids[0] == without_ids[1]


@payload("device_delete")
def _device_delete(sim: Simulator, sample: Any) -> None:
    answer = sim.mfa("DELETE", KELLY, f"devices/{sim.device(KELLY, SMS)}")
    assert answer.status_code == sample["http"]
    assert (answer.content or None) == sample["body"]


@payload("activate_201/")
def _activate(sim: Simulator, sample: Any) -> None:
    device = sim.device(KELLY, factor_of(sample))
    sim.switch(container="docs")
    found = sim.mfa("POST", KELLY, "verifications", {"device_id": device}).json()
    wanted = shape(sample["body"])
    assert shape(found) == ([wanted] if sample["wire_in_page"] == "list of one" else wanted)


@payload("activate_201/4")
def _activate_openapi_example(sim: Simulator, sample: Any) -> None:
    """Everything except one excused field; the description has the additional names, but the example does not."""
    wanted = sample["body"]
    device = sim.device(KELLY, VOICE)
    sim.switch(user_id_type="int", device_id_type="int", verification_status="yes", expires_at="hidden")
    found = sim.activate(KELLY, device)
    for name in ("auth_factor_name", "type_display_name", "user_display_name"):
        del found[name]
    assert re.fullmatch(_FORMS["digits"], found["factor_data"].pop("verification_token"))
    assert wanted["factor_data"].pop("verification_token") == "<string>"
    assert shape(found) == shape(wanted)
    assert found["status"] == wanted["status"]


@payload("activate_request/")
def _activate_request(sim: Simulator, sample: Any) -> None:
    device = sim.device(KELLY, EMAIL if "redirect_to" in sample["body"] else SMS)
    kind = type(sample["body"]["device_id"])
    body = {**sample["body"], "device_id": kind(device)}
    assert sim.mfa("POST", KELLY, "verifications", body).status_code == 201


@payload("verification_put/request")
def _verification_request(sim: Simulator, sample: Any) -> None:
    """Authenticator is the factor that requires the device. The sample is refused; with real values, it is accepted."""
    device = sim.device(NILS, AUTHENTICATOR)
    path = f"verifications/{sim.activate(NILS, device)['id']}"
    assert sim.mfa("PUT", NILS, path, sample).status_code == 401
    own = {"otp": sim.admin("GET", f"/people/{NILS}/totp")["code"], "device_id": device}
    body = {name: type(value)(own[name]) for name, value in sample.items()}
    assert sim.mfa("PUT", NILS, path, body).status_code == 200


@payload("verification_put/response_200/")
def _verification_success(sim: Simulator, sample: Any) -> None:
    form = {"doc page": "envelope", "OpenAPI 3.1.1": "flat", "AJLindner live example": "string"}[sample["source"]]
    sim.switch(verification_success=form)
    verification = sim.activate(KELLY, sim.device(KELLY, SMS))
    path = f"verifications/{verification['id']}"
    found = sim.mfa("PUT", KELLY, path, {"otp": sim.message(KELLY)["code"]}).json()
    if "other fields not shown" in sample.get("note", ""):
        assert sample["body"].items() <= found.items()
    else:
        assert found == sample["body"]


@payload("verification_put/errors/")
def _verification_errors(sim: Simulator, sample: Any) -> None:
    sim.switch(scope_error="403")
    path, answers = f"verifications/{sim.activate(KELLY, sim.device(KELLY, SMS))['id']}", []
    for token in ("bad", sim.grant("Read All").json()["access_token"]):
        sim.token = token
        answers.append(sim.mfa("PUT", KELLY, path, {"otp": "1"}))
    assert (sample["http"], sample["body"]) in [(answer.status_code, answer.json()) for answer in answers]


@payload("verification_get_200/")
def _verification(sim: Simulator, sample: Any) -> None:
    status = sample["body"]["status"]
    user, seconds = {"pending": (KELLY, 0), "accepted": (KELLY, 31), "rejected": (RITA, 51)}[status]
    path = f"verifications/{sim.activate(user, sim.device(user, VOICE))['id']}"
    sim.pass_time(seconds)
    found = sim.mfa("GET", user, path).json()
    assert shape(found) == shape(sample["body"])
    assert found["status"] == status
    sim.switch(container="docs")
    assert sim.mfa("GET", user, path).json() == [found]


@payload("mfa_token/request")
def _mfa_token_request(sim: Simulator, sample: Any) -> None:
    """Both fields have an effect."""
    answer = sim.mfa("POST", KELLY, "mfa_token", sample)
    assert (answer.status_code, answer.json()["reusable"]) == (201, sample["reusable"])
    ends = datetime.fromisoformat(answer.json()["expires_at"]).timestamp()
    assert abs(ends - time.time() - int(sample["expires_in"])) < 60


@payload("mfa_token/response/0")
def _mfa_token_page(sim: Simulator, sample: Any) -> None:
    for status in ("200", "201"):
        assert status in sample["http"]
        sim.switch(mfa_token_status=status)
        answer = sim.mfa("POST", KELLY, "mfa_token", {})
        assert answer.status_code == int(status)
        assert shape(answer.json()) == shape(sample["body"])


@payload("mfa_token/response/1")
def _mfa_token_described(sim: Simulator, sample: Any) -> None:
    """The token here has letters and that of the page only digits; both are text."""
    found = sim.mfa("POST", KELLY, "mfa_token", {}).json()
    assert {**shape(found), "mfa_token": "text"} == shape(sample["body"])


@payload("mfa_token/errors/")
def _mfa_token_error(sim: Simulator, sample: Any) -> None:
    refused = sim.mfa("POST", KELLY, "mfa_token", {"expires_in": 1})
    body = refused.json()
    body["details"]["parameters"] = []
    assert (refused.status_code, body) == (sample["http"], sample["body"])


@payload("mfa_errors/")
def _mfa_error(sim: Simulator, sample: Any) -> None:
    """One of the calls returns exactly this error, without an injected fault."""
    device = sim.device(KELLY, SMS)
    verification = sim.activate(KELLY, device)["id"]
    answers = [
        sim.mfa("GET", KELLY, "registrations/x"),
        sim.mfa("GET", KELLY, "verifications/x"),
        sim.mfa("DELETE", EVE, f"devices/{device}"),
        sim.mfa("PUT", KELLY, f"verifications/{verification}", {"otp": "no"}),
    ]
    sim.token = "bad"
    for style in ("credentials", "envelope", "authentication", "unauthorized"):
        sim.switch(token_401=style)
        answers.append(sim.mfa("GET", KELLY, "devices"))
    assert (sample["http"], sample["body"]) in [(answer.status_code, answer.json()) for answer in answers]


@payload("mfa_errors/9")
def _mfa_invalid_value(sim: Simulator, sample: Any) -> None:
    """The same message for a parameter of the simulator, which has no call with an `auth_method`."""
    answer = sim.mfa("POST", KELLY, "registrations", {"factor_id": 1, "display_name": "x"})
    body = {**answer.json(), "message": answer.json()["message"].replace("factor_id", "auth_method")}
    assert (answer.status_code, body) == (sample["http"], sample["body"])


@payload("users/get_200")
def _user(sim: Simulator, sample: Any) -> None:
    found = sim.call("GET", f"/api/2/users/{KELLY}").json()
    assert list(found) == list(sample)
    names = {name for name, value in found.items() if value is not None}
    for name in names & {name for name, value in sample.items() if value is not None}:
        assert type(found[name]) is type(sample[name]), name
    rows = sim.call("GET", "/api/2/users").json()
    assert rows[0].keys() == sample.keys() - {"custom_attributes", "role_ids", "manager_user_id"}


@payload("users/list_headers_example")
def _user_headers(sim: Simulator, sample: Any) -> None:
    headers = sim.call("GET", "/api/2/users", params={"limit": 3}).headers
    for name, value in sample.items():
        assert name in headers
        assert headers[name].isdigit() is value.isdigit()


@payload("users/errors/")
def _user_error(sim: Simulator, sample: Any) -> None:
    answers = [sim.call("GET", "/api/2/users/1")]
    sim.token = "bad"
    answers.append(sim.call("GET", "/api/2/users"))
    assert (sample["http"], sample["body"]) in [(answer.status_code, answer.json()) for answer in answers]


@payload("events/list_200")
def _events(sim: Simulator, sample: Any) -> None:
    sim.device(KELLY, SMS)
    found = sim.call("GET", "/api/1/events", params={"limit": 1}).json()
    assert found.keys() == sample.keys()
    assert found["status"] == sample["status"]
    assert found["pagination"].keys() == sample["pagination"].keys()
    for name in ("after_cursor", "next_link"):
        assert isinstance(found["pagination"][name], str)
    assert shape(found["data"]) == shape(sample["data"])
