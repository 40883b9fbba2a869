# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secret scanner: at the end of each test, its output and files are searched for every secret it used.

It searches the output of all processes at the highest verbosity, and every file below ``tmp_path``: logs, events,
journals, reports and files that a run should have removed, but not files that the test wrote and that did not
change. The secrets are those that the simulators issued or received, and those in the environment of processes. A
test that shows one on purpose has the marker ``shows``. If a program under test starts simulators itself,
``own_simulators`` makes them write their secrets, and ``keeping`` preserves its temporary folders for the search.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

# A separate number: not part of a longer number, a name or a fraction, and not the process id in a log line.
_NUMBER = re.compile(rb"(?<![\w.-])(?<! p=)\d{4,8}(?![\w-])")
MASKS = find_spec("ansible.module_utils.secrets") is not None
_SHORTEST = 8  # a shorter text that is not a number is a word that a test uses as a secret


@dataclass(frozen=True)
class Shown:
    """Secrets that may be shown: kinds and places, both as patterns of fnmatch.

    Attributes:
        because: the reason, for the reader.
        until_masked: only with an ansible-core before 2.22, which does not mask the results of tasks.
    """

    kind: str
    where: str
    because: str
    until_masked: bool = False

    def allows(self, kind: str, where: str) -> bool:
        """Whether a secret of this kind may be shown in a place."""
        return fnmatch(kind, self.kind) and fnmatch(where, self.where) and not (self.until_masked and MASKS)


# These apply to every test.
_ALWAYS = (
    Shown("*", "*results.jsonl", "the results for the tests, without no_log"),
    Shown("*", "*sheets/*.html", "an enrolment sheet is for its person to read"),
    Shown("*", "*artifacts/*/command", "ansible-runner writes the environment there; AWX keeps a safe form"),
)


