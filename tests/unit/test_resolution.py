# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding users and factors, and the number of calls that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Device, Factor
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import FactorDirectory, FoundFactor
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import Operation
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import FactorSelector, UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._engine.users import UserDirectory
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import DeviceFactor
from ansible_collections.community.onelogin.plugins.module_utils._operations import device, registration, verification

from tests.unit.harness import Call, Reply, Script, reply, run

MakeClient = Callable[..., Client]


def _server(users: Sequence[dict[str, Any]], page: int = 100) -> Callable[[Call], Reply]:
    """Simulate GET /api/2/users with filters and pages."""

    def answer(call: Call) -> Reply:
        found = [
            user
            for user in users
            if all(user[key] == call.query[key] for key in ("email", "username") if key in call.query)
        ]
        start = int(call.query.get("cursor", "c=0").removeprefix("c="))
        headers: dict[str, Any] = {"Total_Pages": -(-len(found) // page)}
        if start + page < len(found):
            headers["After_Cursor"] = f"c%3D{start + page}"
        return reply(200, found[start : start + page], **headers)

    return answer


def _people(count: int) -> list[dict[str, Any]]:
    return [{"id": n, "email": f"p{n}@x.example", "username": f"p{n}"} for n in range(1, count + 1)]


def _by_email(*numbers: int) -> list[UserSelector]:
    return [UserSelector(email=f"p{n}@x.example") for n in numbers]


@pytest.mark.parametrize(
    ("size", "wanted", "calls"),
    [
        (1000, [1], 1),  # one look-up
        (1000, range(1, 101), 10),  # on the first page, but another page can have the same names
        (1000, [1, 500, 999], 4),  # the first page shows the number of users, then a look-up for each
        (1000, range(1, 1001, 50), 10),  # every page
        (250, [1, 2, 201, 202, 203], 3),
    ],
)
def test_finding_users_makes_the_fewest_calls(
    client: MakeClient, script: Script, size: int, wanted: Sequence[int], calls: int
) -> None:
    script.server = _server(_people(size))
    users = UserDirectory(client())
    selectors = _by_email(*wanted)
    users.prepare(selectors)
    assert [users.find_id(selector) for selector in selectors] == list(wanted)
    assert len(script.calls) <= calls
    assert [users.find_id(selector) for selector in selectors] == list(wanted)
    assert len(script.calls) <= calls, "each user is looked up once"


def test_ids_need_no_call(client: MakeClient, script: Script) -> None:
    users = UserDirectory(client())
    selectors = [UserSelector(n) for n in range(1, 100)]
    users.prepare(selectors)
    assert [users.find_id(selector) for selector in selectors] == list(range(1, 100))
    assert script.calls == []


def test_names_are_not_case_sensitive(client: MakeClient, script: Script) -> None:
    script.server = lambda _call: reply(200, [{"id": "7", "email": "Jane@X.example", "username": "JANE"}])
    users = UserDirectory(client())
    assert users.find_id(UserSelector(email="jane@x.EXAMPLE")) == 7
    assert users.find_id(UserSelector(username="jane")) == 7


def test_users_that_do_not_match_the_filter_are_ignored(client: MakeClient, script: Script) -> None:
    script.server = lambda _call: reply(200, [{"id": 7, "email": "jane@x.example", "username": "jane"}])
    with pytest.raises(OneLoginError) as caught:
        UserDirectory(client()).find_id(UserSelector(email="an@x.example"))
    assert caught.value.code == "unknown_user"


@pytest.mark.parametrize("prepared", [False, True])
def test_a_name_of_two_users_is_ambiguous(client: MakeClient, script: Script, prepared: bool) -> None:
    twice = [{"id": n, "email": "team@x.example", "username": f"t{n}"} for n in (2, 1)]
    script.server = _server([*_people(3), *twice])
    users = UserDirectory(client())
    team = UserSelector(email="team@x.example")
    if prepared:
        users.prepare([team, *_by_email(1)])
        assert users.find_known_id(team) is None
    with pytest.raises(OneLoginError) as caught:
        users.find_id(team)
    assert caught.value.code == "ambiguous"
    assert "user_id 1, 2" in caught.value.message


def test_a_failed_look_up_fails_only_items_with_names(client: MakeClient, script: Script) -> None:
    script.server = lambda _call: reply(403, {})
    users = UserDirectory(client())
    users.prepare([*_by_email(1, 2), UserSelector(3)])
    assert users.find_id(UserSelector(3)) == 3
    with pytest.raises(OneLoginError) as caught:
        users.find_id(_by_email(1)[0])
    assert caught.value.code == "forbidden"


def test_a_repeated_cursor_ends_the_list(client: MakeClient, script: Script) -> None:
    script.server = lambda _call: reply(200, _people(2), After_Cursor="again", Total_Pages=2)
    users = UserDirectory(client())
    with pytest.raises(OneLoginError):
        users.find_id(_by_email(9)[0])
    assert len(script.calls) == 2


@pytest.mark.parametrize(
    "body", [{}, [1], None, "x", [{"email": "p1@x.example"}], [{"id": True, "email": "p1@x.example"}]]
)
def test_a_body_that_is_not_a_list_of_users_is_a_bad_response(client: MakeClient, script: Script, body: Any) -> None:
    script.server = lambda _call: reply(200, body)
    with pytest.raises(OneLoginError) as caught:
        UserDirectory(client()).find_id(_by_email(1)[0])
    assert caught.value.code == "bad_response"


# Factors

NAMES = MappingProxyType(
    {1: ("OneLogin Protect", "OneLogin"), 2: ("OneLogin SMS", "SMS"), 3: ("Office phone", "OneLogin Voice")}
)


def _listed(*ids: int, names: Mapping[int, tuple[str, str]] = NAMES) -> Reply:
    return reply(200, [{"factor_id": n, "name": names[n][0], "auth_factor_name": names[n][1]} for n in ids])


def _device(factor: int, names: Mapping[int, tuple[str, str]] = NAMES, identifier: str = "9") -> Device:
    name, auth_name = names[factor]
    return Device(identifier, 7, name, name, auth_name, default=True)


@pytest.mark.parametrize("name", ["office PHONE", "onelogin voice"])
def test_factors_are_found_by_either_name_and_read_once(client: MakeClient, script: Script, name: str) -> None:
    script.server = [_listed(1, 2, 3)]
    factors = FactorDirectory(client())
    for user in range(1, 50):
        assert factors.find(FactorSelector(name), user, []).factor.id == 3
        assert factors.find(FactorSelector(id=2), user, []).factor.name == "OneLogin SMS"
    assert len(script.calls) == 1


def test_a_users_own_list_is_read_before_a_factor_is_called_unknown(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1), _listed(1, 2)]
    factors = FactorDirectory(client())
    assert factors.find(FactorSelector("OneLogin Protect"), 7, []).factor.id == 1
    assert factors.find(FactorSelector("SMS"), 8, []).factor.id == 2
    assert script.sent == ["GET /api/2/mfa/users/7/factors", "GET /api/2/mfa/users/8/factors"]


def test_an_enrolled_factor_is_found_by_its_device(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1)]
    factors = FactorDirectory(client())
    found = factors.find(FactorSelector("sms"), 7, [_device(2), _device(3, identifier="8")])
    assert (found.factor.id, found.factor.name) == (None, "OneLogin SMS")
    assert found.enrolled == [_device(2)]


