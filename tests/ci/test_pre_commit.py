"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself. Their entries call this checkout, so that nothing is installed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.review.repositories import Repo
from tests.review.sources import CLEAN, handlers, leak

SOURCE = Path(__file__).resolve().parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((SOURCE / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


class Project:
    """A repository whose hooks are those of this project."""

    def __init__(self, folder: Path, name: str, *arguments: str) -> None:
        self.repo = Repo(folder / "work", hostile=False)
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        command = bin_folder / "backend-lint"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m backend_lint "$@"\n')
        command.chmod(0o755)
        hook: dict[str, Any] = {**HOOKS[name], "language": "system", "args": ["--select", "BL301", *arguments]}
        self.repo.write({".pre-commit-config.yaml": json.dumps({"repos": [{"repo": "local", "hooks": [hook]}]})})
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT", "GITHUB_", "CI"))}
        self.environment = {
            **clean,
            "PATH": os.pathsep.join([str(bin_folder), str(Path(sys.executable).parent), clean["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")]),
            "PRE_COMMIT_HOME": str(folder / "cache"),
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.repo.commit({"shop/old.py": leak(), "shop/clean.py": CLEAN})

    def run(self, *words: str) -> tuple[int, str]:
        """The exit code and all output of a command."""
        done = subprocess.run(words, cwd=self.repo.folder, env=self.environment, capture_output=True, timeout=120, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()

    def pre_commit(self, *words: str) -> tuple[int, str]:
        return self.run(sys.executable, "-m", "pre_commit", *words)

    def install(self, *kinds: str) -> Project:
        words = [word for kind in kinds or ("pre-commit",) for word in ("--hook-type", kind)]
        code, said = self.pre_commit("install", *words)
        assert code == 0, said
        return self


class TestGate:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Project:
        return Project(tmp_path, "backend-lint").install()

    def test_commit(self, project: Project) -> None:
        project.repo.write({"shop/old.py": leak() + "\n\nX = 1\n", "shop/new.py": leak("new")})
        project.repo.git("add", "shop/old.py")
        code, said = project.run("git", "commit", "-m", "fine")
        assert code == 0, said
        project.repo.git("add", "shop/new.py")
        code, said = project.run("git", "commit", "-m", "bad")
        assert code == 1
        assert "shop/new.py:11:26" in said
        assert "shop/old.py" not in said
        assert "FAIL  1 new, 0 fixed, 1 existing not shown" in said
        assert "head: what is staged" in said

    def test_unstaged_and_untracked_files_are_no_part_of_a_commit(self, project: Project) -> None:
        project.repo.write({"shop/clean.py": "X = 1\n"})
        project.repo.git("add", "-A")
        project.repo.write({"shop/clean.py": leak(), "shop/untracked.py": leak()})
        code, said = project.run("git", "commit", "-m", "fine")
        assert code == 0, said
        assert "untracked" in project.repo.git("status", "--porcelain")

    def test_commit_of_all(self, project: Project) -> None:
        """git makes an index for it that is not the usual one."""
        project.repo.write({"shop/clean.py": leak()})
        code, said = project.run("git", "commit", "-a", "-m", "bad")
        assert code == 1
        assert "shop/clean.py:11:26" in said

    def test_commit_of_a_path(self, project: Project) -> None:
        """Neither what is staged besides it."""
        project.repo.write({"shop/clean.py": leak(), "shop/fine.py": "X = 1\n"})
        project.repo.git("add", "-A")
        code, said = project.run("git", "commit", "-m", "fine", "shop/fine.py")
        assert code == 0, said
        code, said = project.run("git", "commit", "-m", "bad", "shop/clean.py")
        assert code == 1
        assert "shop/clean.py:11:26" in said

    def test_commit_that_only_deletes_and_one_without_python(self, project: Project) -> None:
        project.repo.git("rm", "-q", "shop/clean.py")
        assert project.run("git", "commit", "-m", "deletes")[0] == 0
        project.repo.write({"README": "nothing\n"})
        project.repo.git("add", "-A")
        assert project.run("git", "commit", "-m", "text")[0] == 0

    def test_another_message_for_the_last_commit(self, project: Project) -> None:
        """Nothing is staged: that is no reason to be told of all that was there before."""
        assert project.run("git", "commit", "--amend", "-m", "other words")[0] == 0
        assert project.run("git", "commit", "--allow-empty", "-m", "nothing")[0] == 0

    def test_merge_brings_in_what_the_other_side_had(self, project: Project) -> None:
        repo = project.repo
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"shop/clean.py": CLEAN + "\n\nX = 1\n"})
        repo.git("checkout", "-q", "main")
        repo.commit({"shop/theirs.py": leak("theirs"), "shop/clean.py": CLEAN + "\n\nX = 2\n"})
        repo.git("checkout", "-q", "topic")
        repo.git("merge", "-q", "--no-verify", "main", check=False)
        repo.write({"shop/clean.py": CLEAN + "\n\nX = 3\n"})
        repo.git("add", "-A")
        code, said = project.run("git", "commit", "-m", "merge")
        assert code == 0, said

    def test_merge_that_adds_something_of_its_own(self, project: Project) -> None:
        repo = project.repo
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"shop/clean.py": CLEAN + "\n\nX = 1\n"})
        repo.git("checkout", "-q", "main")
        repo.commit({"shop/theirs.py": leak("theirs"), "shop/clean.py": CLEAN + "\n\nX = 2\n"})
        repo.git("merge", "-q", "--no-verify", "topic", check=False)
        repo.write({"shop/clean.py": leak()})
        repo.git("add", "-A")
        code, said = project.run("git", "commit", "-m", "merge")
        assert code == 1
        assert "shop/clean.py:11:26" in said
        assert "shop/theirs.py" not in said

    def test_between_revisions(self, project: Project) -> None:
        repo = project.repo
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"shop/topic.py": leak("topic")})
        repo.git("checkout", "-q", "main")
        repo.commit({"shop/meanwhile.py": leak("meanwhile")})
        code, said = project.pre_commit("run", "--from-ref", "main", "--to-ref", "topic")
        assert code == 1
        assert "shop/topic.py:11:26" in said
        assert "meanwhile.py" not in said
        assert "FAIL  1 new, 0 fixed, 1 existing not shown" in said
        code, said = project.pre_commit("run", "--from-ref", "topic", "--to-ref", "topic")
        assert code == 0

    def test_push(self, project: Project, tmp_path: Path) -> None:
        repo = project.repo
        repo.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
        repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
        repo.git("push", "-q", "--no-verify", "-u", "origin", "main")
        project.install("pre-push")
        repo.commit({"shop/fine.py": "X = 1\n"})
        code, said = project.run("git", "push")
        assert code == 0, said
        repo.commit({"shop/new.py": leak("new")})
        repo.commit({"shop/late.py": "X = 1\n"})
        code, said = project.run("git", "push")
        assert code == 1
        assert "shop/new.py:11:26" in said
        assert "1 existing not shown" in said

    def test_all_files(self, project: Project) -> None:
        """As in continuous integration: nothing is staged, so what is there already is told as well, and that it is."""
        code, said = project.pre_commit("run", "--all-files")
        assert code == 1
        assert "the whole project is checked" in said
        assert "shop/old.py:11:26" in said
        project.repo.commit({"shop/old.py": CLEAN})
        code, said = project.pre_commit("run", "--all-files", "--verbose")
        assert code == 0
        assert "the whole project is checked" in said

    def test_arguments_reach_the_check_of_everything(self, tmp_path: Path) -> None:
        project = Project(tmp_path, "backend-lint", "--fail-on", "never", "--format", "agent", "--exclude", "nothing", "--quiet")
        code, said = project.pre_commit("run", "--all-files", "--verbose")
        assert code == 0, said
        assert "shop/old.py:11:26" in said

    def test_file_that_does_not_parse_is_no_quiet_success(self, project: Project) -> None:
        project.repo.write({"shop/clean.py": "def f(:\n"})
        project.repo.git("add", "-A")
        code, said = project.run("git", "commit", "-m", "broken")
        assert code == 1
        assert "INCOMPLETE" in said


