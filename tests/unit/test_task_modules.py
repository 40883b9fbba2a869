# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task from its arguments to its whole result: in process, and as a module that was shipped."""

from __future__ import annotations

import os
import re
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.community.onelogin.plugins.module_utils._ansible import masking, module
from ansible_collections.community.onelogin.plugins.plugin_utils._controller import action

from tests.unit.harness import CONNECTION, Call, Reply, Script, read_table, reply
from tests.unit.task_runs import Perform, Result, as_module, ended, in_process, logged, perform, process

__all__ = ["as_module", "ended", "in_process", "logged", "perform", "process"]

SHOWN = {
    "access_token": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    "base_url": "https://acme.example",
    "batch": None,
    "ca_path": None,
    "client_id": "id",
    "client_secret": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    "concurrency": 8,
    "email": None,
    "factor": None,
    "factor_id": None,
    "journal": None,
    "journal_keep_days": None,
    "on_duplicate": "refuse",
    "on_error": "continue",
    "progress": True,
    "rate_limit_reserve": 0,
    "rate_limit_timeout": 3900.0,
    "request_timeout": 30.0,
    "retries": 5,
    "subdomain": None,
    "user_id": None,
    "username": None,
    "validate_certs": True,
}
LONG = {**CONNECTION, "client_secret": "a-long-secret", "access_token": "a-long-token"}


def serve(call: Call) -> Reply:
    """An account with one user, who has one device."""
    if call.path.endswith("/token"):
        return reply(200, {"access_token": "token-2", "account_id": 45})
    if call.path.endswith("/devices"):
        row = {"device_id": "123456", "type_display_name": "OneLogin SMS", "user_display_name": "Ann"}
        return reply(200, [{**row, "auth_factor_name": "OneLogin SMS"}])
    return reply(404, {"message": "No such user"})


CASES: dict[str, dict[str, Any]] = read_table("task_modules.yml")["tasks"]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", CASES)
def test_the_result_of_a_task(perform: Perform, script: Script, name: str) -> None:
    case, script.server = CASES[name], serve
    found = perform(case["module"], {**LONG, **case["args"]}, **case.get("options", {}))
    arguments = found["invocation"]["module_args"]
    assert arguments == {**SHOWN, **case["shown"]}
    assert found == {**case["result"], "invocation": found["invocation"]}