def test_an_unlisted_id_is_that_of_the_only_enrolled_factor(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1)]
    factors = FactorDirectory(client())
    found = factors.find(FactorSelector(id=2), 7, [_device(2)])
    assert (found.factor.id, found.factor.auth_name) == (2, "SMS")
    assert (found.enrolled, found.unclear) == ([_device(2)], [_device(2)])


def test_a_factor_enrolled_between_two_reads_is_found(script: Script) -> None:
    """Another run enrols it after this run reads the devices and before it reads the available factors."""
    names = {"user_display_name": "My phone", "type_display_name": "OneLogin SMS", "auth_factor_name": "SMS"}
    enrolled = {"device_id": 9, **names}
    script.server = [reply(200, []), _listed(1), reply(200, [enrolled])]
    result = run(registration.REGISTER, {"user_id": 7, "factor": "OneLogin SMS"})
    assert (result["failed"], result["changed"], result["registration"]["device_id"]) == (False, False, "9")


def test_an_unlisted_id_with_two_enrolled_factors_is_an_error(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1)]
    with pytest.raises(OneLoginError) as caught:
        FactorDirectory(client()).find(FactorSelector(id=2), 7, [_device(2), _device(3, identifier="8")])
    assert caught.value.code == "unknown_factor"
    assert "Office phone, OneLogin Protect, OneLogin SMS" in caught.value.message


def test_an_ambiguous_name_lists_the_choices(client: MakeClient, script: Script) -> None:
    two = {**NAMES, 4: ("Partner SMS", "SMS")}
    script.server = [_listed(1, 2, 4, names=two)]
    factors = FactorDirectory(client())
    with pytest.raises(OneLoginError) as caught:
        factors.find(FactorSelector("SMS"), 7, [])
    assert caught.value.code == "ambiguous"
    assert "OneLogin SMS (factor_id 2), Partner SMS (factor_id 4)" in caught.value.message
    both = [_device(2, two, "1"), _device(4, two, "2")]
    partner = factors.find(FactorSelector("partner sms"), 7, both)
    assert [device.id for device in partner.enrolled] == ["2"]


