from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine import discovery
from backend_lint.engine.discovery import MissingPath, ProjectFiles, discover, walk
from backend_lint.engine.roots import project_root

Write = Callable[..., Path]


def nothing(root: Path) -> Callable[[str], bool]:
    return lambda path: False


def found(root: Path, *targets: str) -> ProjectFiles:
    (files,) = discover([Path(target) for target in targets] or [Path(".")], root, nothing)
    return files


def paths(root: Path) -> list[str]:
    return sorted(entry.path for entry in walk(root))


class TestWalk:
    def test_python_files_and_stubs_are_found(self, project: Write) -> None:
        root = project({"a.py": "", "pkg/b.pyi": "", "pkg/c.txt": "", "pkg/py": "", "d.pyc": ""})
        assert paths(root) == ["a.py", "pkg/b.pyi"]

    def test_gitignore_holds_at_every_level_and_the_innermost_decides(self, project: Write) -> None:
        root = project({
            ".gitignore": "*_gen.py\n/local/\n# comment\n\n",
            "a_gen.py": "",
            "app/a_gen.py": "",
            "app/keep/.gitignore": "!b_gen.py\n/own.py\n",
            "app/keep/b_gen.py": "",
            "app/keep/own.py": "",
            "app/keep/deep/own.py": "",
            "app/local/x.py": "",
            "local/x.py": "",
        })  # fmt: skip
        assert paths(root) == ["app/keep/b_gen.py", "app/keep/deep/own.py", "app/local/x.py"]

    def test_the_repositorys_own_exclude_file_holds(self, project: Write) -> None:
        root = project({".git/info/exclude": "scratch.py\n", "scratch.py": "", "a.py": ""})
        assert paths(root) == ["a.py"]

    def test_a_line_that_is_no_pattern_does_not_stop_the_others(self, project: Write) -> None:
        root = project({".gitignore": "!\nb.py\n\\\n", "a.py": "", "b.py": ""})
        assert paths(root) == ["a.py"]

    def test_environments_caches_and_build_results_are_left_out(self, project: Write) -> None:
        root = project({
            "a.py": "",
            ".venv/x.py": "",
            "env39/pyvenv.cfg": "",
            "env39/lib/x.py": "",
            "env/settings.py": "",
            "node_modules/x.py": "",
            "__pycache__/x.py": "",
            "build/lib/x.py": "",
            "app/build/__init__.py": "",
            "app/build/image.py": "",
            "thing.egg-info/x.py": "",
        })  # fmt: skip
        assert paths(root) == ["a.py", "app/build/__init__.py", "app/build/image.py", "env/settings.py"]

    def test_links_inside_are_followed_once_and_loops_end(self, project: Write) -> None:
        root = project({"app/a.py": "", "shared/s.py": ""})
        os.symlink(root / "shared", root / "app" / "shared")
        os.symlink(root, root / "app" / "loop")
        os.symlink("self.py", root / "self.py")
        os.symlink("nowhere.py", root / "dangling.py")
        os.symlink(root / "app" / "a.py", root / "alias.py")
        assert paths(root) == ["alias.py", "app/a.py", "app/shared/s.py", "shared/s.py"]

    def test_two_folders_that_link_each_other_end(self, project: Write) -> None:
        root = project({"one/a.py": "", "two/b.py": ""})
        os.symlink(root / "two", root / "one" / "two")
        os.symlink(root / "one", root / "two" / "one")
        assert paths(root) == ["one/a.py", "one/two/b.py", "two/b.py", "two/one/a.py"]

    def test_links_out_of_the_root_are_not_followed(self, project: Write) -> None:
        outside = project({"secret.py": "", "folder/x.py": ""}, "outside")
        root = project({"a.py": ""})
        os.symlink(outside / "secret.py", root / "secret.py")
        os.symlink(outside / "folder", root / "folder")
        assert paths(root) == ["a.py"]

    def test_a_folder_that_cannot_be_listed_is_told(self, project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        root = project({"a.py": "", "closed/b.py": ""})
        scandir = os.scandir

        def refuse(path: str) -> object:
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", path)
            return scandir(path)

        monkeypatch.setattr(discovery.os, "scandir", refuse)
        files = found(root)
        assert files.targets == ("a.py",)
        assert [(problem.kind, problem.path) for problem in files.problems] == [("unreadable", "closed")]
        assert "Permission denied" in files.problems[0].message

    def test_a_name_that_is_no_text_is_told(self, project: Write) -> None:
        root = project({"a.py": ""})
        try:
            (root / os.fsdecode(b"caf\xe9.py")).write_text("")
        except OSError:
            return  # a file system that takes only UTF-8 cannot hold the case
        files = found(root)
        assert files.targets == ("a.py",)
        assert [problem.path for problem in files.problems] == ["caf\\udce9.py"]


class TestTargets:
    def test_targets_and_all_files_are_two_lists(self, project: Write) -> None:
        root = project({".git/": "", "app/a.py": "", "app/b.py": "", "other.py": ""})
        files = found(root, "app/a.py")
        assert files.root == root
        assert files.targets == ("app/a.py",)
        assert files.all == ("app/a.py", "app/b.py", "other.py")

    def test_a_file_that_is_named_is_always_taken(self, project: Write) -> None:
        root = project({".git/": "", ".venv/x.py": "", "run": "", "a.py": ""})
        assert found(root, ".venv/x.py", "run").targets == (".venv/x.py", "run")

    def test_a_folder_that_is_named_is_taken_although_its_name_is_left_out(self, project: Write) -> None:
        root = project({".git/": "", "build/x.py": "", "build/node_modules/y.py": ""})
        assert found(root, "build").targets == ("build/x.py",)

    def test_configured_excludes_leave_out_targets_but_not_knowledge(self, project: Write) -> None:
        root = project({".git/": "", "a.py": "", "legacy/b.py": "", "gen_x.py": ""})
        (files,) = discover([Path(".")], root, lambda top: lambda path: path in ("legacy/", "gen_x.py"))
        assert files.targets == ("a.py",)
        assert files.all == ("a.py", "gen_x.py", "legacy/b.py")
        (files,) = discover([Path("legacy")], root, lambda top: lambda path: path.startswith("legacy/"))
        assert files.targets == ("legacy/b.py",)

    def test_a_named_file_that_is_excluded_is_left_out_on_demand(self, project: Write) -> None:
        root = project({".git/": "", "a.py": "", "legacy/b.py": "", "gen_x.py": ""})
        named = [Path("a.py"), Path("legacy/b.py"), Path("gen_x.py")]
        (files,) = discover(named, root, lambda top: lambda path: path in ("legacy/", "gen_x.py"), force_exclude=True)
        assert files.targets == ("a.py",)
        (files,) = discover(named, root, lambda top: lambda path: path in ("legacy/", "gen_x.py"))
        assert files.targets == ("a.py", "gen_x.py", "legacy/b.py")

    def test_a_file_reached_through_a_link_is_checked_once(self, project: Write) -> None:
        root = project({".git/": "", "shared/s.py": ""})
        os.symlink(root / "shared", root / "alias")
        assert found(root).targets == ("shared/s.py",)
        assert found(root, "alias").targets == ("shared/s.py",)

    def test_projects_are_kept_apart(self, project: Write, tmp_path: Path) -> None:
        one = project({".git/": "", "a.py": ""}, "one")
        two = project({"pyproject.toml": "", "b.py": ""}, "two")
        files = discover([Path("one"), Path("two/b.py")], tmp_path, nothing)
        assert [(each.root, each.targets) for each in files] == [(one, ("a.py",)), (two, ("b.py",))]

    @pytest.mark.parametrize("name", ["missing.py", "missing/", "dangling.py", "pipe"])
    def test_a_path_that_does_not_exist_is_refused(self, project: Write, name: str) -> None:
        root = project({"a.py": ""})
        os.symlink("nowhere", root / "dangling.py")
        os.mkfifo(root / "pipe")
        with pytest.raises(MissingPath, match=name.rstrip("/")):
            discover([Path(name)], root, nothing)


class TestRoot:
    def test_the_nearest_repository_wins_over_other_marks(self, project: Write) -> None:
        root = project({".git/": "", "backend/pyproject.toml": "", "backend/app/a.py": ""})
        assert project_root(root / "backend" / "app", root / "backend") == root

    def test_a_worktree_is_a_repository(self, project: Write) -> None:
        root = project({".git": "gitdir: elsewhere", "app/a.py": ""})
        assert project_root(root / "app" / "a.py", root / "app") == root

    @pytest.mark.parametrize("marker", ["pyproject.toml", "setup.py", "setup.cfg", "manage.py", "backend-lint.toml"])
    def test_without_a_repository_the_nearest_mark_counts(self, project: Write, marker: str) -> None:
        root = project({f"site/{marker}": "", "site/app/a.py": ""})
        assert project_root(root / "site" / "app" / "a.py", root) == root / "site"

    def test_marks_go_before_hints(self, project: Write) -> None:
        root = project({"setup.py": "", "site/README.md": "", "site/a.py": ""})
        assert project_root(root / "site", root) == root
        root = project({"site/requirements.txt": "", "site/app/a.py": ""}, "other")
        assert project_root(root / "site" / "app", root) == root / "site"

    def test_without_any_mark_the_current_folder_counts_when_it_holds_the_target(self, project: Write) -> None:
        root = project({"site/app/a.py": ""})
        assert project_root(root / "site" / "app" / "a.py", root / "site") == root / "site"
        assert project_root(root / "site" / "app" / "a.py", Path("/nonexistent")) == root / "site" / "app"

    def test_a_folder_that_holds_projects_is_none(self, project: Write) -> None:
        folder = project({"shop/requirements.txt": "", "notes/app/a.py": ""})
        assert project_root(folder / "notes", folder) == folder / "notes"
        assert project_root(folder, folder) == folder

    def test_a_repository_that_ignores_the_target_is_not_its_project(self, project: Write) -> None:
        outer = project(
            {".git/": "", ".gitignore": "/samples/\n", "samples/shop/manage.py": "", "samples/shop/app/a.py": "", "samples/b/c.py": ""}
        )
        assert project_root(outer / "samples" / "shop" / "app", outer) == outer / "samples" / "shop"
        assert project_root(outer / "samples" / "b", outer) == outer / "samples" / "b"
        assert found(outer, "samples/shop").targets == ("app/a.py", "manage.py")

    def test_the_home_folder_is_no_project_unless_it_is_meant(self, project: Write) -> None:
        home = project({".git/": "", "pyproject.toml": "", "work/a.py": ""})
        assert project_root(home / "work" / "a.py", home, home) == home / "work"
        assert project_root(home, home, home) == home

    def test_a_target_that_does_not_exist_yet_has_a_root(self, project: Write) -> None:
        root = project({".git/": "", "app/": ""})
        assert project_root(root / "app" / "new.py", root) == root
