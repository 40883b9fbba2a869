# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole reports: all of their data, each line of CSV and JUnit XML, and two pages.

After a change of the template, write the text of ``page(REPORTS[name])`` to its file, and read the difference.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.assets import hash_source
from ansible_collections.community.onelogin.plugins.plugin_utils._report.formats import make_files

from tests.unit.harness import read_table

HERE = Path(__file__).parent
TABLES: dict[str, Any] = read_table("reports.yml")
REPORTS: dict[str, dict[str, Any]] = TABLES["reports"]
WORDS: dict[str, dict[str, Any]] = TABLES["words"]
PAGES = ("onboarding", "audit")


def make(its: dict[str, Any]) -> dict[str, Any]:
    """Make a report, and return its data and the lines of its files."""
    files = make_files(its["rows"], "/reports/mfa", ["json", "csv", "junit"], **its["options"])
    found: dict[str, Any] = {"paths": [file["path"] for file in files.values()]}
    text = files.pop("json")["text"]
    found["json"] = json.loads(text)
    assert text == json.dumps(found["json"], ensure_ascii=False, indent=2) + "\n", "people read it, too"
    found["junit"] = files.pop("junit")["text"].splitlines()
    tables = {name: csv.reader(io.StringIO(file["text"])) for name, file in files.items()}
    return {**found, **{name: ["|".join(cells) for cells in table] for name, table in tables.items()}}


def page(its: dict[str, Any]) -> str:
    """Make the page of a report, and check its style and script, which are left out."""
    file = make_files(its["rows"], "/reports/mfa", "html", **its["options"])["html"]
    assert file["path"] == "/reports/mfa.html"
    text = file["text"]
    for name, element in (("css", "style"), ("js", "script")):
        (content,) = re.findall(f"<{element}>(.*)</{element}>", text, flags=re.S)
        assert content == (Path(make_files.__code__.co_filename).with_name(f"page.{name}")).read_text(encoding="utf-8")
        source = hash_source(content).replace("'", "&#39;")
        assert f"{element}-src {source};" in text
        text = text.replace(content, "").replace(source, "HASH")
    return text


@pytest.mark.parametrize("name", REPORTS)
def test_the_data_and_the_lines_of_a_report(name: str) -> None:
    assert make(REPORTS[name]) == REPORTS[name]["found"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_a_report(name: str) -> None:
    assert page(REPORTS[name]) == (HERE / f"report_{name}.html").read_text(encoding="utf-8")


def find_words(role: str, statuses: Iterable[str]) -> dict[str, Any]:
    """Find the words of a role: of each status, of the counts of the page, and of its columns."""
    rows = [
        {
            "host": "a",
            "user": f"{status}@example.com",
            "status": status.split()[0],
            "changed": status.endswith("changed"),
        }
        for status in statuses
    ]
    rows[0]["accepted_at"] = "2026-03-02T09:00:00Z"
    rows.append({**rows[0], "factor": "A second factor of the same person"})
    options = {"role": role, "finished": "2026-03-02T09:00:00Z"}
    texts = {name: file["text"] for name, file in make_files(rows, "x", "json,html", **options).items()}
    shown = {
        row["user"].partition("@")[0]: f"{row['outcome']}: {row['label']}" for row in json.loads(texts["json"])["rows"]
    }
    return {
        "title": re.findall("<title>(.*)</title>", texts["html"]),
        "counts": re.findall("<dt>(.*?)</dt>", texts["html"]),
        "columns": re.findall('<th scope="col" role="columnheader">(.*?)</th>', texts["html"]),
        "statuses": {status: shown[status] for status in statuses},
    }


@pytest.mark.parametrize("role", WORDS)
def test_the_words_of_a_role(role: str) -> None:
    assert find_words(role, WORDS[role]["statuses"]) == WORDS[role]