def test_an_account_without_factors(client: MakeClient, script: Script) -> None:
    script.server = lambda _call: _listed()
    with pytest.raises(OneLoginError) as caught:
        FactorDirectory(client()).find(FactorSelector("SMS"), 7, [])
    assert "enrolled: none." in caught.value.message


def test_a_device_of_another_factor_of_the_same_type_is_not_assigned(client: MakeClient, script: Script) -> None:
    """The user's list omits the partner's SMS, which is enrolled; OneLogin's own SMS is still available."""
    two = {**NAMES, 4: ("Partner SMS", "SMS")}
    script.server = [_listed(1, 2, names=two)]
    factors = FactorDirectory(client())
    own = factors.find(FactorSelector(id=2), 7, [_device(4, two)])
    assert own.enrolled == []
    partner = factors.find(FactorSelector(id=4), 7, [_device(4, two)])
    assert (partner.factor.id, partner.factor.name) == (4, "Partner SMS")
    assert partner.enrolled == [_device(4, two)]
    assert len(script.calls) == 1


def test_a_device_with_the_former_name_of_its_factor(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1, 2, 3), _listed(1, 3)]
    factors = FactorDirectory(client())
    former = Device("9", 8, "Mine", "Text message", "SMS", default=True)
    factors.find(FactorSelector("onelogin sms"), 7, [])
    assert factors.find(FactorSelector("onelogin sms"), 8, [former]).enrolled == [former]
    assert len(script.calls) == 2


MAIL = MappingProxyType(
    {1: ("OneLogin Protect", "OneLogin"), 5: ("Code", "OneLogin Email"), 6: ("Link", "OneLogin Email")}
)


def _mail(name: str, user: int = 7, identifier: str = "9") -> Device:
    return Device(identifier, user, "Mine", name, "OneLogin Email", default=True)


def _error(factors: FactorDirectory, *what: Any) -> str:
    with pytest.raises(OneLoginError) as caught:
        factors.find(*what)
    return caught.value.code


def test_a_name_of_two_factors_is_ambiguous_regardless_of_devices(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1, 6, names=MAIL)]
    factors = FactorDirectory(client())
    assert _error(factors, FactorSelector("OneLogin Email"), 7, [_mail("Code")]) == "ambiguous"
    assert factors.find(FactorSelector("link"), 7, [_mail("Code")]).enrolled == []
    assert factors.find(FactorSelector("code"), 7, [_mail("Code")]).enrolled == [_mail("Code")]
    both = [_mail("Code"), _mail("Link", identifier="8")]
    assert _error(factors, FactorSelector("OneLogin Email"), 7, both) == "ambiguous"


def test_devices_of_other_users_do_not_change_the_meaning_of_a_name(client: MakeClient, script: Script) -> None:
    """The first user's list omits the factor Code, which is enrolled under another name."""
    script.server = [_listed(1, 6, names=MAIL), _listed(1, 5, 6, names=MAIL), _listed(1, 6, names=MAIL)]
    factors = FactorDirectory(client())
    assert _error(factors, FactorSelector("OneLogin Email"), 7, [_mail("Mail")]) == "ambiguous"
    assert _error(factors, FactorSelector("OneLogin Email"), 8, []) == "ambiguous"
    assert factors.find(FactorSelector("Code"), 9, [_mail("Post", 9)]).enrolled == [_mail("Post", 9)]
    assert len(script.calls) == 3


def test_the_only_factor_of_a_type_is_not_ambiguous_when_someone_has_it(client: MakeClient, script: Script) -> None:
    one = {1: MAIL[1], 5: MAIL[5]}
    script.server = [_listed(1, names=one), _listed(1, 5, names=one)]
    factors = FactorDirectory(client())
    assert factors.find(FactorSelector("OneLogin Email"), 7, [_mail("Mail")]).enrolled == [_mail("Mail")]
    for user in range(8, 20):
        found = factors.find(FactorSelector("OneLogin Email"), user, [])
        assert (found.factor.id, found.enrolled) == (5, [])
    assert len(script.calls) == 2


