"""`--format html:FILE`: the page to look at, as a user asks for it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]

LEAK = """
from flask import Flask

app = Flask(__name__)


@app.route("/x/<int:number>")
def show(number: int) -> str:
    try:
        return str(1 / number)
    except Exception as error:
        return str(error)
"""


@pytest.fixture
def project(write: Write) -> Path:
    return write({"web/app.py": LEAK})


def test_a_page_is_written_beside_the_report_for_people(run: Run, project: Path) -> None:
    answer = run("check", "--format", "text", "--format", "html:report.html", folder=project)
    assert answer.returncode == 1
    assert answer.stdout == run("check", folder=project).stdout
    page = (project / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "/x/&lt;int:number&gt;" in page
    assert '"path":"web/app.py"' in page


def test_it_needs_a_file(run: Run, project: Path) -> None:
    answer = run("check", "--format", "html", folder=project)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "html:report.html" in answer.stderr


def test_without_jinja_it_names_what_to_install(run: Run, project: Path, tmp_path: Path) -> None:
    """As where only the tool itself is installed."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['jinja2'] = None\n")
    source = Path(__file__).resolve().parents[2]
    paths = ":".join(map(str, (tmp_path, source, source / "rules")))
    answer = run("check", "--format", "html:report.html", folder=project, env={"PYTHONPATH": paths})
    assert answer.returncode == 2
    assert "install backend-lint[html]" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (project / "report.html").exists()
