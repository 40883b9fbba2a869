# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: which certificates are trusted for any environment, and that all calls use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, task
from tests.integration.people import Role, host
from tests.integration.tls import NAME, Proxy, expired, new_authority, tls_simulator

pytestmark = pytest.mark.libraries("it is about requests and OpenSSL")

PROTECT, SMS = {"factor": "OneLogin Protect"}, {"factor": "OneLogin SMS", "verified": True}


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The TLS simulator that these tests share."""
    own = tls_simulator(tmp_path_factory.mktemp("tls"))
    yield own
    own.stop()


@pytest.fixture
def secure(serving: Simulator) -> Simulator:
    """The shared TLS simulator after a reset."""
    serving.reset()
    return serving


def known(sim: Simulator) -> dict[str, Any]:
    """The option that trusts its authority."""
    return {"ca_path": str(sim.authority)}


def trusting(sim: Simulator, **more: str) -> dict[str, str]:
    """An environment that trusts its authority."""
    return {"ONELOGIN_CA_PATH": str(sim.authority), **more}


def test_people_are_enrolled_with_only_a_credential(
    secure: Simulator, playbook: Playbook, tmp_path: Path, way: dict[str, Any]
) -> None:
    """In process and shipped, only ca_path makes the token, lists, registrations and the wait trusted."""
    people = [{"username": "kelly", **PROTECT}, {"username": "mia", **SMS}, {"email": "eve@example.com", **SMS}]
    made = "made.results[0].registration"
    waited = {"user_id": f"{{{{ {made}.user_id }}}}", "registration_id": f"{{{{ {made}.id }}}}", "timeout": 20}
    done = playbook(
        [
            task("mfa_registration", {"batch": people}, name="enrol", register="made", **way),
            task("mfa_registration_wait", waited, name="wait", **way),
        ],
        url=secure.url,
        module_defaults={"group/community.onelogin.onelogin": known(secure)},
    )
    assert [row["registration"]["status"] for row in done["enrol"]["results"]] == ["pending", "accepted", "accepted"]
    assert [row["changed"] for row in done["enrol"]["results"]] == [True, True, False]
    assert done["wait"]["registration"]["status"] == "accepted"
    assert secure.count("POST", "/token") >= 1
    assert {len(secure.person(name)["devices"]) for name in ("kelly", "mia")} == {1}


def test_ca_path_can_come_from_the_environment(secure: Simulator, playbook: Playbook, way: dict[str, Any]) -> None:
    done = playbook([task("mfa_device_info", {"username": "nora"}, **way)], url=secure.url, env=trusting(secure))
    assert len(done.only["devices"]) == 2


@pytest.mark.parametrize("by", ["option", "environment"])
def test_the_onboarding_role_uses_tls(secure: Simulator, tmp_path: Path, by: str) -> None:
    onboard = Role(
        tmp_path, secure, "mfa_onboarding", "onboard", mfa_onboarding_wait_timeout=20, mfa_onboarding_sheets="sheets"
    )
    text = None
    if by == "option":
        defaults = {"group/community.onelogin.onelogin": known(secure)}
        play = {"hosts": "all", "connection": "local", "gather_facts": False, "module_defaults": defaults}
        text = yaml.safe_dump([{**play, "roles": ["community.onelogin.mfa_onboarding"]}])
    hosts = {
        name: host(name, mfa_onboarding_factors=[factor])
        for name, factor in {"kelly": PROTECT, "mia": SMS, "rita": PROTECT}.items()
    }
    run = onboard(hosts, text=text, env=trusting(secure) if by == "environment" else {})
    assert {name: row["status"] for name, row in run.rows.items()} == {
        "kelly": "accepted",
        "mia": "accepted",
        "rita": "rejected",
    }
    assert (run.failed, run.changed) == ({"rita"}, {"kelly", "mia"})
    assert {len(secure.person(name)["devices"]) for name in ("kelly", "mia")} == {1}


def test_trust_and_the_authorization_header(secure: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    _authority, wrong = new_authority(tmp_path, "wrong.pem")
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    done = playbook(
        [
            task("rate_limit_info", name="unknown authority"),
            task("rate_limit_info", {"ca_path": str(wrong)}, name="other authority"),
            task("rate_limit_info", known(secure), name="trusted"),
            task("rate_limit_info", {"validate_certs": False}, name="blind"),
            task("rate_limit_info", {"validate_certs": False, "ca_path": "/no/such/file"}, name="needs no file"),
            task("rate_limit_info", name="still unknown"),
        ],
        url=secure.url,
        env={"REQUESTS_CA_BUNDLE": str(wrong), "CURL_CA_BUNDLE": str(wrong), "NETRC": str(netrc)},
    )
    for name in ("trusted", "blind", "needs no file"):
        assert done[name]["rate_limit"]["limit"] == 5000, done[name]
    for name in ("unknown authority", "other authority", "still unknown"):
        assert done[name]["error"]["code"] == "unavailable"
        assert "No trusted TLS connection" in done[name]["error"]["message"]
        assert "ca_path" in done[name]["error"]["hint"]
    assert secure.count("GET", "/rate_limit") == 3
    assert {row["status"] for row in secure.log()} == {200}


def test_a_certificate_of_another_server_is_an_error(secure: Simulator, playbook: Playbook) -> None:
    elsewhere = secure.url.replace("127.0.0.1", "localhost")
    error = playbook([task("rate_limit_info")], url=elsewhere, env=trusting(secure)).only["error"]
    assert error["code"] == "unavailable"
    # The message is that of OpenSSL, or of urllib3 before 2.
    said = "certificate is not valid for 'localhost'|'localhost' doesn't match either of '127.0.0.1'"
    assert re.search(said, error["message"])
    assert "another server" in error["hint"]
    assert secure.log() == []


def test_an_expired_certificate_is_an_error(playbook: Playbook, tmp_path: Path) -> None:
    with expired(tmp_path) as (url, authority):
        error = playbook([task("rate_limit_info", {"ca_path": str(authority)})], url=url).only["error"]
    assert error["code"] == "unavailable"
    assert "certificate has expired" in error["message"]
    assert "has expired" in error["hint"]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy for TLS."""
    with Proxy() as own:
        yield own
        own.shutdown()


def test_the_proxy_of_the_environment_is_used(secure: Simulator, proxy: Proxy, playbook: Playbook) -> None:
    direct = trusting(secure, NO_PROXY="", no_proxy="")
    through = {**direct, "HTTPS_PROXY": proxy.url}
    once = [task("rate_limit_info", {"retries": 1})]
    named = secure.url.replace("127.0.0.1", NAME)
    assert playbook(once, url=named, env=through).only["rate_limit"]["limit"] == 5000
    asked = list(proxy.asked)
    assert set(asked) == {named.partition("//")[2]}
    spared = playbook(once, url=named, env={**through, "NO_PROXY": NAME}).only
    assert (spared["error"]["code"], proxy.asked) == ("unavailable", asked)
    here = playbook(once, url=secure.url, env=through).only
    assert (here["rate_limit"]["limit"], proxy.asked) == (5000, asked)
    gone = playbook(once, url=named, env={**direct, "HTTPS_PROXY": "http://127.0.0.1:9"}).only
    assert gone["error"]["code"] == "unavailable"
    assert "proxy" in gone["error"]["hint"]
    assert secure.count("GET", "/rate_limit") == 2