@dataclass
class Watch:
    """The secrets of a test by their text with their kinds, the output of its processes, and the files it wrote."""

    secrets: dict[str, str] = field(default_factory=dict)
    printed: list[tuple[str, bytes]] = field(default_factory=list)
    written: dict[Path, str] = field(default_factory=dict)

    def note(self, kind: str, secret: str | None) -> None:
        """Search for a secret, unless it cannot be distinguished from other text."""
        if secret and len(secret) >= (4 if secret.isdigit() else _SHORTEST):
            self.secrets.setdefault(secret, kind)

    def note_rows(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Search for the secrets that a simulator lists."""
        for row in rows:
            self.note(row["kind"], row["secret"])
            if row["kind"] == "seed":  # as a person would read it
                self.note("seed", " ".join(re.findall(".{1,4}", row["secret"])))

    def note_environment(self, env: Mapping[str, str]) -> None:
        """Search for the secrets in an environment."""
        self.note("client secret", env.get("ONELOGIN_CLIENT_SECRET"))
        self.note("access token", env.get("ONELOGIN_ACCESS_TOKEN"))
        self.note("journal password", urlsplit(env.get("ONELOGIN_JOURNAL", "")).password)

    def hear(self, where: str, *outputs: str | bytes | None) -> None:
        """Add output, or other text that is not in a file, to the search."""
        for output in outputs:
            if output:
                self.printed.append((where, output.encode() if isinstance(output, str) else output))

    def found(self, folder: Path | None, shown: Iterable[Shown] = ()) -> list[str]:
        """The kinds and places of secrets that are shown without permission, never the secrets."""
        allowed = [*_ALWAYS, *shown]
        finder = _Finder(self.secrets)
        found = (
            f"{kind} in {where}"
            for where, text in self._texts(folder)
            for kind in sorted(finder.kinds_in(text))
            if not any(each.allows(kind, where) for each in allowed)
        )
        return list(dict.fromkeys(found))

    def _texts(self, folder: Path | None) -> Iterator[tuple[str, bytes]]:
        yield from self.printed
        for file in sorted(folder.rglob("*")) if folder else []:
            if not file.is_file() or file.is_symlink():
                continue
            name = str(file.relative_to(folder or file))
            where = self._starred(name)
            yield f"the name {where}", name.encode()
            text = file.read_bytes()
            if file not in self.written or text != self.written[file].encode():
                yield where, text + _rows(file, text)

    def _starred(self, where: str) -> str:
        for secret in self.secrets:
            where = where.replace(secret, "*" * 8)
        return where


class _Finder:
    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._numbers = {secret.encode(): kind for secret, kind in secrets.items() if secret.isdigit()}
        self._others = {secret.encode(): kind for secret, kind in secrets.items() if not secret.isdigit()}

    def kinds_in(self, text: bytes) -> set[str]:
        """The kinds of the secrets in a text."""
        kinds = {kind for secret, kind in self._others.items() if secret in text}
        if self._numbers:
            kinds |= {self._numbers[number] for number in _NUMBER.findall(text) if number in self._numbers}
        return kinds


def _rows(file: Path, text: bytes) -> bytes:
    """The values in an SQLite database; its bytes do not show where one value ends and the next begins."""
    if not text.startswith(b"SQLite format 3\0"):
        return b""
    with closing(sqlite3.connect(file)) as connection, suppress(sqlite3.DatabaseError):
        return "\n".join(connection.iterdump()).encode()
    return b""  # a test has damaged it


def _words(command: object) -> str:
    words = command if isinstance(command, (list, tuple)) else [command]
    return " ".join(["output of", *(Path(str(word)).name for word in words[:2])])


def _wait_for_wrappers(folder: Path) -> None:
    """Wait for Ansible's wrapper of a background task, which removes the module only after some seconds.

    A task that was killed, or that had no interpreter, leaves its folder and no process.
    """
    for _turn in range(100):
        left = [str(each) for each in folder.glob("**/remote/ansible-tmp-*")]
        commands = [" ".join(each.info["cmdline"] or ()) for each in psutil.process_iter(["cmdline"])] if left else []
        if not any(each in command for each in left for command in commands):
            return
        time.sleep(0.1)


watch = Watch()
"""The scanner of the current test, or of everything that outlives a test."""


@pytest.fixture(autouse=True)
def nothing_secret_shows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Scan a test; this fixture begins before the others and ends after them."""
    from tests.integration.harness import Simulator

    for kept in (watch.secrets, watch.printed, watch.written):
        kept.clear()
    Simulator.forget()
    communicate = subprocess.Popen.communicate
    write_text = vars(Path)["write_text"]  # pylint crashes on Path.write_text

    def communicate_and_record(process: subprocess.Popen[Any], *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        outputs = communicate(process, *arguments, **keywords)
        watch.hear(_words(process.args), *outputs)
        return outputs

    def write_and_record(path: Path, data: str, *arguments: Any, **keywords: Any) -> int:
        watch.written[path] = data
        length: int = write_text(path, data, *arguments, **keywords)
        return length

    monkeypatch.setattr(subprocess.Popen, "communicate", communicate_and_record)
    monkeypatch.setattr(Path, "write_text", write_and_record)
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    watch.note_rows(Simulator.all_secrets())
    if folder:
        _wait_for_wrappers(folder)
    shown = [Shown(*mark.args, **mark.kwargs) for mark in request.node.iter_markers("shows")]
    found = watch.found(folder, shown)
    assert not found, "\n".join(found)


@pytest.fixture
def own_simulators(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make simulators that a program under test starts write their secrets, so that they are searched for too."""
    folder = tmp_path_factory.mktemp("secrets")
    monkeypatch.setenv("ONELOGIN_SIMULATOR_SECRETS", str(folder))
    yield
    files = list(folder.iterdir())
    assert files, "no simulator has left its secrets"
    for file in files:
        watch.note_rows(json.loads(file.read_text(encoding="utf-8")))


_KEEPING = """
import contextlib, runpy, sys, tempfile

@contextlib.contextmanager
def kept(**named):
    yield tempfile.mkdtemp(dir={folder!r}, **named)

tempfile.TemporaryDirectory = kept
del sys.argv[0]
run, name = (runpy.run_path, sys.argv[0]) if sys.argv[0].endswith(".py") else (runpy.run_module, sys.argv[0])
run(name, run_name="__main__")
"""


def keeping(folder: Path, program: str, *arguments: str) -> list[str]:
    """Build the command for a Python file or module whose temporary folders are kept in a folder."""
    return [sys.executable, "-c", _KEEPING.format(folder=str(folder)), program, *arguments]
