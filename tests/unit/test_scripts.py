# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts that make calls: they report failures, and do not succeed if they did nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import generate, sanity, steps

pytestmark = pytest.mark.once("it is about the repository")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def makefile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with make targets that succeed, fail and print something."""
    (tmp_path / "Makefile").write_text("good:\n\t@echo fine\nbad:\n\t@echo broken; exit 3\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("makefile")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_steps_continue_after_a_failure_and_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["steps.py", "--jobs", jobs, "bad", "good"])
    assert steps.main() == 1
    printed = capsys.readouterr().out
    assert printed.count("broken\n") == 2, "once during the run, once at the end"
    assert printed.count("fine\n") == 1
    assert "1 of 2 ok" in printed
    assert "run again: make bad" in printed


@pytest.mark.usefixtures("makefile")
def test_two_steps_run_at_the_same_time_and_their_output_is_separate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wait = "until test -e {}; do sleep 0.1; done"
    (tmp_path / "Makefile").write_text(
        f"a:\n\t@echo a1; touch a; {wait.format('b')}; echo a2\nb:\n\t@echo b1; touch b; {wait.format('a')}; echo b2\n"
    )
    monkeypatch.setattr(sys, "argv", ["steps.py", "a", "b"])
    assert steps.main() == 0
    printed = capsys.readouterr().out
    assert "==> a\na1\na2\n==> ok" in printed
    assert "==> b\nb1\nb2\n==> ok" in printed
    summary = printed.partition("summary")[2]
    assert summary.index(" a ") < summary.index(" b ")


@pytest.mark.usefixtures("makefile")
def test_steps_succeed_when_all_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["steps.py", "good", "good"])
    assert steps.main() == 0
    assert "2 of 2 ok" in capsys.readouterr().out


AWX_TASKS = [f"playbooks/awx/tasks/{name}.yml" for name in ("awx.awx", "ansible.controller")]
VERSIONED = {
    "plugins/module_utils/_common/version.py": '"""No version: 9"""\nVERSION = "{}"\n',
    "examples/ci/install.sh": 'install "${{ONELOGIN_COLLECTION:-community.onelogin:{}}}"\n',
    "examples/execution-environment/requirements.yml": "collections:\n  - name: community.onelogin\n    version: {}\n",
}


def collection(
    root: Path, group: str, lock: str = "requests==2.0.0 \\\n    --hash=sha256:00\n", version: str = "1.2.3"
) -> None:
    """A checkout of version 1.2.3 with two modules and the action group given; its files name another version."""
    for name in ("b_info", "a_info", "_private"):
        (root / "plugins/modules").mkdir(parents=True, exist_ok=True)
        (root / f"plugins/modules/{name}.py").write_text("" if name == "_private" else "OPERATION = 1\n")
    (root / "meta").mkdir()
    (root / "meta/runtime.yml").write_text(
        f"# kept\nrequires_ansible: '>=2.16.0'\naction_groups:\n  onelogin:{group}\n"
    )
    (root / "requirements").mkdir()
    (root / "requirements/run.in").write_text("Requests==2.0.0 ; python_version < '4'\n")
    (root / "requirements/lock.txt").write_text(lock)
    (root / "requirements/importer.in").write_text("galaxy-importer==1.0.0\n")
    (root / "requirements/importer.txt").write_text("galaxy-importer==1.0.0\nrequests==1.9.0\n")
    (root / "galaxy.yml").write_text("version: 1.2.3\n")
    for name, text in {**VERSIONED, **dict.fromkeys(AWX_TASKS, "[]\n")}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.format(version))


def generated(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Exit code of ``generate.py`` for the checkout at ``root``."""
    monkeypatch.setattr(generate, "ROOT", root)
    monkeypatch.setattr(sys, "argv", ["generate.py", *arguments])
    return generate.main()


