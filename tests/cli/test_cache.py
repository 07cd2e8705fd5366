from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]

BROKEN = "def f(:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def env(tmp_path: Path, folder: Path) -> dict[str, str]:
    user = str(tmp_path / "user")
    return {"BACKEND_LINT_CACHE_DIR": str(folder), "XDG_CACHE_HOME": user, "LOCALAPPDATA": user}


class TestCheck:
    def test_a_second_check_says_the_same_in_less_time(self, run: Run, write: Write, folder: Path, env: dict[str, str]) -> None:
        root = write({"a.py": BROKEN, "b.py": "x = 1\n"})
        words = ("check", "--format", "json", "--timings")
        first, second = run(*words, folder=root, env=env), run(*words, folder=root, env=env)
        assert (first.returncode, second.returncode) == (1, 1)
        assert json.loads(second.stdout)["findings"] == json.loads(first.stdout)["findings"]
        assert "0 of 2 trees found" in first.stderr
        assert "nothing has changed since this was last checked" in second.stderr
        assert (folder / "cache.sqlite").exists()

    def test_the_times_go_to_standard_error_by_phase_and_by_rule(self, run: Run, write: Write, env: dict[str, str]) -> None:
        root = write({"a.py": "import flask\napp = flask.Flask(__name__)\napp.run(debug=True)\n"})
        answer = run("check", "--timings", "--no-cache", "--format", "json", folder=root, env=env)
        assert [finding["rule"] for finding in json.loads(answer.stdout)["findings"]] == ["BL303"]
        words = answer.stderr.split()
        assert {"discover", "configure", "read", "parse", "check", "assemble", "BL303"} <= set(words)
        assert "write" not in words
        assert "cache   not asked" in answer.stderr

    def test_no_cache_writes_none(self, run: Run, write: Write, folder: Path, env: dict[str, str]) -> None:
        assert run("check", "--no-cache", folder=write({"a.py": "x = 1\n"}), env=env).returncode == 0
        assert not folder.exists()

    def test_the_option_goes_before_the_environment(self, run: Run, write: Write, folder: Path, env: dict[str, str]) -> None:
        root = write({"a.py": "x = 1\n"})
        assert run("check", "--cache-dir", str(root / "other"), folder=root, env=env).returncode == 0
        assert ((root / "other" / "cache.sqlite").exists(), folder.exists()) == (True, False)

    def test_without_it_it_is_the_users(self, run: Run, write: Write, tmp_path: Path, env: dict[str, str]) -> None:
        del env["BACKEND_LINT_CACHE_DIR"]
        run("check", folder=write({"a.py": "x = 1\n"}), env={**env, "BACKEND_LINT_CACHE_DIR": ""})
        assert (tmp_path / "user" / "backend-lint" / "cache.sqlite").exists()

    @pytest.mark.parametrize("place", ["a file", "a foreign database"])
    def test_a_cache_that_cannot_be_used_changes_nothing(
        self, run: Run, write: Write, folder: Path, env: dict[str, str], place: str
    ) -> None:
        root = write({"a.py": BROKEN})
        expected = run("check", "--no-cache", folder=root, env=env)
        if place == "a file":
            folder.write_bytes(b"")
        else:
            folder.mkdir()
            (folder / "cache.sqlite").write_bytes(b"something else" * 1_000)
        answer = run("check", folder=root, env=env)
        assert (answer.returncode, answer.stderr) == (1, "")
        assert answer.stdout == expected.stdout
        assert "no cache:" in run("check", "--timings", folder=root, env=env).stderr


class TestCommand:
    def test_info_says_where_it_is_and_what_it_holds(self, run: Run, write: Write, folder: Path, env: dict[str, str]) -> None:
        answer = run("cache", "info", env=env)
        assert (answer.returncode, answer.stdout) == (0, f"file     {folder / 'cache.sqlite'}\nstate    not there yet\n")
        run("check", folder=write({"a.py": "x = 1\n", "b.py": "y = 1\n"}), env=env)
        told = dict(line.split(maxsplit=1) for line in run("cache", "info", env=env).stdout.splitlines())
        assert (told["file"], told["trees"], told["runs"]) == (str(folder / "cache.sqlite"), "2", "1")
        assert told["size"].endswith(" MB")

    def test_clean_deletes_it(self, run: Run, write: Write, folder: Path, env: dict[str, str]) -> None:
        run("check", folder=write({"a.py": "x = 1\n"}), env=env)
        answer = run("cache", "clean", env=env)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.startswith(f"deleted {folder / 'cache.sqlite'} (")
        assert list(folder.iterdir()) == []
        assert run("cache", "clean", "--cache-dir", str(folder), env=env).stdout == f"there is no cache: {folder / 'cache.sqlite'}\n"

    def test_what_is_no_cache_is_neither_read_nor_deleted(self, run: Run, folder: Path, env: dict[str, str]) -> None:
        folder.mkdir()
        (folder / "cache.sqlite").write_bytes(b"something else" * 1_000)
        answer = run("cache", "info", env=env)
        assert answer.returncode == 0
        assert "state    not used: file is not a database" in answer.stdout
        answer = run("cache", "clean", env=env)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "it is no cache of backend-lint" in answer.stderr
        assert (folder / "cache.sqlite").exists()
