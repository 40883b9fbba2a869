# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures, their targets, and how they are shown."""

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
    """A measured figure.

    Attributes:
        name: the name of the figure.
        value: its value.
        unit: its unit; empty for a count.
        least: the target is this or more.
        most: the target is this or less.
    """

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def target(self) -> str:
        """The target, in words."""
        if self.least is not None and self.least == self.most:
            return f"{self.least:g}"
        parts = [f"{sign} {bound:g}" for sign, bound in ((">=", self.least), ("<=", self.most)) if bound is not None]
        return " and ".join(parts)


@dataclass(frozen=True)
class Case:
    """The result of a case; ``note`` describes it, or says why it was not run."""

    name: str
    note: str
    figures: tuple[Figure, ...] = ()

    @property
    def missed(self) -> list[Figure]:
        """The figures that miss their target."""
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
    """The machine on which the figures were measured."""
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
    """Print the machine, and how to read the figures."""
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print("Each case is a complete command against the simulator, which runs on the same machine.")
    if quick:
        print("This is a quick run: it shows that the cases work, but not how fast they are.")
    sys.stdout.flush()
