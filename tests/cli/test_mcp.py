"""`backend-lint mcp`, talked to by the real client over standard input and output."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from backend_lint.agents.tools import MAX_CHARACTERS
from tests.agents.samples import LEAK, QUIET
from tests.review.repositories import Repo

Run = Callable[..., subprocess.CompletedProcess[str]]
Given = TypeVar("Given")
SOURCE = Path(__file__).resolve().parents[2]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"web/views.py": QUIET, "web/old.py": LEAK})
    found.write({"web/views.py": LEAK})
    return found


def talk(folder: Path, conversation: Callable[[Client], Awaitable[Given]]) -> Given:
    """What comes of a conversation with a server that is started in a folder."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")])}
    server = StdioServerParameters(command=sys.executable, args=["-m", "backend_lint", "mcp"], env=environment, cwd=folder)

    async def session() -> Given:
        async with Client(server) as client:
            return await conversation(client)

    return asyncio.run(session())


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_the_tools_only_read_and_are_described_in_short(repo: Repo) -> None:
    listed = talk(repo.folder, lambda client: client.list_tools())
    assert [tool.name for tool in listed.tools] == ["check", "review", "explain_rule"]
    for tool in listed.tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.description is not None
        assert len(tool.description) < 300


def test_each_tool(repo: Repo) -> None:
    before = repo.snapshot()

    async def conversation(client: Client) -> list[CallToolResult]:
        patch = repo.git("diff", "--no-color", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/", "HEAD") + "\n"
        return [
            await client.call_tool("check", {"paths": ["web/old.py"], "select": ["BL301"]}),
            await client.call_tool("check", {}),
            await client.call_tool("review", {"base": "HEAD"}),
            await client.call_tool("review", {"patch": patch}),
            await client.call_tool("explain_rule", {"rule": "BL301"}),
            await client.call_tool("explain_rule", {"rule": "exposure"}),
        ]

    one, whole, review, patched, rule, family = talk(repo.folder, conversation)
    assert not any(result.is_error for result in (one, whole, review, patched, rule, family))
    assert text_of(one).splitlines()[:2] == ["1 error in 1 file", "1. error BL301 exception-text-in-response web/old.py:11 in show"]
    assert text_of(whole).startswith("2 errors in 2 files\n")
    assert text_of(review).startswith("VERDICT fail: 1 new, 0 fixed, 1 existing (not yours, leave them). base: ")
    assert "recheck: call this tool again with the same arguments" in text_of(review)
    assert "web/views.py:11" in text_of(patched)
    assert text_of(rule).startswith("# exception-text-in-response (BL301)\n")
    assert "BL302" in text_of(family)
    assert repo.snapshot() == before


def test_what_cannot_be_answered_is_said(repo: Repo) -> None:
    (repo.folder / "backend-lint.toml").write_text("nonsense = 1\n")

    async def conversation(client: Client) -> list[CallToolResult]:
        questions: list[tuple[str, dict[str, object]]] = [
            ("check", {"paths": ["/etc"]}),
            ("check", {"paths": ["../.."]}),
            ("check", {"paths": ["none.py"]}),
            ("check", {"paths": ["\0"]}),
            ("check", {"select": ["nonsense"]}),
            ("check", {}),
            ("review", {"base": "nowhere"}),
            ("review", {"base": "HEAD", "staged": True}),
            ("review", {"patch": "nonsense\n"}),
            ("explain_rule", {"rule": "exception-text"}),
        ]
        return [await client.call_tool(name, arguments) for name, arguments in questions]

    answers = talk(repo.folder, conversation)
    assert all(answer.is_error for answer in answers)
    expected = (
        "outside of the folder", "outside of the folder", "does not exist", "no path", "unknown rule", "nonsense",
        'VERDICT incomplete: there is no commit "nowhere"', "give one of base", "VERDICT incomplete: the patch does not apply",
        "did you mean",
    )  # fmt: skip
    for answer, words in zip(answers, expected, strict=True):
        assert words in text_of(answer)
        assert "Traceback" not in text_of(answer)


def test_answers_are_bounded(repo: Repo) -> None:
    repo.write({f"web/a_file_with_a_rather_long_name_for_a_view_{number}.py": LEAK for number in range(60)})

    async def conversation(client: Client) -> list[CallToolResult]:
        return [await client.call_tool("check", {"select": ["BL301"]}), await client.call_tool("review", {"base": "HEAD"})]

    for answer in talk(repo.folder, conversation):
        assert len(text_of(answer)) <= MAX_CHARACTERS
        assert " more: " in text_of(answer)


def test_without_the_package_it_says_what_to_install(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ImportError('no mcp here')\n")
    paths = os.pathsep.join([str(tmp_path), str(SOURCE), str(SOURCE / "rules")])
    answer = run("mcp", env={"PYTHONPATH": paths})
    assert (answer.returncode, answer.stdout) == (2, "")
    assert 'pip install "backend-lint[mcp]"' in answer.stderr
    assert "Traceback" not in answer.stderr
