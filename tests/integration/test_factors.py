# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Factors and devices with equal names: no one gets the wrong factor, and no device is wrongly called absent."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import share_group_factors

from tests.integration.harness import Simulator
from tests.integration.operations import OperationRunner
from tests.integration.watch import watch

pytestmark = pytest.mark.once("it is about OneLogin's responses, in the process of the tests")

CODE, LINK, TYPE = "E-mail code", "E-mail link", "OneLogin Email"
FACTORS = [
    {"factor_id": number, "name": name, "auth_factor_name": type_}
    for number, name, type_ in (
        (1, "OneLogin Protect", "OneLogin"),
        (2, "OneLogin SMS", "SMS"),
        (5, CODE, TYPE),
        (6, LINK, TYPE),
        (7, None, None),
        (8, "Passkeys", "WebAuthn"),
        (9, "YubiKey", "Yubico YubiKey"),
        (10, "Duo Security", "Duo Security"),
    )
]
HAVE = {"neither": "", "code": CODE, "link": LINK, "both": f"{CODE};{LINK}"}


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    """An account with two factors of a type, one without names, and three that the API cannot enrol."""
    running.reset(
        [
            {"email": f"{who}@example.com", "username": who, "phone": "+15550100", "group_id": 7, "sim_enrolled": have}
            for who, have in HAVE.items()
        ],
        factors=FACTORS,
    )
    return running


@pytest.fixture
def runner(paced: OperationRunner) -> OperationRunner:
    """The modules without Ansible, on the simulator's time."""
    return paced


def _written(sim: Simulator) -> list[dict[str, Any]]:
    return [row for row in sim.log() if row["method"] != "GET" and "/auth/" not in row["path"]]


@pytest.mark.parametrize("module", ["mfa_registration", "mfa_device", "mfa_verification", "mfa_device_info"])
@pytest.mark.parametrize(
    "order", [(), *itertools.permutations(HAVE, 4)][::5], ids=lambda order: "-".join(order) or "alone"
)
def test_a_name_of_two_factors_is_ambiguous_for_everyone(
    sim: Simulator, runner: OperationRunner, module: str, order: tuple[str, ...]
) -> None:
    """This does not depend on their devices or on other people in the batch."""
    if order:
        results = runner(module, batch=list(order), factor=TYPE)["results"]
    else:
        results = [runner(module, username=who, factor=TYPE) for who in HAVE]
    assert {result["error"]["code"] for result in results} == {"ambiguous"}
    assert {"Use the factor's own name, or factor_id."} == {result["error"]["hint"] for result in results}
    assert _written(sim) == []


@pytest.mark.parametrize("who", HAVE)
def test_a_factors_own_name_has_precedence(sim: Simulator, runner: OperationRunner, who: str) -> None:
    for factor in (CODE, LINK):
        has = factor in HAVE[who]
        result = runner("mfa_registration", username=who, factor=factor, verified=True, check_mode=True)
        assert (result["failed"], result["changed"]) == (False, not has)
        result = runner("mfa_device", username=who, factor=factor, check_mode=True)
        assert (result["failed"], result["changed"]) == (False, has)
    assert _written(sim) == []


@pytest.mark.parametrize("shown", ["name", "type", "null"])
@pytest.mark.parametrize("journal", [True, False])
def test_a_device_with_another_name_is_not_enrolled_again(
    sim: Simulator, runner: OperationRunner, tmp_path: Path, shown: str, journal: bool
) -> None:
    """The journal names its factor, or the lists of two people show which factor is missing."""
    sim.switch(device_type_name=shown)
    options: dict[str, Any] = {"verified": True, "journal": str(tmp_path / "journal.sqlite") if journal else "none"}
    batch = [{"username": "neither", "factor": CODE}, {"username": "code", "factor": CODE}]
    first = runner("mfa_registration", batch=batch, **options)
    assert [result["changed"] for result in first["results"]] == [True, False]
    device = first["results"][0]["registration"]["device_id"]
    share_group_factors.cache_clear()  # another process would not know them
    again = runner("mfa_registration", batch=batch, **options)
    if journal or shown == "name":
        assert (again["changed"], again["results"][0]["registration"]["device_id"]) == (False, device)
    else:
        # Both have enrolled it, so no list has it. Nothing is sent on a guess.
        assert {row["error"]["code"] for row in again["results"]} == {"unknown_factor"}
    assert len(_written(sim)) == 1


def test_the_journal_distinguishes_two_devices_of_a_type(
    sim: Simulator, runner: OperationRunner, tmp_path: Path
) -> None:
    sim.switch(device_type_name="type")
    person: dict[str, Any] = {"username": "neither", "journal": str(tmp_path / "journal.sqlite")}
    ids = {}
    for factor in (CODE, LINK):
        made = runner("mfa_registration", **person, factor=factor, verified=True)
        ids[factor] = made["registration"]["device_id"]
    for factor in (CODE, LINK):
        again = runner("mfa_registration", **person, factor=factor, verified=True)
        assert (again["changed"], again["registration"]["device_id"]) == (False, ids[factor])
    removed = runner("mfa_device", **person, factor=LINK)
    assert removed["device"]["device_id"] == ids[LINK]
    assert runner("mfa_device", **person, factor=LINK)["changed"] is False
    assert runner("mfa_registration", **person, factor=CODE, verified=True)["changed"] is False