def test_devices_that_cannot_be_distinguished_are_unclear(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1, 5, 6, names=MAIL), _listed(1, names=MAIL)]
    factors = FactorDirectory(client())
    factors.find(FactorSelector("Code"), 7, [])
    devices = [_mail("Mail", 8), _mail("Mail too", 8)]
    found = factors.find(FactorSelector("Code"), 8, devices)
    assert (found.enrolled, found.unclear) == ([], devices)
    with pytest.raises(OneLoginError) as caught:
        found.refuse_unclear()
    assert (caught.value.code, caught.value.message, caught.value.hint) == (
        "ambiguous",
        "These devices of the user may or may not belong to Code (factor_id 5): 9 (Mail), 9 (Mail too).",
        "Remove or rename them in OneLogin, or set device_id if you mean one of them.",
    )


def test_a_device_without_names_can_belong_to_any_unlisted_factor(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1, 2, 3), _listed(2), _listed(1, 2)]
    nameless = Device("9", 8, "", "", "", default=True)
    factors = FactorDirectory(client())
    factors.find(FactorSelector("OneLogin SMS"), 7, [])
    assert factors.find(FactorSelector("OneLogin SMS"), 8, [nameless]) == FoundFactor(
        Factor(2, "OneLogin SMS", "SMS"), [], []
    )
    assert factors.find(FactorSelector("Office phone"), 8, [nameless]).unclear == [nameless]
    assert factors.find(FactorSelector("Office phone"), 9, [nameless]).enrolled == [nameless]


def test_a_device_with_only_a_type_belongs_to_the_listed_factor_of_that_type(
    client: MakeClient, script: Script
) -> None:
    script.server = [_listed(1, 2, 3)]
    device = Device("9", 8, "", "", "SMS", default=True)
    factors = FactorDirectory(client())
    assert factors.find(FactorSelector(None, 2), 8, [device]).enrolled == [device]
    assert factors.find(FactorSelector("Office phone"), 8, [device]).enrolled == []


def test_the_journal_overrides_the_names_of_devices(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1, 5, 6, names=MAIL)]
    rows = [DeviceFactor(7, "9", 6, "Old name", "OneLogin Email"), DeviceFactor(8, "", 5, "Code", "OneLogin Email")]
    factors = FactorDirectory(client(), lambda _user: 1, lambda: rows)
    assert factors.find(FactorSelector("link"), 7, [_mail("Code")]).enrolled == [_mail("Code")]
    assert factors.find(FactorSelector("code"), 7, [_mail("Code")]).enrolled == []
    assert len(script.calls) == 1


def test_a_factor_that_only_the_journal_names_is_found(client: MakeClient, script: Script) -> None:
    script.server = [_listed(1, 6, names=MAIL)]
    rows = [DeviceFactor(7, "", 5, "Code", "OneLogin Email")]
    factors = FactorDirectory(client(), lambda _user: 1, lambda: rows)
    found = factors.find(FactorSelector("Code"), 7, [_mail("Mail")])
    assert (found.factor.id, found.enrolled) == (5, [_mail("Mail")])


def test_each_group_has_its_own_list(client: MakeClient, script: Script) -> None:
    """A policy can omit factors, so the same name can mean different factors for different people."""
    script.server = [_listed(1, 5, names=MAIL), _listed(1, 5, 6, names=MAIL)]
    factors = FactorDirectory(client(), lambda user: user % 2)
    for user in (7, 8, 9, 10):
        if user % 2:
            assert factors.find(FactorSelector("OneLogin Email"), user, []).factor.id == 5
        else:
            assert _error(factors, FactorSelector("OneLogin Email"), user, []) == "ambiguous"
    assert len(script.calls) == 2


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("operation", [device.REMOVE, verification.VERIFY])
def test_a_device_that_may_belong_to_another_factor_is_left_alone(script: Script, operation: Operation[Any]) -> None:
    """Two factors have one internal name. The device has the name of neither, and its user is offered none of them."""
    names = ((5, "Code"), (6, "Link"))
    factors = [{"factor_id": number, "name": name, "auth_factor_name": "OneLogin Email"} for number, name in names]
    row = {"device_id": "9", "type_display_name": "Mail", "auth_factor_name": "OneLogin Email"}
    replies = {
        "/api/2/users": [{"id": number, "group_id": 1} for number in (7, 8)],
        "/api/2/mfa/users/7/devices": [],
        "/api/2/mfa/users/7/factors": factors,
        "/api/2/mfa/users/8/devices": [row],
        "/api/2/mfa/users/8/factors": [],
    }
    script.server = lambda call: reply(200, replies[call.path])
    result = run(operation, {"factor": "Code", "concurrency": 1, "batch": [{"user_id": 7}, {"user_id": 8}]})
    error = result["results"][1]["error"]
    assert (error["code"], error["message"]) == (
        "ambiguous",
        "These devices of the user may or may not belong to Code (factor_id 5): 9 (Mail).",
    )
    assert not [call for call in script.sent if not call.startswith("GET")]
