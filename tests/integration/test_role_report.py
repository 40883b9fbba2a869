# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_report: its files, their permissions, and that it changes nothing else."""

from __future__ import annotations

import csv
import json
import re
import stat
from pathlib import Path

import pytest
import yaml
from junitparser import JUnitXml

from tests.integration.harness import environment, run_playbook
from tests.integration.reports import SECRET, SEED, row, rows, written

pytestmark = pytest.mark.once("test_pipeline.py writes reports there")

FILES = {"onelogin-mfa.json", "onelogin-mfa.csv", "onelogin-mfa.xml", "onelogin-mfa.html"}


def names(folder: Path) -> set[str]:
    """The files in a folder."""
    return {path.name for path in folder.iterdir()}


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_all_formats_are_written_for_the_owner_only(tmp_path: Path) -> None:
    run = written(tmp_path, rows())
    assert run.rc == 0, run.output
    folder = tmp_path / "onelogin-reports"
    assert names(folder) == FILES
    assert mode(folder) == 0o700
    assert {mode(folder / name) for name in FILES} == {0o600}
    assert f"Report: {folder}/onelogin-mfa.html" in run.output
    assert re.search(r"changed=0 .* failed=0", run.output)
    for name in FILES:
        text = (folder / name).read_text(encoding="utf-8")
        assert SECRET not in text
        assert SEED not in text


def test_all_formats_have_the_same_results(tmp_path: Path) -> None:
    written(tmp_path, rows())
    stem = tmp_path / "onelogin-reports/onelogin-mfa"
    content = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    with stem.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        assert [line["outcome"] for line in csv.DictReader(file)] == [each["outcome"] for each in content["rows"]]
    (suite,) = JUnitXml.fromfile(str(stem.with_suffix(".xml")))
    totals = content["totals"]
    assert (suite.tests, suite.skipped) == (totals["rows"], totals["open"])
    assert suite.failures + suite.errors == totals["failed"]


def test_the_content_of_a_report_is_never_in_the_output(tmp_path: Path) -> None:
    run = written(tmp_path, [row("jane", text="A sentence.")], "--diff", "-vvv")
    assert run.rc == 0, run.output
    written_by = run.output.split("TASK [community.onelogin.mfa_report : Write the report]")[1]
    assert "A sentence." not in written_by.split("TASK [")[0]


def test_check_mode_writes_reports(tmp_path: Path) -> None:
    assert written(tmp_path, rows(), "--check").rc == 0
    assert names(tmp_path / "onelogin-reports") == FILES


def test_title_folder_name_and_formats_can_be_set(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir(mode=0o755)
    (folder / "q1.html").write_text("old", encoding="utf-8")
    (folder / "q1.html").chmod(0o644)
    run = written(
        tmp_path,
        rows(),
        mfa_report_folder=str(folder),
        mfa_report_name="q1",
        mfa_report_title="Prüfung {{ 'of' }} Q1",
        mfa_report_formats="html, json",
    )
    assert run.rc == 0, run.output
    assert names(folder) == {"q1.html", "q1.json"}
    assert (mode(folder), mode(folder / "q1.html")) == (0o755, 0o600)
    assert "<h1>Prüfung of Q1</h1>" in (folder / "q1.html").read_text(encoding="utf-8")
    files = run["community.onelogin.mfa_report : Keep the paths for later tasks"]["ansible_facts"]["mfa_report_files"]
    assert files == {"html": f"{folder}/q1.html", "json": f"{folder}/q1.json"}


@pytest.mark.parametrize(("title", "name"), [("Überprüfung: März/April", "überprüfung-märz-april"), ("???", "report")])
def test_files_are_named_after_the_title(tmp_path: Path, title: str, name: str) -> None:
    assert written(tmp_path, [], mfa_report_title=title, mfa_report_formats=["csv"]).rc == 0
    assert names(tmp_path / "onelogin-reports") == {f"{name}.csv"}


def test_text_that_looks_like_a_template_is_not_changed(tmp_path: Path) -> None:
    text = "{{ 1 + 1 }} {% raw %}"
    assert written(tmp_path, [row("jane", text=text)]).rc == 0
    for name in FILES:
        assert text in (tmp_path / "onelogin-reports" / name).read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = written(tmp_path, rows(), mfa_report_folder=str(tmp_path / "file"))
    assert run.rc != 0
    assert f"The report {tmp_path}/file/onelogin-mfa.json cannot be written" in run.output


def test_a_failed_report_leaves_no_temporary_files(tmp_path: Path) -> None:
    in_the_way = tmp_path / "onelogin-reports/onelogin-mfa.html"
    in_the_way.mkdir(parents=True)
    run = written(tmp_path, rows(), mfa_report_formats="html")
    assert run.rc != 0
    assert f"The report {in_the_way} cannot be written: Is a directory." in run.output
    assert names(in_the_way.parent) == {"onelogin-mfa.html"}


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    run = written(tmp_path, rows(), mfa_report_formats=["html", "pdf"])
    assert run.rc != 0
    assert "There is no report format 'pdf'. The formats are json, csv, junit, html." in run.output
    assert not (tmp_path / "onelogin-reports").exists()


def test_a_replaced_file_is_always_private_and_complete(tmp_path: Path) -> None:
    assert written(tmp_path, [row("jane")]).rc == 0
    page = tmp_path / "onelogin-reports/onelogin-mfa.html"
    with page.open(encoding="utf-8") as reading:
        first = page.stat().st_ino
        assert written(tmp_path, [row("john")]).rc == 0
        assert "jane" in reading.read()
    assert page.stat().st_ino != first
    assert names(page.parent) == FILES


def test_many_hosts_get_one_report_with_their_groups(tmp_path: Path) -> None:
    people = [f"person{number}" for number in range(8)]
    results = [{key: value for key, value in row(name).items() if key != "groups"} for name in people]
    (tmp_path / "rows.json").write_text(json.dumps(results), encoding="utf-8")
    inventory = {"all": {"children": {"sales": {"hosts": dict.fromkeys(people[:5])}}, "hosts": dict.fromkeys(people)}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    text = yaml.safe_dump(
        [
            {
                "hosts": "all",
                "gather_facts": False,
                "roles": ["community.onelogin.mfa_report"],
                "vars": {"mfa_report_results": "{{ lookup('file', 'rows.json') | from_json }}"},
                "post_tasks": [{"ansible.builtin.assert": {"that": "mfa_report_files.html is file"}}],
            }
        ]
    )
    run = run_playbook(tmp_path, text, environment(tmp_path, "http://127.0.0.1:9"), "-i", "hosts.yml")
    assert run.rc == 0, run.output
    assert run.output.count("-> localhost]") == 3
    content = json.loads((tmp_path / "onelogin-reports/onelogin-mfa.json").read_text(encoding="utf-8"))
    assert {group["name"]: group["done"] for group in content["groups"]} == {"no group": 3, "sales": 5}
