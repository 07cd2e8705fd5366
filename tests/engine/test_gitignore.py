from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.engine.discovery import walk

NAMES = st.sampled_from(["a", "b", "lib", "app"])
FOLDERS = st.lists(NAMES, max_size=3).map("/".join)
FILES = st.builds(lambda folder, name: f"{folder}/{name}.py".lstrip("/"), FOLDERS, st.sampled_from(["a", "b", "x_gen", "lib"]))
STARTS = st.sampled_from(["", "/", "**/", "a/", "*/"])
OF_FILES = st.sampled_from(["*.py", "*_gen.py", "a.py", "[ab].py", "?.py"])
PATTERNS = st.one_of(
    st.builds(lambda start, body: start + body, STARTS, OF_FILES),
    st.builds(lambda start, body: "!" + start + body, STARTS, OF_FILES),
    st.builds(
        lambda sign, start, body, end: sign + start + body + end,
        st.sampled_from(["", "", "!"]),
        STARTS,
        st.sampled_from(["a", "b", "lib", "app", "a/b", "l*", "*", "*b", "a/[!b]", "l?b", "a/*/b"]),
        st.sampled_from(["", "/", " "]),
    ),
    st.sampled_from(["/**", "**", "a/**/b", "lib/**/a.py", "l\\ib", "[^a].py", "/", "!"]),
    st.builds(lambda start, end: start + "lib/**" + end, STARTS, st.sampled_from(["", "/"])),
)
IGNORES = st.dictionaries(FOLDERS, st.lists(PATTERNS, min_size=1, max_size=4), max_size=3)


@settings(max_examples=60, deadline=None)
@given(files=st.sets(FILES, min_size=1, max_size=12), ignores=IGNORES)
def test_the_same_files_are_left_out_as_by_git(files: set[str], ignores: dict[str, list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(os.path.realpath(name))
        for path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("")
        for folder, patterns in ignores.items():
            (root / folder).mkdir(parents=True, exist_ok=True)
            (root / folder / ".gitignore").write_text("\n".join(patterns) + "\n")
        environment = {"PATH": os.environ["PATH"], "HOME": name, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", "init", "--quiet"], cwd=root, env=environment, check=True)
        listed = subprocess.run(
            ["git", "ls-files", "--others", "--exclude-standard", "-z", "*.py"], cwd=root, env=environment, check=True, capture_output=True
        )
        assert sorted(entry.path for entry in walk(root)) == sorted(path for path in listed.stdout.decode().split("\0") if path)
