# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enrolment sheets from playbooks, and unattended enrolment of a service account."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyotp
import pytest
import yaml

from tests.integration.conftest import Playbook
from tests.integration.harness import ROOT, Simulator, Task, play, task
from tests.integration.people import Role, host

pytestmark = pytest.mark.shows("*", "sheets/*", "a sheet is for its person to read")

MODULE = "ansible_collections.community.onelogin.plugins.modules.enrolment_sheets"
PEOPLE = [
    {"email": "paul@example.com", "factor": "OneLogin Protect", "return_secrets": True},
    {"email": "nils@example.com", "factor": "Authenticator", "return_secrets": True},
    {"email": "eve@example.com", "factor": "Authenticator", "return_secrets": True},
    {"email": "nils@example.com", "factor": "OneLogin Voice", "return_secrets": True},
    {"email": "nobody@example.com", "factor": "Authenticator", "return_secrets": True},
]
LANGUAGES = ROOT / "plugins/plugin_utils/_sheets/languages"
NOTHING = {"changed": False, "failed": False}


@pytest.fixture(autouse=True)
def _no_one_answers(sim: Simulator) -> None:
    """Otherwise people without an answer in the people file would accept during a slow test."""
    sim.set(answer="never")


def _register(**keywords: Any) -> Task:
    return task("mfa_registration", {"batch": PEOPLE}, register="made", no_log=True, **keywords)


def _write(folder: Path, **keywords: Any) -> Task:
    options = {"folder": str(folder), "registrations": "{{ made.results }}", "contact": "the help desk"}
    return task("enrolment_sheets", options, **{"name": "sheets", **keywords})


def _key(sheet: str) -> str:
    """The key for typing on a page, in the groups of the page."""
    found = re.search(r'<code id="key">([^<]{8,})</code>', Path(sheet).read_text(encoding="utf-8"))
    assert found
    return found[1]


def _files_with(folder: Path, secret: str) -> list[str]:
    """The files below a folder that contain a text."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and secret.encode() in path.read_bytes()
    )


def test_people_who_have_to_set_up_an_app_get_a_sheet(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    done = playbook([_register(), _write(folder)])["sheets"]
    assert done["changed"]
    assert not done["failed"]
    assert [(row["user"], row["factor"], row["changed"]) for row in done["sheets"]] == [
        ("paul@example.com", "OneLogin Protect", True),
        ("nils@example.com", "Authenticator", True),
    ]
    reasons = {row["user"]: row["reason"] for row in done["without"]}
    assert reasons["eve@example.com"] == "The factor is enrolled already."
    assert "OneLogin returns the secret once" in reasons["nils@example.com"]
    assert "No user has" in reasons["nobody@example.com"]
    assert done["msg"] == f"2 of 5 have a sheet in {folder}."
    assert folder.stat().st_mode & 0o777 == 0o700
    files = sorted(folder.iterdir())
    assert [str(file) for file in files] == sorted(row["path"] for row in done["sheets"])
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    nils = _key(done["sheets"][1]["path"])
    assert pyotp.TOTP(nils.replace(" ", "")).verify(sim.admin("GET", "/people/nils/totp")["code"], valid_window=1)


def test_secrets_appear_only_on_the_sheets(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    """This is at the highest verbosity; logs, results and temporary files are below the same folder."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    loud = {
        "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "1",
        "ANSIBLE_KEEP_REMOTE_FILES": "1",
        "ANSIBLE_LOCAL_TEMP": str(temporary / "ansible"),
        "ANSIBLE_LOG_PATH": str(tmp_path / "log"),
        "TMPDIR": str(temporary),
    }
    folder = tmp_path / "sheets"
    done = playbook(
        [_register(), _write(folder), _write(folder, loop=[1, 2], name="again"), _write(folder, check_mode=True)],
        "-vvvv",
        "--diff",
        env=loud,
    )
    written = done.results[1]
    assert [row["changed"] for row in written["sheets"]] == [True, True]
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in written["invocation"]["module_args"]["registrations"]
    for row in written["sheets"]:
        key = _key(row["path"])
        for form in (key, key.replace(" ", "")):
            assert form not in done.output
            assert set(_files_with(tmp_path, form)) <= {f"sheets/{Path(row['path']).name}"}
    assert "otpauth" not in done.output
    assert _files_with(tmp_path, "otpauth") == sorted(f"sheets/{Path(row['path']).name}" for row in written["sheets"])
    assert (tmp_path / "log").stat().st_size > 1000


