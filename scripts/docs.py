# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site. A warning is a failure, except for links to the pages of Ansible itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(".cache/docs")
COLLECTION = "community.onelogin"
# Sphinx settings, in place of a conf.py.
SETTINGS = {
    "project": COLLECTION,
    "html_title": COLLECTION,
    "extensions": "sphinx_antsibull_ext",
    "html_theme": "sphinx_ansible_theme",
    "pygments_style": "ansible",
    "highlight_language": "YAML+Jinja",
    "html_copy_source": "0",
    "html_show_sphinx": "0",
}
_ELSEWHERE = re.compile(r"undefined label: '(?!ansible_collections\.community\.onelogin\.)")


class DocsError(Exception):
    """The site could not be built; the text contains the reason."""


def filter_warnings(warnings: str) -> list[str]:
    """Return the warnings, without those about labels in Ansible's own documentation."""
    return [line for line in warnings.splitlines() if line.strip() and not _ELSEWHERE.search(line)]


def _run(tool: str, *arguments: str | Path) -> None:
    command = [Path(sys.executable).parent / tool, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise DocsError(f"{tool} failed:\n{done.stdout}{done.stderr}")


def build_site(site: Path) -> Sequence[str]:
    """Write the pages to ``html`` in a folder and return the warnings.

    :raises DocsError: the build failed
    """
    source, warnings = site / "rst", site / "warnings.txt"
    (ROOT / source).mkdir(parents=True, exist_ok=True)
    # antsibull-docs rejects a folder that others can write to.
    (ROOT / source).chmod(0o755)
    _run(
        "antsibull-docs",
        *("collection", "--use-current", "--squash-hierarchy", "--fail-on-error", "--cleanup", "everything"),
        *("--dest-dir", source, COLLECTION),
    )
    # Sphinx repeats the warnings of a page only if it builds the page again.
    _run(
        "sphinx-build",
        *("--builder", "html", "--isolated", "--fresh-env", "--write-all", "--quiet"),
        *("--warning-file", warnings, "--doctree-dir", site / "doctrees"),
        *(f"--define={name}={value}" for name, value in SETTINGS.items()),
        *(source, site / "html"),
    )
    return filter_warnings((ROOT / warnings).read_text(encoding="utf-8"))


def main() -> int:
    """Build the site and print its address or the warnings.

    :returns: 1 if the build failed or there are warnings, else 0
    """
    try:
        warnings = build_site(SITE)
    except DocsError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    for line in warnings:
        print(line, file=sys.stderr)
    if warnings:
        print("docs: built with the warnings above", file=sys.stderr)
        return 1
    print(f"docs: {(ROOT / SITE / 'html/index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
