# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures, what they should be, and how they are shown."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One thing measured.

    Attributes:
        name: what.
        value: how much.
        unit: of what; empty for a count.
        least: it should be this or more.
        most: it should be this or less.
    """

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def ok(self) -> bool | None:
        """Whether it is as it should be; None where nothing is asked of it."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def target(self) -> str:
        """What it should be, in words."""
        if self.least is not None and self.least == self.most:
            return f"{self.least:g}"
        parts = [f"{sign} {bound:g}" for sign, bound in ((">=", self.least), ("<=", self.most)) if bound is not None]
        return " and ".join(parts)


@dataclass(frozen=True)
class Case:
    """What came of one case; ``note`` says what was done, or why it was not."""

    name: str
    note: str
    figures: tuple[Figure, ...] = ()

    @property
    def missed(self) -> list[Figure]:
        """What is not as it should be."""
        return [figure for figure in self.figures if figure.ok is False]

    def __str__(self) -> str:
        lines = ["", f"{self.name}: {self.note}"]
        for figure in self.figures:
            value = f"{figure.value:,.0f}" if figure.value == int(figure.value) else f"{figure.value:,.2f}"
            verdict = {True: "ok", False: "MISSED", None: ""}[figure.ok]
            shown = f"{value} {figure.unit}".strip()
            lines.append(f"  {figure.name:<52} {shown:>12}  {figure.target:<10} {verdict}".rstrip())
        return "\n".join(lines)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": usable,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in ("ansible-core", "requests", "urllib3", "uvicorn")},
    }


def write(file: Path, quick: bool, cases: list[Case]) -> None:
    """Write everything as JSON: ``machine``, ``quick``, and ``cases`` by name."""
    found = {
        case.name: {
            "note": case.note,
            "figures": [{**asdict(figure), "ok": figure.ok} for figure in case.figures],
        }
        for case in cases
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": machine(), "quick": quick, "cases": found}, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def introduce(quick: bool) -> None:
    """Say what the figures are measured on, and how to read them."""
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print("Each case is a whole command against the simulator, which runs beside it on the same machine.")
    if quick:
        print("A quick run: the figures say that it works, and nothing about how fast it is.")
    sys.stdout.flush()