def test_a_second_run_changes_nothing_and_still_names_the_sheets(
    sim: Simulator, playbook: Playbook, tmp_path: Path
) -> None:
    """The journal finds the registrations again, and OneLogin returns each secret only once."""
    folder, tasks = tmp_path / "sheets", []
    for _run in range(2):
        tasks += [_register(module_defaults={"group/community.onelogin.onelogin": {"journal": "journal.sqlite"}})]
        tasks += [_write(folder)]
    _registered, first, _again, second = playbook(tasks).results
    assert first["changed"]
    assert second["changed"] is False
    assert second["without"] == first["without"]
    assert second["sheets"] == [{**row, "changed": False} for row in first["sheets"]]
    assert sim.count("POST", "/registrations") == 3


def test_a_new_registration_replaces_the_sheet(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    first = playbook([_register(), _write(folder)])["sheets"]["sheets"][1]
    key = _key(first["path"])
    second = playbook([_register(), _write(folder)])["sheets"]["sheets"][1]
    assert second == first
    assert _key(second["path"]) != key
    assert _files_with(tmp_path, key) == []


@pytest.mark.once("it is about the options and files of the sheets; other tests of the module run there")
def test_a_sheet_of_another_registration_does_not_count(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    known = "{{ made.results[1].registration.id }}"
    registered = {
        "user_id": "{{ made.results[1].registration.user_id }}",
        "factor": "Authenticator",
        "status": "pending",
    }
    handed = [
        [{"user": "nils@example.com", "registration": {**registered, "id": identifier}}]
        for identifier in (known, "another")
    ]
    folder = tmp_path / "sheets"
    tasks = [
        task("enrolment_sheets", {"folder": str(folder), "registrations": rows}, name=name)
        for name, rows in zip(("same", "other"), handed, strict=True)
    ]
    done = playbook([_register(), _write(folder), *tasks])
    assert done["same"]["sheets"] == [{**done["sheets"]["sheets"][1], "changed": False}]
    assert done["other"]["sheets"] == []
    assert "OneLogin returns the secret once" in done["other"]["without"][0]["reason"]


def test_a_sheet_of_an_enrolled_factor_is_reported(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    (made, _nils) = playbook([_register(), _write(folder)])["sheets"]["sheets"]
    sim.admin("POST", "/people/paul/approve", {})
    done = playbook([_register(), _write(folder)])["sheets"]
    (paul,) = (row for row in done["without"] if row["user"] == "paul@example.com")
    assert paul["reason"].startswith("The factor is enrolled already. Delete its sheet, which is no longer needed: ")
    assert paul["reason"].endswith(made["path"])


@pytest.mark.once("it is about the options and files of the sheets; other tests of the module run there")
def test_options_set_the_language_and_the_layout(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    """The pages are German first, and are then written again in another language and layout."""
    folder = tmp_path / "sheets"
    english = yaml.safe_load((LANGUAGES / "en.yml").read_text(encoding="utf-8"))
    (tmp_path / "fr.yml").write_text(yaml.safe_dump({**english, "hello": "Bonjour {name},"}), encoding="utf-8")
    (tmp_path / "page.html.j2").write_text("{{ mark }}<p>{{ text('hello') }}</p>{{ qr }}", encoding="utf-8")
    options = {"folder": str(folder), "registrations": "{{ made.results }}", "names": {"nils@example.com": "Nils Ny"}}
    german = {**options, "language": "de", "organisation": "Beispiel AG", "contact": "Helpdesk"}
    french = {**options, "language": "fr", "texts": "fr.yml", "template": "page.html.j2"}
    done = playbook(
        [
            _register(),
            task("enrolment_sheets", german, name="german"),
            task("enrolment_sheets", german, name="again"),
            task("enrolment_sheets", french, name="french", check_mode=True),
        ]
    )
    assert [row["changed"] for row in done["german"]["sheets"]] == [True, True]
    assert [row["changed"] for row in done["again"]["sheets"]] == [False, False]
    assert [row["changed"] for row in done["french"]["sheets"]] == [True, True]
    paul, nils = (Path(row["path"]).read_text(encoding="utf-8") for row in done["german"]["sheets"])
    assert "Guten Tag <bdi>Nils Ny</bdi>," in nils
    assert "bei <bdi>Beispiel AG</bdi> anmelden" in nils
    assert "Ihre Ansprechstelle: Helpdesk." in nils
    assert "Guten Tag,</p>" in paul, "a person without a name"
    assert done.rc == 0


@pytest.mark.once("it is about the options and files of the sheets; other tests of the module run there")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "fr"}, "There are no texts in the language fr."),
        ({"texts": "none.yml"}, "none.yml cannot be read: No such file or directory."),
        ({"template": "bad.j2"}, "bad.j2 cannot be used: 'nme' is undefined."),
        ({"timezone": "Europe/Nowhere"}, "timezone is 'Europe/Nowhere'"),
    ],
)
def test_invalid_options_are_refused_before_there_are_secrets(
    sim: Simulator, playbook: Playbook, tmp_path: Path, options: dict[str, str], message: str
) -> None:
    (tmp_path / "bad.j2").write_text("{{ nme }}", encoding="utf-8")
    done = playbook([task("enrolment_sheets", {"folder": "sheets", "registrations": [], **options})]).only
    assert (done["failed"], done["error"]["code"], message in done["msg"]) == (True, "invalid", True)
    assert not (tmp_path / "sheets").exists()


