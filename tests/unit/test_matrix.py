# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other releases of ansible-core that the tests are run on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from scripts import matrix
from scripts.matrix import LOCKED, NEWEST, OLDEST, Row

pytestmark = pytest.mark.once("it is about the matrix itself")

NEEDED = "# A comment.\nrequests>=2.29.0\n"


@pytest.mark.parametrize(
    ("libraries", "installed"),
    [
        (
            OLDEST,
            ["requests==2.29.0", "psycopg[binary]==3.1.4", "psycopg-binary==3.1.4", "urllib3<1.27"],
        ),
        (LOCKED, []),
        (NEWEST, ["requests>=2.29.0", "psycopg[binary]>=3.1.4"]),
    ],
)
def test_the_installed_requirements_override_the_pins(libraries: str, installed: list[str]) -> None:
    assert matrix.build_overrides(Row("2.16", "3.11", libraries), NEEDED) == ["ansible-core==2.16.*", *installed]


def test_a_preview_is_installed_only_of_its_release() -> None:
    assert Row("2.22", "3.13", LOCKED, preview=True).requirement == "ansible-core>=2.22.0rc1,<2.23"


def test_each_python_of_a_controller_is_tried() -> None:
    """Those that the README names; 2.19 runs in .venv."""
    assert {row.python for row in matrix.ROWS if "unit" in row.steps} == {"3.10", "3.11", "3.12", "3.13"}


def test_the_matrix_covers_every_library_set_and_the_oldest_release() -> None:
    assert {row.libraries for row in matrix.ROWS} == {OLDEST, LOCKED, NEWEST}
    supported = Path(matrix.ROOT, "meta", "runtime.yml").read_text(encoding="utf-8")
    assert f"requires_ansible: '>={matrix.ROWS[0].core}." in supported.replace('"', "'")


def test_the_newest_stable_release_skips_no_sanity_test() -> None:
    assert [row.core for row in matrix.ROWS if row.tools] == [[row for row in matrix.ROWS if not row.preview][-1].core]
    command = matrix.build_commands(matrix.ROWS[0], "python", Path("t"))["sanity"]
    assert "--without-tools" in command
    assert not any(word in part for part in command for word in ("validate-modules", "import", "compile"))


def _python(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_python_that_cannot_be_started_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This is like pyenv's shim of a version that is not active."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    _python(tmp_path / "shims" / "python9.9", "exit 127")
    assert matrix.find_python("9.9") is None
    _python(tmp_path / "versions" / "9.9.1" / "bin" / "python", "exit 0")
    assert matrix.find_python("9.9") == str(tmp_path / "versions" / "9.9.1" / "bin" / "python")


def test_a_release_without_its_python_is_skipped_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = matrix.ROWS[0].python
    monkeypatch.setattr(matrix, "find_python", lambda python: sys.executable if python == there else None)
    monkeypatch.setattr(matrix, "create_venv", lambda _row, python, _folder: python)
    monkeypatch.setattr(matrix, "build_commands", lambda *_given: {"unit": [sys.executable, "-c", ""]})
    assert matrix.main([]) == 0
    assert capsys.readouterr().out.count(matrix.SKIPPED) == sum(row.python != there for row in matrix.ROWS)


def test_a_matrix_without_any_usable_release_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(matrix, "find_python", lambda _python: None)
    assert matrix.main([]) == 1
    printed = capsys.readouterr().out
    assert printed.count(matrix.SKIPPED) == len(matrix.ROWS)
    assert "no release was tested" in printed
