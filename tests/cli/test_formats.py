"""`--format`: several reports in one run, each where it is to go."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from backend_lint.cli.formats import written
from backend_lint.report.output import CHECK_FORMATS, FORMATS, REVIEW_FORMATS
from tests.review.repositories import Repo

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]

LEAK = """
from flask import Flask

app = Flask(__name__)


@app.route("/x")
def show():
    try:
        return "fine"
    except Exception as error:
        return str(error)
"""
SUPPRESSED = LEAK.replace("str(error)", "str(error)  # backend-lint: ignore[BL301] -- an internal page").replace("show", "hidden")
ONLY = ("--select", "BL301")


@pytest.fixture
def project(write: Write) -> Path:
    return write({"web/new.py": LEAK, "web/quiet.py": SUPPRESSED})


def test_the_table_names_what_there_is() -> None:
    for format_ in FORMATS.values():
        for place in (format_.check, format_.review, format_.listing, format_.fault):
            if place is not None:
                module, _, function = place.partition(":")
                assert callable(getattr(__import__(f"backend_lint.report.{module}", fromlist=[function]), function))
        assert format_.about
    assert set(CHECK_FORMATS) | set(REVIEW_FORMATS) == set(FORMATS)


class TestSeveral:
    def test_text_for_people_and_a_file_for_the_rest(self, run: Run, project: Path) -> None:
        words = ("--format", "text", "--format", "sarif:out.sarif", "--format", "junit:junit.xml")
        answer = run("check", *ONLY, *words, folder=project)
        assert (answer.returncode, answer.stderr) == (1, "")
        assert answer.stdout == run("check", *ONLY, folder=project).stdout
        (sarif,) = json.loads((project / "out.sarif").read_text(encoding="utf-8"))["runs"]
        assert [result["ruleId"] for result in sarif["results"]] == ["BL301", "BL301"]
        assert ElementTree.parse(project / "junit.xml").getroot().tag == "testsuites"

    @pytest.mark.parametrize("name", ["text", "json", "github"])
    def test_a_file_holds_what_standard_output_would(self, run: Run, project: Path, name: str) -> None:
        env = {"SOURCE_DATE_EPOCH": "0"}
        answer = run("check", *ONLY, "--format", f"{name}:report", folder=project, env=env)
        assert (answer.returncode, answer.stdout) == (1, "")
        assert answer.stderr.startswith("backend-lint: Found 1 error in 2 files")
        shown = run("check", *ONLY, "--format", name, folder=project, env=env).stdout.splitlines()
        held = (project / "report").read_text(encoding="utf-8").splitlines()
        # The token that ends what the runner may obey is another one each time.
        different = [pair for pair in zip(shown, held, strict=True) if pair[0] != pair[1]]
        assert len(different) == (2 if name == "github" else 0)

    def test_quiet_says_nothing_of_files(self, run: Run, project: Path) -> None:
        answer = run("check", *ONLY, "--quiet", "--format", "json:out.json", folder=project)
        assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", "")

    def test_counts_instead_of_what_would_be_shown(self, run: Run, project: Path) -> None:
        answer = run("check", *ONLY, "--statistics", "--format", "json:out.json", folder=project)
        assert answer.stdout.startswith("rule ")
        assert len(json.loads((project / "out.json").read_text(encoding="utf-8"))["findings"]) == 1

    def test_the_environment_can_name_several(self, run: Run, project: Path) -> None:
        env = {"BACKEND_LINT_FORMAT": "concise rdjson:out.json"}
        assert run("check", *ONLY, folder=project, env=env).stdout.startswith("web/new.py:12:")
        assert (project / "out.json").exists()
        assert run("check", *ONLY, "--format", "json", folder=project, env=env).stdout.startswith("{")

    def test_a_dash_is_standard_output(self, run: Run, project: Path) -> None:
        assert run("check", *ONLY, "--format", "json:-", folder=project).stdout.startswith("{")


class TestWrong:
    def refused(self, run: Run, folder: Path, *words: str) -> str:
        answer = run("check", *ONLY, *words, folder=folder)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "Traceback" not in answer.stderr
        return " ".join(answer.stderr.split())

    def test_unknown_format(self, run: Run, project: Path) -> None:
        said = self.refused(run, project, "--format", "sarf:out.sarif")
        assert "'sarf' is none of text, concise, json," in said
        assert "Did you mean 'sarif'?" in said
        assert "Did you mean" not in self.refused(run, project, "--format", "zzz")
        assert "agent" not in self.refused(run, project, "--format", "zzz"), "only a review has this format"

    def test_counts_in_a_format_that_has_none(self, run: Run, project: Path) -> None:
        said = self.refused(run, project, "--statistics", "--format", "sarif")
        assert "--statistics counts as text or json: name a file for the report, as in 'sarif:FILE'" in said
        assert run("check", *ONLY, "--statistics", "--format", "sarif:out.sarif", folder=project).returncode == 1
        by_environment = run("check", *ONLY, "--statistics", folder=project, env={"BACKEND_LINT_FORMAT": "sarif"})
        assert by_environment.stdout.startswith("rule ")

    def test_two_for_standard_output(self, run: Run, project: Path) -> None:
        said = self.refused(run, project, "--format", "text", "--format", "json")
        assert "text and json would both go to standard output: name a file for one, as in 'json:FILE'." in said

    def test_two_for_one_file(self, run: Run, project: Path) -> None:
        assert "two reports would go to" in self.refused(run, project, "--format", "json:web/../x", "--format", "sarif:x")

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            ("", "no file is named after 'json:'"),
            ("nowhere/x.json", "nowhere/x.json: there is no such folder"),
            ("web", "web: this is a folder"),
            ("web/new.py/x", "there is no such folder"),
        ],
    )
    def test_a_file_that_cannot_be_written(self, run: Run, project: Path, file: str, said: str) -> None:
        assert said in self.refused(run, project, "--format", f"json:{file}")

    def test_a_disk_that_is_full(self, run: Run, project: Path) -> None:
        answer = run("check", *ONLY, "--format", "concise", "--format", "json:/dev/full", folder=project)
        assert answer.returncode == 2
        assert "error: /dev/full: the report cannot be written: No space left on device" in answer.stderr
        assert answer.stdout.startswith("web/new.py:12:")


class TestFile:
    def test_it_is_there_as_a_whole_or_not_at_all(self, tmp_path: Path) -> None:
        place = tmp_path / "report"
        place.write_text("old")
        with written(str(place)) as stream:
            stream.write("new")
            assert place.read_text() == "old"
        assert place.read_text() == "new"
        with pytest.raises(KeyError):
            self.break_off(place)
        assert place.read_text() == "new"
        assert os.listdir(tmp_path) == ["report"]

    def break_off(self, place: Path) -> None:
        with written(str(place)) as stream:
            stream.write("half")
            raise KeyError

    def test_rights_and_links_stay(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("old")
        (tmp_path / "real").chmod(0o640)
        (tmp_path / "link").symlink_to("real")
        with written(str(tmp_path / "link")) as stream:
            stream.write("new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "real").read_text() == "new"
        assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640

    def test_a_new_file_has_the_usual_rights(self, tmp_path: Path) -> None:
        mask = os.umask(0o027)
        try:
            with written(str(tmp_path / "new")) as stream:
                stream.write("x")
        finally:
            os.umask(mask)
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640

    def test_a_pipe_is_written_to(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        found: list[str] = []
        reader = threading.Thread(target=lambda: found.append(pipe.read_text()), daemon=True)
        reader.start()
        with written(str(pipe)) as stream:
            stream.write("through\n")
        reader.join(10)
        assert found == ["through\n"]
        assert stat.S_ISFIFO(pipe.stat().st_mode)

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        with written(str(tmp_path / "x")) as stream:
            stream.write("caf\udce9\n")
        assert (tmp_path / "x").read_bytes() == b"caf\\udce9\n"


class TestOnGitHub:
    def test_what_is_hidden_stays_out_of_code_scanning(self, run: Run, project: Path) -> None:
        # GitHub would show it as an open alert.
        run("check", *ONLY, "--format", "sarif:here.sarif", folder=project)
        run("check", *ONLY, "--format", "sarif:there.sarif", folder=project, env={"GITHUB_ACTIONS": "true"})
        here, there = (json.loads((project / name).read_text())["runs"][0]["results"] for name in ("here.sarif", "there.sarif"))
        assert [result.get("suppressions") for result in here] == [
            None,
            [{"kind": "inSource", "status": "accepted", "justification": "an internal page"}],
        ]
        assert len(there) == 1

    def test_summary_of_the_step(self, run: Run, project: Path, tmp_path: Path) -> None:
        summary = tmp_path / "summary.md"
        summary.write_text("# before\n")
        env = {"GITHUB_STEP_SUMMARY": str(summary)}
        run("check", *ONLY, folder=project, env=env)
        assert summary.read_text() == "# before\n"
        answer = run("check", *ONLY, "--format", "github", folder=project, env=env)
        assert answer.stdout.startswith("::error file=web/new.py,line=12,")
        assert summary.read_text().startswith("# before\n### backend-lint\n\nFound 1 error in 2 files: exposure 1.")
        assert "| error | `web/new.py:12` | **BL301** " in summary.read_text()

    def test_a_summary_that_cannot_be_written_is_told(self, run: Run, project: Path) -> None:
        answer = run("check", *ONLY, "--format", "github", folder=project, env={"GITHUB_STEP_SUMMARY": str(project)})
        assert answer.returncode == 1
        assert "the summary of the step cannot be written" in answer.stderr


class TestReview:
    @pytest.fixture
    def repo(self, tmp_path: Path) -> Repo:
        found = Repo(tmp_path / "work")
        found.commit({"web/old.py": LEAK.replace("show", "old")})
        found.commit({"web/new.py": LEAK, "web/quiet.py": SUPPRESSED})
        return found

    def test_only_what_is_new(self, run: Run, repo: Repo, tmp_path: Path) -> None:
        files = {name: tmp_path / name for name in REVIEW_FORMATS}
        words = [word for name, file in files.items() for word in ("--format", f"{name}:{file}")]
        answer = run("review", *ONLY, "--commit", "HEAD", *words, folder=repo.folder)
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "backend-lint: FAIL  1 new, 0 fixed, 1 existing not shown" in answer.stderr
        for name, file in files.items():
            text = file.read_text(encoding="utf-8")
            assert "web/new.py" in text, name
            assert "web/old.py" not in text, name
        (sarif,) = json.loads(files["sarif"].read_text())["runs"]
        new, gate, _ = sarif["results"]
        assert (new["baselineState"], new["ruleId"], gate["ruleId"]) == ("new", "BL301", "gate")
        assert new["properties"]["cause"] == "this change wrote web/new.py:11"
        assert gate["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "web/quiet.py"
        assert len(json.loads(files["gitlab"].read_text())) == 3
        assert files["github"].read_text().startswith("::error file=web/new.py,line=11,")
        assert len(ElementTree.parse(files["junit"]).findall(".//failure")) == 1

    def test_annotations_and_one_summary(self, run: Run, repo: Repo, tmp_path: Path) -> None:
        summary = tmp_path / "summary.md"
        words = ("review", *ONLY, "--commit", "HEAD", "--format", "github")
        run(*words, folder=repo.folder, env={"GITHUB_STEP_SUMMARY": str(summary)})
        assert summary.read_text().count("### backend-lint") == 1
        assert "this change wrote web/new.py:11" in summary.read_text()
        summary.unlink()
        run(*words, "--summary", str(summary), folder=repo.folder, env={"GITHUB_STEP_SUMMARY": str(summary)})
        assert summary.read_text().count("### backend-lint") == 1

    def test_a_review_that_cannot_be_done(self, run: Run, repo: Repo, tmp_path: Path) -> None:
        files = {name: tmp_path / name for name in REVIEW_FORMATS}
        words = [word for name, file in files.items() for word in ("--format", f"{name}:{file}")]
        answer = run("review", "--base", "nowhere", *words, folder=repo.folder)
        assert (answer.returncode, answer.stdout) == (2, "")
        for name, file in files.items():
            assert "nowhere" in file.read_text(encoding="utf-8"), name
        (sarif,) = json.loads(files["sarif"].read_text())["runs"]
        assert sarif["invocations"][0]["executionSuccessful"] is False
        answer = run("review", "--base", "nowhere", "--format", "github", folder=repo.folder)
        assert answer.stdout.startswith("::error title=backend-lint%3A incomplete::")