def test_the_role_passes_its_options_and_the_names_of_people(sim: Simulator, tmp_path: Path) -> None:
    onboard = Role(tmp_path, sim, "mfa_onboarding", "onboard")
    hosts = {
        "paul": host(
            "paul", onelogin_firstname="Paul", onelogin_lastname="Ott", mfa_onboarding_factors="OneLogin Protect"
        ),
        "nils": host("nils", mfa_onboarding_factors="OneLogin Protect", onelogin_user={"firstname": "Nils"}),
        "list": {"mfa_onboarding_users": [{"email": "mia@example.com", "name": "Mia M", "factor": "OneLogin Protect"}]},
    }
    options: dict[str, Any] = {
        "mfa_onboarding_sheets": str(tmp_path / "sheets"),
        "mfa_onboarding_sheets_language": "de",
        "mfa_onboarding_sheets_organisation": "Beispiel AG",
        "mfa_onboarding_sheets_contact": "Helpdesk, Durchwahl 4711",
        "mfa_onboarding_sheets_timezone": "Europe/Berlin",
        "mfa_onboarding_wait": False,
    }
    refused = onboard(hosts, **{**options, "mfa_onboarding_sheets_language": "fr"})
    assert (refused.rc, "There are no texts in the language fr." in refused.output, sim.writes()) == (2, True, [])
    run = onboard(hosts, **options)
    assert run.rc == 0, run.output
    texts = [file.read_text(encoding="utf-8") for file in sorted((tmp_path / "sheets").iterdir())]
    for text, name in zip(texts, ("Mia M", "Nils", "Paul Ott"), strict=True):
        assert f"Guten Tag <bdi>{name}</bdi>," in text
        assert "bei <bdi>Beispiel AG</bdi> anmelden" in text
        assert "Ihre Ansprechstelle: Helpdesk, Durchwahl 4711." in text
    assert {row["host"]: row["name"] for row in run.results} == {"paul": "Paul Ott", "nils": "Nils", "list": "Mia M"}


