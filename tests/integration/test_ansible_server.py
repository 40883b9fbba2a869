# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests start runs as without the means that save their time."""

from __future__ import annotations

import os
import pty
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.harness import BIN, Task, environment, play, server

pytestmark = pytest.mark.once("it is about how the tests start Ansible")

Environment = Mapping[str, str]
_PLAYBOOKS: dict[str, Task] = {
    "fail": {"ansible.builtin.fail": {"msg": "{{ lookup('env', 'ONELOGIN_WORD') }} in {{ lookup('env', 'PWD') }}"}},
    "wait": {"ansible.builtin.wait_for": {"timeout": 60}},
}


@pytest.fixture
def env(tmp_path: Path) -> Environment:
    """The environment of a shell whose ``ansible-playbook`` is forked, or prints ``real`` if it is not."""
    found = server.for_shell(environment(tmp_path, ""))
    program = Path(found["PATH"].partition(os.pathsep)[0], "ansible-playbook")
    real = tmp_path / "real/ansible-playbook"
    real.parent.mkdir()
    real.write_text("#!/bin/sh\necho real\n")
    real.chmod(0o700)
    program.write_text(program.read_text().replace(shlex.quote(str(BIN / "ansible-playbook")), shlex.quote(str(real))))
    return found


@pytest.fixture(autouse=True)
def _playbooks(tmp_path: Path) -> Iterator[None]:
    """Write a playbook that fails and one that waits."""
    for name, task in _PLAYBOOKS.items():
        (tmp_path / f"{name}.yml").write_text(play([task]))
    (tmp_path / "results.jsonl").touch()
    yield
    server.for_shell(environment(tmp_path, ""))  # this restores the programs


def _shell(env: Environment, command: str) -> subprocess.CompletedProcess[str]:
    home = env["HOME"]
    return subprocess.run(["bash", "-c", command], cwd=home, env=env, capture_output=True, text=True, check=False)


def test_a_forked_command_has_the_environment_folder_files_and_status(env: Environment, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    done = _shell(env, "export ONELOGIN_WORD=word; cd below; ansible-playbook ../fail.yml > ../out")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"word in {tmp_path}/below" in (tmp_path / "out").read_text()


@pytest.mark.parametrize("before", ["export ANSIBLE_FORKS=3", "touch ansible.cfg", "export HOME=/nowhere"])
def test_a_command_with_other_settings_is_the_real_one(env: Environment, before: str) -> None:
    assert _shell(env, f"{before}; ansible-playbook fail.yml").stdout == "real\n"


def test_a_command_at_a_terminal_is_the_real_one(env: Environment) -> None:
    terminal, side = pty.openpty()
    done = subprocess.run(["ansible-playbook", "fail.yml"], cwd=env["HOME"], env=env, stdin=side, stdout=-1, check=True)
    assert done.stdout == b"real\n"
    os.close(terminal)
    os.close(side)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_forked_command_like_the_real_one(
    env: Environment, tmp_path: Path, sent: signal.Signals
) -> None:
    statuses = []
    for command in ("ansible-playbook", str(BIN / "ansible-playbook")):
        (tmp_path / "ansible.log").write_text("")
        process = subprocess.Popen([command, "wait.yml"], cwd=tmp_path, env=env, stdout=-1, stderr=-1)
        while "wait_for" not in (tmp_path / "ansible.log").read_text():
            assert process.poll() is None
            time.sleep(0.1)
        time.sleep(0.5)
        process.send_signal(sent)
        process.communicate(timeout=30)
        statuses.append(process.returncode)
    assert statuses[0] == statuses[1] != 0


def test_code_of_an_archive_is_that_of_its_source(env: Environment, tmp_path: Path) -> None:
    """It may have been compiled for an archive of another name, or with other contents."""
    shown = []
    for name, contents in (("first", "1 / 0"), ("second", "1 / 0"), ("second", f"raise KeyError({str(tmp_path)!r})")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("packed.py", f"{contents}\n")
        code = f"import sys; sys.path.insert(0, {str(tmp_path / name)!r}); import packed"
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
        shown.append((f'File "{tmp_path / name}/packed.py", line 1' in done.stderr, done.stderr.split()[-1]))
    assert shown == [(True, "zero"), (True, "zero"), (True, f"'{tmp_path}'")]