class TestFiles:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Project:
        return Project(tmp_path, "backend-lint-files").install()

    def test_commit(self, project: Project) -> None:
        """What stands in the files of the commit is told, old or new, and known by the rest of the project."""
        helper = "def explain(error):\n    return str(error)\n"
        user = leak("user").replace("str(error)", "explain(error)").replace("app =", "from shop.errors import explain\n\napp =")
        project.repo.write({"shop/__init__.py": "", "shop/errors.py": helper})
        project.repo.git("add", "-A")
        code, said = project.run("git", "commit", "-m", "helper")
        assert code == 0, said
        project.repo.write({"shop/user.py": user})
        project.repo.git("add", "-A")
        code, said = project.run("git", "commit", "-m", "user")
        assert code == 1
        assert "shop/user.py:13" in said
        assert "shop/errors.py:2" in said
        assert "shop/old.py" not in said

    def test_between_revisions_and_all_files(self, project: Project) -> None:
        project.repo.commit({"shop/new.py": handlers("new")})
        code, said = project.pre_commit("run", "--from-ref", "HEAD^", "--to-ref", "HEAD")
        assert code == 1
        assert "shop/new.py:11:26" in said
        assert "shop/old.py" not in said
        code, said = project.pre_commit("run", "--all-files")
        assert code == 1
        assert "shop/new.py:11:26" in said
        assert "shop/old.py:11:26" in said

    def test_what_the_configuration_leaves_out_stays_out(self, project: Project) -> None:
        project.repo.commit({"backend-lint.toml": 'exclude = ["shop"]\n'})
        code, said = project.pre_commit("run", "--all-files")
        assert code == 0, said