def test_check_mode_writes_nothing(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    done = playbook([_register(), _write(folder, check_mode=True), _write(folder, name="really")])
    assert done["sheets"]["changed"]
    assert done["sheets"]["sheets"] == done["really"]["sheets"]
    checked = playbook([_register(), _write(tmp_path / "none")], "--check")["sheets"]
    assert checked["changed"], "the folder would be created"
    assert "in check mode there is no secret" in checked["without"][0]["reason"]
    assert not (tmp_path / "none").exists()


@pytest.mark.once("it is about the options and files of the sheets; other tests of the module run there")
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_folder_that_others_can_read_is_refused(
    sim: Simulator, playbook: Playbook, tmp_path: Path, check_mode: bool
) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o750)
    done = playbook([_register(), _write(folder, check_mode=check_mode)])["sheets"]
    assert done["failed"]
    assert done["error"]["code"] == "invalid"
    assert f"Other users can read the folder {folder} (mode 0750)" in done["msg"]
    assert f"chmod 0700 {folder}" in done["msg"]
    assert not list(folder.iterdir())


def test_the_folder_can_be_created_before_there_are_secrets(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    def early(folder: Path, **keywords: Any) -> Task:
        return task("enrolment_sheets", {"folder": str(folder), "registrations": []}, **keywords)

    folder = tmp_path / "sheets"
    checked, made, again, impossible = playbook(
        [early(folder, check_mode=True), early(folder), early(folder), early(tmp_path / "playbook.yml" / "sheets")]
    ).results
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [each["changed"] for each in (checked, made, again)] == [True, True, False]
    assert "cannot be written: Not a directory" in impossible["msg"]


def test_the_module_runs_on_the_controller_for_any_host(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    """Two hosts cannot be reached, become cannot work, and the folder is relative to the home folder."""
    result = {"registration": {"id": "r", "user_id": 1, "status": "pending", "factor_data": {"totp_url": "otpauth:x"}}}
    done = playbook(
        [_write(Path("~/mine"), become=True, become_user="nobody", run_once=True)],
        *("-i", "one,two,"),
        hosts="all",
        connection="ssh",
        vars={"made": {"results": [result]}},
    )
    assert done.rc == 0, done.output
    assert [row["path"] for row in done["sheets"]["sheets"]] == [str(file) for file in (tmp_path / "mine").iterdir()]


@pytest.mark.once("it is about the options and files of the sheets; other tests of the module run there")
@pytest.mark.parametrize(
    "registrations",
    ["JBSWY3DPEHPK3PXP", ["JBSWY3DPEHPK3PXP"], [["JBSWY3DPEHPK3PXP"]], {"secret": "JBSWY3DPEHPK3PXP"}],
)
def test_input_of_a_wrong_type_is_refused_and_not_shown(
    sim: Simulator, playbook: Playbook, tmp_path: Path, registrations: Any
) -> None:
    """The input is a variable, because Ansible shows the lines of a playbook around its errors."""
    (tmp_path / "vars.json").write_text(json.dumps({"secret": registrations}))
    options = {"folder": str(tmp_path / "sheets"), "registrations": "{{ secret }}"}
    done = playbook([task("enrolment_sheets", options)], "-vvvv", vars_files=["vars.json"])
    assert done.only["failed"]
    assert "registrations" in done.only["msg"]
    assert "JBSWY3DPEHPK3PXP" not in done.output
    assert not (tmp_path / "sheets").exists()


@pytest.mark.parametrize("library", ["segno", "pyotp"])
def test_a_missing_library_is_named(sim: Simulator, playbook: Playbook, tmp_path: Path, library: str) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / f"shadow/{library}.py").write_text(f"raise ImportError('no {library} here')\n")
    tasks = {
        "segno": task("enrolment_sheets", {"folder": "sheets", "registrations": []}, name="it"),
        "pyotp": {
            "name": "it",
            "ignore_errors": True,
            "ansible.builtin.debug": {"msg": "{{ 'otpauth://totp/x?secret=AAAA' | community.onelogin.otpauth_code }}"},
        },
    }
    done = playbook([tasks[library]], env={"PYTHONPATH": str(tmp_path / "shadow")})
    assert f"Failed to import the required Python library ({library})" in done["it"]["msg"]


def test_a_shipped_module_refuses_to_run(tmp_path: Path) -> None:
    """The module is run as Ansible would run it without its action plugin."""
    assert importlib.import_module(MODULE).ARGUMENTS["registrations"]["no_log"]
    arguments = {"folder": str(tmp_path / "sheets"), "registrations": [{"factor_data": "JBSWY3DPEHPK3PXP"}]}
    done = subprocess.run(
        [sys.executable, "-m", MODULE],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "runs on the controller only" in done.stdout, done.stderr
    assert "JBSWY3DPEHPK3PXP" not in done.stdout + done.stderr
    assert not (tmp_path / "sheets").exists()


def test_the_filter_does_not_show_invalid_input(sim: Simulator, playbook: Playbook, tmp_path: Path) -> None:
    (tmp_path / "vars.json").write_text(json.dumps({"url": "https://example.com/?secret=JBSWY3DPEHPK3PXP"}))
    debug = {"msg": "{{ url | community.onelogin.otpauth_code }}"}
    done = playbook(
        [{"name": "code", "ignore_errors": True, "ansible.builtin.debug": debug}], "-vvvv", vars_files=["vars.json"]
    )
    assert "does not begin with otpauth://totp/" in done["code"]["msg"]
    assert "JBSWY3DPEHPK3PXP" not in done.output


@pytest.fixture
def guide() -> list[Any]:
    """The playbooks of the guide."""
    text = (ROOT / "docs/docsite/rst/guide_unattended.rst").read_text(encoding="utf-8")
    blocks = re.findall(r"\.\. code-block:: yaml\n\n((?:    .*\n|\n)+)", text)
    return [yaml.safe_load(block) for block in blocks]


def _of_the_guide(plays: Any, account: str) -> str:
    """Adapt a playbook of the guide to a person of the simulator."""
    ((first,),) = (plays,)
    return play(first["tasks"], **{k: v for k, v in first.items() if k != "tasks"}).replace("svc-backup", account)


@pytest.mark.once("it is about the options and files of the sheets; other tests of the module run there")
@pytest.mark.parametrize("journal", [False, True])
def test_a_service_account_is_enrolled_unattended(
    sim: Simulator, playbook: Playbook, tmp_path: Path, guide: list[Any], journal: bool
) -> None:
    """The playbooks of the guide: enrol, run again, and answer with the secret in the vault."""
    enrol, answer = guide
    env = {"VAULT_PASSWORD": "correct horse", **({"ONELOGIN_JOURNAL": "journal.sqlite"} if journal else {})}
    first = playbook(_of_the_guide(enrol, "nils"), "-vvvv", env=env)
    assert first.rc == 0, first.output
    assert first["Confirm the enrolment with a code"]["registration"]["status"] == "accepted"
    vault = tmp_path / "nils.yml"
    assert vault.read_text().startswith("$ANSIBLE_VAULT;")
    assert vault.stat().st_mode & 0o777 == 0o600
    kept, requests = vault.read_bytes(), len(sim.writes())

    second = playbook(_of_the_guide(enrol, "nils"), env=env)
    assert second.rc == 0, second.output
    assert "changed=0" in second.output
    assert vault.read_bytes() == kept
    assert len(sim.writes()) == requests

    (tmp_path / "password").write_text("correct horse")
    third = playbook(_of_the_guide(answer, "nils"), "-vvvv", "--vault-password-file", "password", env=env)
    assert third["Enter the code"]["verification"]["status"] == "accepted", third.output
    for run in (first, second, third):
        assert "otpauth" not in run.output
        assert "correct horse" not in run.output
    assert _files_with(tmp_path, "otpauth://") == []


def test_a_run_killed_before_the_code_is_continued_by_the_next(
    sim: Simulator, playbook: Playbook, guide: list[Any], tmp_path: Path
) -> None:
    """The response to the code never arrives; the next run enrols with a new secret, which is stored."""
    enrol, _answer = guide
    env = {"VAULT_PASSWORD": "correct horse", "ONELOGIN_JOURNAL": "journal.sqlite"}
    sim.fault("403", "PUT", "/registrations/")
    assert playbook(_of_the_guide(enrol, "nils"), env=env).rc != 0
    kept = (tmp_path / "nils.yml").read_bytes()
    assert playbook(_of_the_guide(enrol, "nils"), env=env).rc == 0
    assert (tmp_path / "nils.yml").read_bytes() != kept
    assert len(sim.person("nils")["devices"]) == 1