@pytest.mark.usefixtures("clock")
def test_the_secrets_of_a_task_are_masked(perform: Perform, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    masked: set[str] = set()
    monkeypatch.setattr(masking, "register_secrets", masked.update)
    script.server = serve
    assert not perform("mfa_device_info", {**LONG, "user_id": 7})["failed"]
    assert masked == {"a-long-secret", "a-long-token"}


@pytest.mark.parametrize(
    "args",
    [
        {"usr_id": 7},
        {"concurrency": "many"},
        {"on_error": "wait"},
        {"validate_certs": "perhaps"},
        {"batch": [], "x": 1},
    ],
    ids=str,
)
def test_wrong_arguments_have_the_message_of_the_module(in_process: Perform, as_module: Perform, args: Result) -> None:
    shipped = as_module("mfa_device_info", args, module_name="community.onelogin.mfa_device_info")
    with pytest.raises(AnsibleActionFail) as caught:
        in_process("mfa_device_info", args)
    assert shipped["failed"]
    assert caught.value.message == shipped["msg"]


class Text(str):
    """Text of Ansible, whose type has another name."""

    __slots__ = ()


def test_types_of_ansible_are_not_named_in_messages(in_process: Perform, as_module: Perform) -> None:
    shipped = as_module("mfa_device_info", {"user_id": "x", "batch": [{"a": "b"}]})
    with pytest.raises(AnsibleActionFail) as caught:
        in_process("mfa_device_info", {"user_id": Text("x"), "batch": ({Text("a"): Text("b")},)})
    assert caught.value.message == shipped["msg"]


def test_a_name_that_is_not_text_is_refused_before_anything_is_done(in_process: Perform, script: Script) -> None:
    expected = {
        "failed": True,
        "msg": "username is 12345, a number: YAML or INI may have changed the value."
        """ Write it as text: "12345" in YAML, '"12345"' in INI.""",
        "error": {
            "code": "invalid",
            "http_status": None,
            "message": "username is 12345, a number: YAML or INI may have changed the value.",
            "request_id": None,
            "hint": """Write it as text: "12345" in YAML, '"12345"' in INI.""",
        },
    }
    shipped: list[Any] = []
    for transport in ("local", "ssh"):
        args = {**LONG, "username": 12345, "email": None}
        assert in_process("mfa_device_info", args, transport=transport, shipped=shipped) == expected
    assert (shipped, script.calls) == ([], [])


@pytest.mark.parametrize(
    ("options", "wrap_async"),
    [
        ({"transport": "ssh"}, False),
        ({"become": object()}, False),
        ({"async_val": 60}, True),
        ({"async_val": 60, "has_native_async": True}, False),
        ({}, False),
    ],
    ids=["another host", "another user", "in the background", "in the background of winrm", "without requests"],
)
def test_a_module_is_shipped_with_what_it_reads(
    in_process: Perform, script: Script, monkeypatch: pytest.MonkeyPatch, options: Result, wrap_async: bool
) -> None:
    if not options:
        monkeypatch.setattr(action, "REQUESTS_IMPORT_ERROR", "No module named 'requests'")
    shipped: list[Any] = []
    device = {"device_id": "5", "user_id": 7, "type_display_name": "SMS", "other": "left out"}
    earlier = {"changed": False, "failed": False, "device": device, "item": {"user_id": 7}, "secret": "left out"}
    args = {**LONG, "base_url": "", "client_id": None, "email": "", "batch": [earlier], "concurrency": 2}
    assert in_process("mfa_device_info", args, shipped=shipped, **options) == {"a": 1}
    (call,) = shipped
    device = {"device_id": "5", "user_id": 7, "type_display_name": "SMS"}
    assert call == {
        "module_args": {
            "client_secret": "a-long-secret",
            "access_token": "a-long-token",
            "email": "",
            "batch": [{"failed": False, "item": {"user_id": 7}, "device": device}],
            "concurrency": 2,
        },
        "task_vars": {"ansible_inject_invocation": True},
        "wrap_async": wrap_async,
    }
    assert script.calls == []


def test_a_module_is_shipped_with_a_batch_that_it_refuses(in_process: Perform) -> None:
    shipped: list[Any] = []
    in_process("mfa_device_info", {"batch": "[", "user_id": None}, shipped=shipped, transport="ssh")
    assert [call["module_args"] for call in shipped] == [{"batch": "[", "user_id": None}]


@pytest.mark.usefixtures("clock")
def test_the_environment_of_a_task_ends_with_it(
    in_process: Perform, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the account here, where blank options leave the choice to it."""
    monkeypatch.setenv("ONELOGIN_CLIENT_ID", "of the process")
    during: list[Any] = []

    def server(call: Call) -> Reply:
        during.append({name: value for name, value in os.environ.items() if name.startswith("ONELOGIN_")})
        return serve(call)

    script.server = server
    environment = [
        {"ONELOGIN_BASE_URL": "https://acme.example", "ONELOGIN_CLIENT_ID": "id"},
        {"ONELOGIN_CLIENT_SECRET": 12345678},
    ]
    args = {"base_url": "", "client_secret": None, "user_id": 7}
    found = in_process("mfa_device_info", args, environment=environment)
    assert not found["failed"], found
    assert [(call.path, call.authorization) for call in script.calls] == [
        ("/auth/oauth2/v2/token", "Basic aWQ6MTIzNDU2Nzg="),
        ("/api/2/mfa/users/7/devices", "Bearer token-2"),
    ]
    assert during[0] == {
        "ONELOGIN_BASE_URL": "https://acme.example",
        "ONELOGIN_CLIENT_ID": "id",
        "ONELOGIN_CLIENT_SECRET": "12345678",
    }
    assert [name for name in os.environ if name.startswith("ONELOGIN_")] == ["ONELOGIN_CLIENT_ID"]
    assert os.environ["ONELOGIN_CLIENT_ID"] == "of the process"


@pytest.mark.usefixtures("clock")
def test_tasks_of_a_run_share_a_token_and_end_with_it(
    in_process: Perform, script: Script, ended: list[Any], tmp_path: Path
) -> None:
    script.server = serve
    args = {**LONG, "access_token": None, "user_id": 7}
    for _task in range(2):
        assert not in_process("mfa_device_info", args)["failed"]
    assert script.sent == [
        "POST /auth/oauth2/v2/token",
        "GET /api/2/mfa/users/7/devices",
        "GET /api/2/mfa/users/7/devices",
    ]
    process, folder = os.getpid(), str(tmp_path)
    starts, ends = ("remove_token_at_end", process, folder), ("end_with_parent", process, folder)
    assert ended == [starts, "freeze", ends, starts, ends]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("config", "shown"), [(False, False), (True, True), (AnsibleError("unknown"), True)], ids=str)
def test_the_invocation_is_shown_if_ansible_shows_it(
    in_process: Perform, script: Script, monkeypatch: pytest.MonkeyPatch, config: Any, shown: bool
) -> None:
    asked: list[Any] = []

    def get_config_value(name: str, **named: Any) -> bool:
        asked.append((name, named))
        if isinstance(config, AnsibleError):
            raise config
        return bool(config)

    script.server = serve
    monkeypatch.setattr(constants.config, "get_config_value", get_config_value)
    found = in_process("mfa_device_info", {**LONG, "user_id": 7})
    assert ("invocation" in found) == shown
    assert asked == [("INJECT_INVOCATION", {"variables": {"ansible_inject_invocation": True}})]


# Only a module


def test_without_requests_a_module_says_so(as_module: Perform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REQUESTS_IMPORT_ERROR", "No module named 'requests'")
    found = as_module("mfa_device_info", {**LONG, "user_id": 7})
    assert found["msg"].startswith("Failed to import the required Python library (requests) on ")
    assert found["msg"].endswith(" The import failed with: No module named 'requests'")


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("args", "environment"),
    [
        ({"client_id": "id", "client_secret": "a-long-secret", "access_token": "a-long-token"}, {}),
        ({}, {"ONELOGIN_CLIENT_ID": "id", "ONELOGIN_CLIENT_SECRET": "a-long-secret"}),
        ({}, {"ONELOGIN_ACCESS_TOKEN": "a-long-token"}),
    ],
)
def test_a_module_hides_the_secrets_of_the_connection_in_its_result_and_no_codes(
    as_module: Perform, script: Script, logged: list[str], args: Result, environment: dict[str, str]
) -> None:
    script.server = serve
    secret = " ".join(value for name, value in {**args, **environment}.items() if "ID" not in name.upper())
    named = {"user_id": 7, "username": f"{secret} 123456", "device_id": "123456"}
    given = {"base_url": "https://acme.example", **args, **named, "otp": "123456"}
    found = as_module("mfa_verification", given, environment=environment, check_mode=True)
    # As of ansible-core 2.22, the controller hides them, because the module registers them as secrets.
    late = bool(find_spec("ansible.module_utils.secrets"))
    stars = secret if late else re.sub(r"\S+", "********", secret)
    assert found["item"] == {"user_id": 7, "username": f"{stars} 123456", "device_id": "123456"}
    assert f" otp={'$REDACTED$' if late else 'NOT_LOGGING_PARAMETER'}" in logged[0]


def test_a_module_hides_the_secrets_of_its_items_in_the_log(as_module: Perform, logged: list[str]) -> None:
    found = as_module("mfa_device_info", {**LONG, "access_token": [1], "batch": [{"user_id": 7, "otp": "123456"}]})
    assert found["msg"].startswith("access_token is neither a token nor the result of the access_token module.")
    assert "123456" not in logged[0]
    assert "batch=[{'user_id': 7, 'otp': 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER'}]" in logged[0]


@pytest.mark.usefixtures("clock")
def test_a_module_ends_as_on_ctrl_c(as_module: Perform, script: Script) -> None:
    script.server = serve
    as_module("mfa_device_info", {**LONG, "user_id": 7})
    for number in (signal.SIGTERM, signal.SIGHUP):
        assert signal.getsignal(number) is signal.default_int_handler
