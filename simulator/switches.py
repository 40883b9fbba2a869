# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The behaviours that OneLogin's documentation leaves open or contradicts, one switch each."""

from __future__ import annotations

from typing import NamedTuple


class Switch(NamedTuple):
    """One open behaviour; the first choice is the default."""

    name: str
    choices: tuple[str, ...]
    stands_for: str


SWITCHES: tuple[Switch, ...] = (
    Switch(
        "container",
        ("object", "list", "docs"),
        "POST, GET and PUT of registrations and verifications return a bare object (OpenAPI "
        "examples, live clients), a list of one, or, per call, what the documentation pages print",
    ),
    Switch(
        "verification_success",
        ("envelope", "flat", "string"),
        "an accepted code on PUT verifications: the v1 envelope (documentation page), the same "
        "without its wrapper (OpenAPI 3.1.1), or the object with status `accepted` (live example)",
    ),
    Switch(
        "wrong_otp_verification",
        ("401", "pending", "rejected"),
        "a wrong code on PUT verifications: HTTP 401 (sibling endpoints), or HTTP 200 with the "
        "status; `rejected` also ends the verification. Undocumented",
    ),
    Switch(
        "wrong_otp_registration",
        ("pending", "401", "rejected"),
        "a wrong code on PUT registrations: HTTP 200 still pending (live example), HTTP 401, or "
        "HTTP 200 rejected, which ends the registration",
    ),
    Switch(
        "wrong_otp_body",
        ("factor", "credentials"),
        "the body of a wrong-code 401: `Failed authentication with this factor` (sibling "
        "endpoints) or InvalidCredentials (the only documented 401)",
    ),
    Switch(
        "expired",
        ("rejected", "expired", "404"),
        "how an expired registration or verification looks: rejected (live example), a status "
        "of its own, or 404. Undocumented",
    ),
    Switch(
        "user_id_type",
        ("str", "int"),
        "`user_id` in responses: string (documentation page) or integer (OpenAPI 3.1.1)",
    ),
    Switch(
        "device_id_type",
        ("str", "int"),
        "`device_id` in responses: string (documentation pages) or integer (one OpenAPI example)",
    ),
    Switch(
        "token_401",
        ("documented", "credentials", "envelope", "authentication", "unauthorized"),
        "the 401 body of a bad or expired token: per family of calls as documented, or one of "
        "the four known bodies everywhere",
    ),
    Switch(
        "throttle",
        ("429", "400"),
        "over the hourly limit: HTTP 429 TooManyRequests (live) or HTTP 400 `rate_limit_exceeded` (seen on v1)",
    ),
    Switch(
        "throttle_headers",
        ("reset", "retry_after", "both", "none"),
        "headers of a throttled response: X-RateLimit-*, Retry-After, both, or neither",
    ),
    Switch(
        "already_enrolled",
        ("second_device", "422", "400"),
        "POST registrations for a factor the user already has. Undocumented",
    ),
    Switch(
        "missing_contact",
        ("422", "400"),
        "POST registrations for a user without the phone or email needed. Undocumented",
    ),
    Switch(
        "verified_unsupported",
        ("422", "400", "ignored"),
        "`verified: true` for Protect or Authenticator, which cannot be pre-verified. Undocumented",
    ),
    Switch(
        "unknown_factor",
        ("422", "400", "404"),
        "POST registrations with a factor_id the user's policy does not have. Undocumented",
    ),
    Switch(
        "expires_in_bounds",
        ("422", "400", "clamped"),
        "`expires_in` outside 120-900 seconds: an error, or the nearest bound. Undocumented",
    ),
    Switch(
        "unknown_device",
        ("404", "400"),
        "DELETE of an unknown device: NotFoundError, or the v1 envelope `Factor could not be found`. Undocumented",
    ),
    Switch(
        "enrolled_factor_listed",
        ("no", "yes"),
        "GET factors leaves out what the user has enrolled (documentation page), or not",
    ),
    Switch(
        "device_type_name",
        ("name", "type", "null"),
        "`type_display_name` of a device, what users see at their first registration: the factor's "
        "name, the name of its type, or null, which OpenAPI and the SDK allow",
    ),
    Switch(
        "mfa_token_status",
        ("201", "200"),
        "POST mfa_token returns 201 (OpenAPI 3.1.1) or 200 (documentation page)",
    ),
    Switch(
        "pending_device_id",
        ("no", "yes"),
        "a pending registration shows its `device_id`: the documentation page's sample does, its "
        "field table and the OpenAPI capture do not",
    ),
    Switch(
        "expires_at",
        ("shown", "hidden"),
        "POST registrations and verifications return `expires_at` if there is an expiry; the "
        "OpenAPI examples leave it out",
    ),
    Switch(
        "registration_user_id",
        ("no", "yes"),
        "POST registrations returns `user_id`: OpenAPI 3.1.1 has it, no sample does",
    ),
    Switch(
        "verification_status",
        ("no", "yes"),
        "POST verifications returns `status`: only the OpenAPI 3.1.1 example has it",
    ),
    Switch(
        "email_link",
        ("no", "yes"),
        "the account sends MagicLinks even without `redirect_to` (an account setting)",
    ),
    Switch(
        "scope_error",
        ("401", "403"),
        "a credential with too small a scope: the v1 envelope `Insufficient Permission`, or HTTP 403 ForbiddenAction",
    ),
    Switch(
        "user_422",
        ("message", "field", "errors", "messages"),
        "the body of a 422 of PUT users: a message, the same with a `field`, a list of `errors` with fields, or a "
        "list of `messages` (OpenAPI 3.1.1 and the tests of OneLogin's Python SDK 2)",
    ),
    Switch(
        "custom_attributes_put",
        ("merged", "replaced"),
        "`custom_attributes` of PUT users: those that are not in the request stay, or are removed. Undocumented",
    ),
    Switch(
        "policies",
        ("licensed", "406"),
        "the plan has custom security policies, or GET policies returns HTTP 406",
    ),
    Switch(
        "policy_list",
        ("full", "brief"),
        "the rows of GET policies have every field of their kind, or the names and kinds only. Undocumented",
    ),
    Switch(
        "filter_case",
        ("insensitive", "sensitive"),
        "user filters compare without or with case. Undocumented",
    ),
    Switch(
        "last_cursor",
        ("absent", "empty"),
        "`After-Cursor` on the last page of users is left out, or empty. Undocumented",
    ),
    Switch(
        "enrolment_event",
        ("22", "540", "1400", "none"),
        "the event type of an accepted registration. Undocumented",
    ),
    Switch(
        "event_lag",
        ("none", "30", "uneven"),
        "an event is listed at once, after 30 s, or after up to 40 s, so that a later one can come first. Undocumented",
    ),
    Switch(
        "event_order",
        ("sorted", "mixed"),
        "the list of events follows `sort` (documentation page), or has another order",
    ),
    Switch(
        "event_copies",
        ("1", "2"),
        "how often an event is listed. Undocumented",
    ),
    Switch(
        "events_listed",
        ("all", "half", "none"),
        "every event is listed, every second one, or none. Undocumented",
    ),
    Switch(
        "event_page",
        ("asked", "50"),
        "a page of events has as many rows as `limit` asks for (live client), or at most 50 (documentation page)",
    ),
)

_BY_NAME = {switch.name: switch for switch in SWITCHES}


def list_defaults() -> dict[str, str]:
    """Return every switch at its default."""
    return {switch.name: switch.choices[0] for switch in SWITCHES}


def check_switch(name: str, value: object) -> str:
    """Check the value of a switch, and return it as it is stored.

    :raises ValueError: the switch or the choice does not exist; the text lists the valid ones.
    """
    switch = _BY_NAME.get(name)
    if switch is None:
        raise ValueError(f"no switch {name!r}; there are {', '.join(_BY_NAME)}")
    if str(value) not in switch.choices:
        raise ValueError(f"{name} is one of {', '.join(switch.choices)}, not {value!r}")
    return str(value)
