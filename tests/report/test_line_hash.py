from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.report.line_hash import line_hashes

GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


class TestAsGitHubHashes:
    """The values that github/codeql-action's own tests state."""

    def test_empty_file(self) -> None:
        assert line_hashes("") == ["c129715d7a2bc9a3:1"]

    def test_without_a_last_line_end(self) -> None:
        assert line_hashes(" a\nb\n  \t\tc\n d") == ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]

    @pytest.mark.parametrize(
        "text",
        [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ],
    )
    def test_line_ends_of_all_kinds(self, text: str) -> None:
        assert line_hashes(text) == GREETINGS

    def test_equal_lines_are_numbered(self) -> None:
        assert line_hashes("Lorem ipsum dolor sit amet.\n" * 10) == [
            *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ]


def test_the_first_lines_alone() -> None:
    assert line_hashes("a\nb\nc\n", 2) == line_hashes("a\nb\nc\n")[:2]


@given(st.text(alphabet="ab \t\né\U0001f40d", max_size=300))
def test_each_line_is_hashed_by_the_hundred_units_that_follow(text: str) -> None:
    whole = "".join(text.split(" ")).replace("\t", "")
    hashes = [each.partition(":")[0] for each in line_hashes(text)]
    lines = whole.split("\n")
    assert len(hashes) == len(lines)
    for number, shown in enumerate(hashes):
        data = "\n".join(lines[number:]).encode("utf-16-le")
        units = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
        window = [*units, 0xFFFF, *([0] * 100)][:100]
        value = 0
        for unit in window:
            value = (value * 37 + unit) % 2**64
        assert shown == f"{value:x}"
