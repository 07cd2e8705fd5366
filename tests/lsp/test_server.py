"""The server as an editor meets it: over real pipes, with real projects on the disk."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from backend_lint.engine.check import Request, check_text
from tests.lsp.conversations import SOURCE, Editor, applied, converse, shared_server

Make = Callable[..., Path]

LEAK = """\
from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/")
def show() -> tuple[object, int]:
    try:
        return jsonify(load()), 200
    except OSError as error:
        return jsonify(error=str(error)), 500
"""
FIXED = LEAK.replace("str(error)", '"not available"').replace(" as error", "")

SLOW_CALL = """\
import requests


def load(x: str) -> bytes:
    try:
        y = "😀"; answer = requests.get(x + y); answer.raise_for_status(); return answer.content
    except requests.RequestException as error:
        raise ValueError(x) from error
"""

HELPER = "def answer(error: object) -> dict[str, str]:\n    return {'error': TEXT}\n"
SHOWN, HIDDEN = HELPER.replace("TEXT", "str(error)"), HELPER.replace("TEXT", "'not available'")
VIEW = """\
from flask import Flask, jsonify
from helpers import answer

app = Flask(__name__)


@app.get("/")
def show() -> object:
    try:
        return jsonify(load())
    except OSError as error:
        return jsonify(answer(error)), 500
