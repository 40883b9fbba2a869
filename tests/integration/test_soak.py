# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A short soak works; ``make soak`` is the real test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.integration.harness import ROOT
from tests.integration.watch import keeping

pytestmark = [
    pytest.mark.once("it is about the soak, which does not use ansible-core"),
    pytest.mark.usefixtures("own_simulators"),
    pytest.mark.shows("access token", "*/onelogin-token-*", "the file in which processes share it"),
]


def test_a_short_soak_finds_nothing_wrong(tmp_path: Path) -> None:
    options = "--minutes 0.3 --people 60 --at-a-time 20 --hour 5 --limit 250 --token-life 4 --flap 1"
    command = keeping(tmp_path, "tests.soak", *options.split())
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing wrong" in done.stdout