def test_the_journal_keeps_the_factor_of_a_device_longer_than_its_entry(
    sim: Simulator, runner: OperationRunner, tmp_path: Path
) -> None:
    sim.switch(device_type_name="null")
    person: dict[str, Any] = {"username": "neither", "journal": str(tmp_path / "journal.sqlite"), "verified": True}
    assert runner("mfa_registration", **person, factor=LINK)["changed"]
    sim.pass_time(3600)
    for _again in range(2):
        result = runner("mfa_registration", **person, factor=LINK, journal_keep_days=0)
        assert (result["failed"], result["changed"], result["registration"]["factor_id"]) == (False, False, 6)


def test_an_ambiguous_device_is_never_called_absent(sim: Simulator, runner: OperationRunner) -> None:
    """Both factors are enrolled, and no device shows its factor; the list of another user shows that there are two."""
    sim.switch(device_type_name="null")
    batch = [{"username": "neither", "factor": LINK}, {"username": "both", "factor": LINK}]
    for module in ("mfa_device", "mfa_registration"):
        results = runner(module, batch=batch, concurrency=1, check_mode=True)["results"]
        assert not results[0]["failed"]
        assert results[1]["error"]["code"] == "ambiguous"
        assert "may or may not belong to E-mail link" in results[1]["error"]["message"]


@pytest.mark.parametrize("module", ["mfa_device", "mfa_verification"])
def test_an_unlisted_factor_id_does_not_affect_a_device(sim: Simulator, runner: OperationRunner, module: str) -> None:
    """It can be the id of the only enrolled factor, or a typing error."""
    for number in (5, 99999):
        refused = runner(module, username="code", factor_id=number)
        assert refused["error"]["code"] == "ambiguous"
        assert "may or may not belong to" in refused["error"]["message"]
    assert _written(sim) == []


def test_a_factor_without_a_name_fails_no_item(sim: Simulator, runner: OperationRunner) -> None:
    result = runner("mfa_registration", batch=list(HAVE), factor="OneLogin SMS", verified=True)
    assert (result["failed"], result["summary"]) == (False, {"accepted": 4})
    found = runner("mfa_factor_info", username="neither")["factors"]
    assert {"factor_id": 7, "name": "", "auth_factor_name": ""} in found
    named = runner("mfa_registration", username="neither", factor_id=7, check_mode=True)
    assert (named["failed"], named["registration"]["factor_id"]) == (False, 7)


@pytest.mark.parametrize("factor", ["Passkeys", "YubiKey", "duo security", 8])
def test_a_factor_that_the_api_cannot_enrol_is_refused(
    sim: Simulator, runner: OperationRunner, factor: str | int
) -> None:
    named: dict[str, Any] = {"factor_id": factor} if isinstance(factor, int) else {"factor": factor}
    for check_mode in (True, False):
        refused = runner("mfa_registration", username="neither", **named, check_mode=check_mode)
        assert refused["error"]["code"] == "invalid"
        assert "OneLogin's API cannot enrol" in refused["error"]["message"]
    assert _written(sim) == []
    forced = runner("mfa_registration", username="neither", **named, force=True)
    assert len(_written(sim)) == 1
    watch.hear("the message of a forced enrolment", json.dumps(forced.get("msg")))


def test_the_number_of_calls_of_a_first_and_a_second_run(sim: Simulator, runner: OperationRunner) -> None:
    """For N people: 2 N, pages, groups and 3 in the first run; N, pages, groups and 2 in the second."""
    people, pages, groups = list(HAVE), 1, 1
    for run, most in ((1, 2 * len(people) + pages + groups + 3), (2, len(people) + pages + groups + 2)):
        before = len(sim.log())
        done = runner("mfa_registration", batch=people, factor="OneLogin SMS", verified=True)
        assert (done["failed"], done["changed"]) == (False, run == 1)
        assert len(sim.log()) - before <= most


@pytest.mark.parametrize("enrolled", ["OneLogin SMS", CODE])
def test_an_enrolled_factor_that_is_listed_is_not_enrolled_again(
    sim: Simulator, runner: OperationRunner, enrolled: str
) -> None:
    """The device shows only its type, which two factors have: nothing is sent."""
    people = [{"email": "ann@example.com", "username": "ann", "phone": "+15550100", "sim_enrolled": enrolled}]
    sim.reset(people=people, factors=FACTORS)
    sim.switch(device_type_name="null", enrolled_factor_listed="yes")
    factor_id = next(row["factor_id"] for row in FACTORS if row["name"] == enrolled)
    made = runner("mfa_registration", username="ann", factor_id=factor_id)
    assert (made["changed"], made["error"]["code"]) == (False, "ambiguous")
    assert (_written(sim), sim.messages("ann")) == ([], [])