"""


@pytest.fixture
def project(tmp_path: Path) -> Make:
    def make(files: dict[str, str], name: str = "project") -> Path:
        root = tmp_path / name
        (root / ".git").mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8", newline="")
        return root

    return make


@pytest.fixture(scope="module", autouse=True)
def one_server() -> Iterator[None]:
    with shared_server():
        yield


def codes(diagnostics: list[types.Diagnostic]) -> list[object]:
    return [each.code for each in diagnostics]


def test_findings_follow_the_text_as_it_is_typed(project: Make) -> None:
    """Opened, mended, broken in another way, broken beyond parsing, closed: and each time it is said of that very version."""
    root = project({"app.py": LEAK})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        (found,) = await editor.diagnostics(uri)
        assert (found.code, found.severity, found.source) == ("BL301", types.DiagnosticSeverity.Error, "backend-lint")
        assert found.range == types.Range(types.Position(10, 29), types.Position(10, 39))
        assert found.message.startswith("the client gets the text of `OSError` in `jsonify`\nhelp: ")
        (step,) = found.related_information or ()
        assert (step.location.uri, step.location.range.start, step.message) == (uri, types.Position(9, 4), "OSError is caught")
        assert found.code_description is not None
        page = Path(found.code_description.href.removeprefix("file://"))
        assert page.read_text().startswith("# exception-text-in-response (BL301)")
        editor.type(uri, FIXED)
        assert await editor.diagnostics(uri) == []
        editor.type(uri, "\n\n" + LEAK)
        assert [each.range.start.line for each in await editor.diagnostics(uri)] == [12]
        editor.type(uri, "def show(:\n")
        assert codes(await editor.diagnostics(uri)) == ["BL000"]
        editor.close(uri)
        await editor.until(lambda: editor.published(uri)[-1] == (None, []))
        assert editor.messages == []

    converse([root], conversation)


def test_the_server_finds_what_the_command_finds(project: Make, tmp_path: Path) -> None:
    before = SOURCE / "examples" / "flask" / "before"
    files = {path.relative_to(before).as_posix(): path.read_text(encoding="utf-8") for path in before.rglob("*.py")}
    root = project(files)
    path = "billing/views/invoices.py"
    result = check_text(Path(path), files[path].encode(), Request(current=root))
    expected = sorted((each.line - 1, each.column - 1, each.rule) for each in result.findings)

    async def conversation(editor: Editor) -> list[types.Diagnostic]:
        return await editor.diagnostics(editor.open(root / path))

    found = sorted((each.range.start.line, each.range.start.character, each.code) for each in converse([root], conversation))
    assert found == expected
    assert len(found) > 5


def test_unsaved_texts_of_other_documents_count(project: Make) -> None:
    """What one document does to another is told without a change of the other, and what is closed unsaved counts no more."""
    root = project({"app.py": VIEW, "helpers.py": HIDDEN})

    async def conversation(editor: Editor) -> None:
        view, helper = editor.open(root / "app.py"), editor.open(root / "helpers.py")
        assert await editor.diagnostics(view) == []
        editor.type(helper, SHOWN)
        await editor.until(lambda: codes(editor.published(view)[-1][1]) == ["BL301"])
        (found,) = editor.published(view)[-1][1]
        assert {step.location.uri for step in found.related_information or ()} == {view, helper}
        editor.close(helper)
        await editor.until(lambda: editor.published(view)[-1][1] == [])

    converse([root], conversation)


def test_what_changes_on_the_disk_counts(project: Make) -> None:
    root = project({"app.py": VIEW, "helpers.py": HIDDEN})

    async def conversation(editor: Editor) -> None:
        view = editor.open(root / "app.py")
        assert await editor.diagnostics(view) == []
        (registration,) = await editor.until(lambda: editor.registered)
        patterns = str(registration.register_options)
        assert all(name in patterns for name in ("pyproject.toml", "backend-lint.toml", "{py,pyi}"))
        changes = [types.FileEvent((root / "helpers.py").as_uri(), types.FileChangeType.Changed)]
        (root / "helpers.py").write_text(SHOWN)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
        await editor.until(lambda: codes(editor.published(view)[-1][1]) == ["BL301"])
        (root / "backend-lint.toml").write_text('ignore = ["BL301"]\n')
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
        await editor.until(lambda: editor.published(view)[-1][1] == [])

    converse([root], conversation)


@pytest.mark.parametrize("encoding", [None, types.PositionEncodingKind.Utf8])
def test_columns_are_in_the_units_of_the_editor(project: Make, encoding: types.PositionEncodingKind | None) -> None:
    """Characters outside of the first plane take two units in UTF-16, as surrogates do, and four bytes in UTF-8; a form feed and a line
    separator end no line."""
    line = '        emoji = "😀𝔘 日本"; "\u2028\x0c"; return jsonify(error=str(error)), 500  # 日本😀'
    text = LEAK.replace("        return jsonify(error=str(error)), 500", line)
    root = project({"app.py": text})
    number = text.split("\n").index(line)
    marked = "str(error)"
    start = line.index(marked)
    name = "utf-16" if encoding is None else encoding.value

    def units(part: str) -> int:
        return {"utf-16": len(part.encode("utf-16-le")) // 2, "utf-8": len(part.encode()), "utf-32": len(part)}[name]

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py", text)
        (found,) = await editor.diagnostics(uri)
        expected = units(line[:start]), units(line[: start + len(marked)])
        assert (found.range.start.character, found.range.end.character) == expected
        assert found.range.start.line == found.range.end.line == number
        for character in expected:
            assert "exception-text-in-response" in (await editor.hover(uri, number, character) or "")
        assert await editor.hover(uri, number, expected[0] - 1) is None
        assert await editor.hover(uri, number, expected[1] + 1) is None

    converse([root], conversation, encodings=None if encoding is None else [encoding])


def test_hover_explains_findings_and_the_rules_in_comments(project: Make) -> None:
    text = LEAK + "\nx = 'é😀'  # backend-lint: ignore[BL301, layering] -- é\ny = 'backend-lint: ignore[BL301]'\n"
    root = project({"app.py": text})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        await editor.diagnostics(uri)
        hovered = await editor.hover(uri, 10, 31) or ""
        assert hovered.startswith("**error**: the client gets the text of `OSError`")
        assert "## Use instead" in hovered
        comment = text.split("\n")[12]
        column = comment.index("BL301") + 1
        assert (await editor.hover(uri, 12, column) or "").startswith("# exception-text-in-response (BL301)")
        assert "BL101" in (await editor.hover(uri, 12, comment.index("layering") + 2) or "")
        assert await editor.hover(uri, 13, 25) is None, "a string suppresses nothing"
        assert await editor.hover(uri, 0, 0) is None

    converse([root], conversation)


def test_an_unused_comment_is_shown_as_what_can_go(project: Make) -> None:
    root = project({"app.py": FIXED + "x = 1  # backend-lint: ignore[BL301] -- gone\n"})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        (found,) = await editor.diagnostics(uri)
        assert (found.code, list(found.tags or ())) == ("BL001", [types.DiagnosticTag.Unnecessary])
        assert not any("Suppress" in each.title for each in await editor.actions(uri, found))

    converse([root], conversation)


class TestActions:
    def test_a_comment_with_a_place_for_the_reason(self, project: Make) -> None:
        text = LEAK.replace("str(error)", 'f"{error} 😀"')
        root = project({"app.py": text})

        async def conversation(editor: Editor) -> None:
            uri = editor.open(root / "app.py")
            (found,) = await editor.diagnostics(uri)
            action = next(each for each in await editor.actions(uri, found) if "Suppress" in each.title)
            assert (action.title, action.kind) == ("Suppress BL301 here, with a reason", types.CodeActionKind.QuickFix)
            assert list(action.diagnostics or ()) == [found]
            after = applied(text, action)
            assert after.split("\n")[10] == '        return jsonify(error=f"{error} 😀"), 500  # backend-lint: ignore[BL301] -- <why>'
            editor.type(uri, after)
            assert await editor.diagnostics(uri) == []

        converse([root], conversation)

    def test_a_correction(self, project: Make) -> None:
        root = project({"app.py": SLOW_CALL})

        async def conversation(editor: Editor) -> None:
            uri = editor.open(root / "app.py")
            (found,) = await editor.diagnostics(uri)
            action, suppress = await editor.actions(uri, found)
            assert (action.title, action.kind) == ("Pass `timeout=10` (may change behaviour)", types.CodeActionKind.QuickFix)
            assert suppress.title == "Suppress BL612 here, with a reason"
            after = applied(SLOW_CALL, action)
            assert after == SLOW_CALL.replace("x + y)", "x + y, timeout=10)")
            editor.type(uri, after)
            assert await editor.diagnostics(uri) == []

        converse([root], conversation)

    def test_all_safe_corrections_at_once(self, project: Make) -> None:
        text = SLOW_CALL + "x = 1  # backend-lint: ignore[BL301] -- 😀\ny = 2  # backend-lint: ignore[BL302] -- 😀\n"
        root = project({"app.py": text})

        async def conversation(editor: Editor) -> None:
            uri = editor.open(root / "app.py")
            await editor.diagnostics(uri)
            (action,) = await editor.actions(uri, only=["source.fixAll.backend-lint"])
            after = applied(text, action)
            assert after == SLOW_CALL + "x = 1\ny = 2\n"
            editor.type(uri, after)
            assert codes(await editor.diagnostics(uri)) == ["BL612"]
            assert await editor.actions(uri, only=["source.fixAll"]) == []

        converse([root], conversation)

    def test_only_what_is_asked_for(self, project: Make) -> None:
        root = project({"app.py": LEAK})

        async def conversation(editor: Editor) -> None:
            uri = editor.open(root / "app.py")
            (found,) = await editor.diagnostics(uri)
            assert await editor.actions(uri, found, only=["refactor"]) == []
            assert all(each.kind == "quickfix" for each in await editor.actions(uri, found, only=["quickfix"]))
            assert not any("Suppress" in each.title for each in await editor.actions(uri, found, only=["source.fixAll"]))
            assert await editor.actions(uri) == [], "nothing stands at the top of the file"

        converse([root], conversation)


def test_several_folders_are_several_projects(project: Make) -> None:
    """Each by its own configuration; what lies outside of all, and what is installed, is passed over."""
    one = project({"app.py": LEAK, "backend-lint.toml": 'ignore = ["BL301"]\n'}, "one")
    two = project({"app.py": LEAK, ".venv/lib/python3.12/site-packages/lib.py": LEAK, "left/out.py": LEAK}, "two")
    (two / "pyproject.toml").write_text('[tool.backend-lint]\nexclude = ["left/"]\n')
    other = project({"app.py": LEAK}, "other")

    async def conversation(editor: Editor) -> None:
        uris = [editor.open(path) for path in (one / "app.py", two / "app.py")]
        assert [codes(await editor.diagnostics(uri)) for uri in uris] == [[], ["BL301"]]
        passed = [editor.open(two / path) for path in (".venv/lib/python3.12/site-packages/lib.py", "left/out.py")]
        assert [await editor.diagnostics(uri) for uri in passed] == [[], []]
        outside = editor.open(other / "app.py")
        editor.type(uris[1], LEAK + "\n")
        assert codes(await editor.diagnostics(uris[1])) == ["BL301"]
        assert editor.published(outside) == []
        event = types.WorkspaceFoldersChangeEvent(added=[types.WorkspaceFolder(other.as_uri(), "other")], removed=[])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        assert codes(await editor.diagnostics(outside)) == ["BL301"]

    converse([one, two], conversation)


def test_a_wrong_configuration_is_told_once_and_forgotten_when_it_is_right(project: Make) -> None:
    root = project({"app.py": LEAK, "backend-lint.toml": "selct = []\n"})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        await editor.until(lambda: editor.messages)
        assert 'backend-lint.toml:1:1: selct: unknown key; did you mean "select"?' in editor.messages[0]
        for number in range(3):
            editor.type(uri, LEAK + "\n" * number)
            await asyncio.sleep(0.3)
        assert len(editor.messages) == 1
        assert editor.published(uri) == []
        (root / "backend-lint.toml").write_text("select = ['BL301']\n")
        editor.save(uri)
        assert codes(await editor.diagnostics(uri)) == ["BL301"]

    converse([root], conversation)


def test_settings_of_the_editor(project: Make) -> None:
    root = project({"app.py": LEAK})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        assert await editor.diagnostics(uri) == []
        assert any("unknown setting of the editor: pedantci; did you mean pedantic?" in each for each in editor.messages)
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"backend-lint": {"ignore": ["types"]}}))
        await editor.until(lambda: codes(editor.published(uri)[-1][1]) == ["BL301"])
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"rulePacks": ["./trap.py"]}))
        await editor.until(lambda: any("unknown setting of the editor: rulePacks" in each for each in editor.messages))

    converse([root], conversation, settings={"backendLint": {"ignore": ["BL301"], "pedantci": True}})


RULE = '''
from backend_lint.rule import Context, Rule, Severity

print("a pack that prints")


class Odd(Rule):
    """An odd thing.

    ## What it does
    Reports functions called `odd`.
    """

    code = "ACME101"
    name = "odd-thing"
    family = "acme"
    severity = Severity.WARNING

    def check_function(self, function, context: Context) -> None:
        print("a rule that prints")
        if function.node.name == "slow":
            BODY
        if function.node.name == "odd":
            context.report(function.node, "this is odd", help="make it even", end=function.node.name_end)
'''


def test_rules_of_packs_and_what_they_print(project: Make, tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(RULE.replace("BODY", "pass"))
    text = "def odd() -> None: ...\n# backend-lint: ignore[odd-thing] -- no\n"
    root = project({"app.py": text})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        found = next(each for each in await editor.diagnostics(uri) if each.code == "ACME101")
        assert found.range.end == types.Position(0, 7)
        assert "Reports functions called `odd`." in (await editor.hover(uri, 0, 2) or "")
        assert "Reports functions called `odd`." in (await editor.hover(uri, 1, 25) or "")

    converse([root], conversation, "--rule-pack", str(tmp_path / "rules.py"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise ValueError('broken')", "rule ACME101 odd-thing of the rule pack"),
        ("import os; os._exit(3)", "the process that checked app.py died"),
    ],
)
def test_no_fault_ends_the_server(project: Make, tmp_path: Path, body: str, said: str) -> None:
    """Not a fault of a rule, and not the death of the process that analyses; either is told once."""
    (tmp_path / "rules.py").write_text(RULE.replace("BODY", body))
    root = project({"app.py": "def slow() -> None: ...\n" + LEAK})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        (message,) = await editor.until(lambda: editor.messages)
        assert said in message
        editor.type(uri, LEAK)
        assert codes(await editor.diagnostics(uri)) == ["BL301"]

    converse([root], conversation, "--rule-pack", str(tmp_path / "rules.py"))


def test_what_takes_long_keeps_nobody_waiting(project: Make, tmp_path: Path) -> None:
    """A file that takes minutes: hover answers, newer text ends its check, and the server goes when it is told to."""
    (tmp_path / "rules.py").write_text(RULE.replace("BODY", "import time; time.sleep(300)"))
    root = project({"app.py": "def slow() -> None: ...\n", "other.py": LEAK})

    async def conversation(editor: Editor) -> float:
        other = editor.open(root / "other.py")
        assert codes(await editor.diagnostics(other)) == ["BL301"]
        uri = editor.open(root / "app.py")
        await asyncio.sleep(1.0)
        begun = time.monotonic()
        assert "exception-text" in (await editor.hover(other, 10, 31) or "")
        assert time.monotonic() - begun < 2
        editor.type(uri, "def quick() -> None: ...\n")
        assert await editor.diagnostics(uri) == []
        editor.type(uri, "def slow() -> None: ...\n")
        await asyncio.sleep(1.0)
        return time.monotonic()

    stopped = converse([root], conversation, "--rule-pack", str(tmp_path / "rules.py"))
    assert time.monotonic() - stopped < 10


def test_only_the_last_text_is_checked_when_one_types_fast(project: Make) -> None:
    root = project({"app.py": LEAK})

    async def conversation(editor: Editor) -> None:
        uri = editor.open(root / "app.py")
        await editor.diagnostics(uri)
        for number in range(20):
            editor.type(uri, LEAK + f"x = {number}\n")
            await asyncio.sleep(0.02)
        await editor.diagnostics(uri)
        assert len(editor.published(uri)) < 10
        assert all(codes(found) == ["BL301"] for _, found in editor.published(uri))

    converse([root], conversation)


def test_nothing_is_left_when_the_editor_dies(project: Make) -> None:
    """Its end of the pipe closes and nobody says goodbye."""
    root = project({"app.py": LEAK})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")])}
    command = [sys.executable, "-m", "backend_lint", "server", "--stdio"]
    server = subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert server.stdin is not None
    assert server.stdout is not None
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    body = b'{"jsonrpc":"2.0","method":"initialized","params":{}}'
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    server.stdin.flush()
    assert server.stdout.readline().startswith(b"Content-Length")
    time.sleep(1.0)
    server.stdin.close()
    try:
        server.wait(20)
        # When the analysing process is gone as well, nobody holds the other end of standard output any more.
        server.stdout.read()
    finally:
        server.kill()
        server.stdout.close()


def test_without_the_package_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pygls").mkdir()
    (tmp_path / "pygls" / "__init__.py").write_text("raise ImportError('no pygls here')\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(SOURCE), str(SOURCE / "rules")])}
    answer = subprocess.run(
        [sys.executable, "-m", "backend_lint", "server"], env=environment, input="", capture_output=True, text=True, timeout=60, check=False
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert 'pip install "backend-lint[lsp]"' in answer.stderr
    assert "Traceback" not in answer.stderr