@pytest.mark.parametrize("group", [" []", "\n    - gone_info", "\n    - b_info\n    - a_info"])
def test_action_group_lists_the_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    collection(tmp_path, group)
    before = (tmp_path / "meta/runtime.yml").read_text()
    assert generated(tmp_path, monkeypatch, "--check") == 1
    assert (tmp_path / "meta/runtime.yml").read_text() == before, "a check writes nothing"
    assert generated(tmp_path, monkeypatch) == 0
    assert (tmp_path / "meta/runtime.yml").read_text() == (
        "# kept\nrequires_ansible: '>=2.16.0'\naction_groups:\n  onelogin:\n    - a_info\n    - b_info\n"
    )
    assert generated(tmp_path, monkeypatch, "--check") == 0


def test_the_tasks_for_both_controllers_have_one_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path, " []")
    source, other = (tmp_path / name for name in AWX_TASKS)
    source.write_text("---\n# Tasks.\n- name: Uses awx.awx.\n  awx.awx.project:\n    name: awx.awx.project\n")
    assert generated(tmp_path, monkeypatch, "--check") == 1
    assert generated(tmp_path, monkeypatch) == 0
    assert other.read_text() == (
        "---\n# `make generate` writes this file from awx.awx.yml.\n# Tasks.\n"
        "- name: Uses awx.awx.\n  ansible.controller.project:\n    name: awx.awx.project\n"
    )
    assert generated(tmp_path, monkeypatch, "--check") == 0


def test_shared_return_values_are_copied_into_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path, "\n    - a_info\n    - b_info")
    own = "own:\n  description: Its own.\n"
    module = f'OPERATION = 1\nRETURN = r"""\n{own}elapsed:\n  description: Out of date.\n{own}"""\n'
    (tmp_path / "plugins/modules/a_info.py").write_text(module)
    assert generated(tmp_path, monkeypatch, "--check") == 1
    assert generated(tmp_path, monkeypatch) == 0
    text = (tmp_path / "plugins/modules/a_info.py").read_text()
    assert "Out of date" not in text
    assert "description: Seconds waited.\n" in text
    assert text.count(own) == 2
    assert generated(tmp_path, monkeypatch, "--check") == 0


def test_shared_options_are_copied_into_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path, "\n    - a_info\n    - b_info")
    specs = tmp_path / "roles/mfa_some/meta/argument_specs.yml"
    specs.parent.mkdir(parents=True)
    own = "      mfa_some_own:\n        description: Its own.\n"
    before = (
        f"argument_specs:\n  main:\n    options:\n{own}      mfa_some_report:\n        description: Out of date.\n{own}"
    )
    specs.write_text(before)
    assert generated(tmp_path, monkeypatch, "--check") == 1
    assert generated(tmp_path, monkeypatch) == 0
    text = specs.read_text()
    assert "Out of date" not in text
    assert "      mfa_some_report:\n        description:\n          - A folder for a report" in text
    assert text.count(own) == 2
    assert generated(tmp_path, monkeypatch, "--check") == 0


def test_an_action_group_that_is_not_last_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path, " []\nplugin_routing: {}")
    with pytest.raises(ValueError, match="last thing"):
        generated(tmp_path, monkeypatch)


def test_a_requirement_that_is_not_locked_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    collection(tmp_path, "\n    - a_info\n    - b_info", lock="requests==1.9.0 \\\n    --hash=sha256:00\n")
    assert generated(tmp_path, monkeypatch, "--check") == 1
    assert "requirements/lock.txt lacks requests==2.0.0: make lock\n" in capsys.readouterr().out


def test_the_version_is_written_to_every_file_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    collection(tmp_path, "\n    - a_info\n    - b_info", version="1.2.2")
    assert generated(tmp_path, monkeypatch, "--check") == 1
    printed = capsys.readouterr().out
    assert generated(tmp_path, monkeypatch) == 0
    for name, text in VERSIONED.items():
        assert f"{name} is out of date" in printed
        assert (tmp_path / name).read_text() == text.format("1.2.3")


def test_a_file_without_its_version_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path, " []")
    (tmp_path / "examples/ci/install.sh").write_text("install community.onelogin\n")
    with pytest.raises(ValueError, match="0 matches"):
        generated(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("output", "code", "expected"),
    [
        ("Running sanity test", 0, 0),
        ("FATAL: The 1 sanity test(s) failed", 1, 1),
        ("WARNING: All targets skipped.", 0, 1),
    ],
)
def test_sanity_fails_when_no_test_has_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, code: int, expected: int
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/ansible-test").write_text(f"print({output!r}); raise SystemExit({code})")
    monkeypatch.setattr(sanity, "BIN", tmp_path / "bin")
    monkeypatch.setattr(sanity, "HOME", tmp_path / "home")
    monkeypatch.setattr(sanity, "copy_checkout", lambda destination: None)
    monkeypatch.setattr(sys, "argv", ["sanity.py"])
    assert sanity.main() == expected


def test_sanity_without_tools_runs_the_other_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ansible-test").write_text("import sys; print(*sys.argv[1:])")
    monkeypatch.setattr(sanity, "BIN", tmp_path)
    monkeypatch.setattr(sanity, "HOME", tmp_path / "home")
    monkeypatch.setattr(sanity, "copy_checkout", lambda destination: None)
    monkeypatch.setattr(sys, "argv", ["sanity.py", "--without-tools", "--python", "3.11"])
    assert sanity.main() == 0
    skipped = " ".join(f"--skip-test={tool}" for tool in sanity.TOOLS)
    assert capfd.readouterr().out == f"sanity --color no --python 3.11 {skipped}\n"


def test_sanity_on_the_oldest_python_imports_only_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanity, "build_search_path", lambda: str(tmp_path))
    others, own = ["--skip-test=import"], f"3.{sys.version_info.minor}"
    assert sanity.build_runs(["--oldest-python"]) == [others, ["--test=import", f"--python={own}"]]
    (tmp_path / "python3.9").touch(mode=0o700)
    assert sanity.build_runs(["--oldest-python"]) == [others, ["--test=import", "--python=3.9"]]


def test_sanity_passes_the_settings_of_pip_and_restores_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanity, "HOME", tmp_path)
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:secret@index.example/simple")
    file = tmp_path / ".config/pip/pip.conf"
    with sanity.pip_settings():
        assert "index-url = https://user:secret@index.example/simple\n" in file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.exists()


def test_sanity_copies_files_that_are_not_ignored_and_does_not_change_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, copy = tmp_path / "odd name (1)", tmp_path / "copy"
    for folder in (source, copy):
        folder.mkdir()
    for name in ("kept", "deleted", "untracked", "ignored"):
        (source / name).touch()
    (source / ".gitignore").write_text("ignored\n")
    subprocess.run(["git", "init", "--quiet"], cwd=source, check=True)
    subprocess.run(["git", "add", "kept", "deleted", ".gitignore"], cwd=source, check=True)
    (source / "deleted").unlink()
    monkeypatch.setattr(sanity, "ROOT", source)
    # These variables are set in a hook of git.
    monkeypatch.setenv("GIT_DIR", str(source / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(source / ".git/index"))
    index = (source / ".git/index").read_bytes()
    sanity.copy_checkout(copy)
    assert {path.name for path in copy.iterdir()} == {".git", ".gitignore", "kept", "untracked"}
    assert (source / ".git/index").read_bytes() == index


@pytest.mark.parametrize(
    ("fails", "message"),
    [
        pytest.param("version_info", "is not a Python of version 3.11 or newer", id="too old"),
        pytest.param("ensurepip", "cannot make a virtual environment", id="without ensurepip"),
    ],
)
def test_setup_refuses_a_python_that_does_not_suffice(tmp_path: Path, fails: str, message: str) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "requirements").mkdir()
    script = tmp_path / "scripts/setup.sh"
    script.write_text((ROOT / "scripts/setup.sh").read_text())
    for name in ("bootstrap.txt", "lock.txt"):
        (tmp_path / "requirements" / name).touch()
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$*" in *{fails}*) exit 1 ;; esac\n')
    python.chmod(0o755)
    result = subprocess.run(
        ["bash", script],
        check=False,
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert f"{python} {message}" in result.stderr
    assert not (tmp_path / ".venv").exists()
