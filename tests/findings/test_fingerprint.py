from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from backend_lint.findings.fingerprint import assign, normalise
from backend_lint.findings.model import Finding, Severity
from backend_lint.source.parse import parse
from backend_lint.source.statements import statement_text

FUNCTIONS = [
    "def a(x):\n    bad(x)\n    if x:\n        bad(x)\n    return x\n",
    "async def b(x, y=1):\n    try:\n        bad(\n            x,\n            'y',\n        )\n    except Exception:\n        bad(1)\n",
    "class C:\n    def m(self):\n        with bad(self) as z:\n            return bad(z)\n",
    "VALUE = {\n    'k': bad(1),\n    'l': bad(1),\n}\n",
]
FILLERS = ["\n", "# a comment\n", "x = 1\n", "def other():\n    return good()\n", "import os\n"]


def fingerprints(source: str, path: str = "app.py") -> list[tuple[str | None, str]]:
    """Function and fingerprint of a finding at each `bad`, in source order within each function."""
    tree = parse(path, source.encode())
    found = []
    for match in re.finditer(r"\bbad\(", source):
        before = source[: match.start()]
        names = re.findall(r"^(?:async )?(?:def|class) (\w+)|^([A-Z]+) =", before, re.MULTILINE)
        line, column = tree.position(match.start())
        found.append(
            Finding(
                rule="BL301",
                name="n",
                family="f",
                severity=Severity.ERROR,
                message="m",
                help="h",
                path=path,
                line=line,
                column=column,
                end_line=line,
                end_column=column + 3,
                function=names[-1][0] or names[-1][1],
                statement=statement_text(tree, match.start(), match.start() + 3),
            )
        )
    return [(finding.function, finding.fingerprint) for finding in assign(found)]


BASE = fingerprints("\n".join(FUNCTIONS))


def test_all_are_different() -> None:
    assert len({fingerprint for _, fingerprint in BASE}) == len(BASE) == 8
    assert all(re.fullmatch(r"[0-9a-f]{20}", fingerprint) for _, fingerprint in BASE)


def test_known_values_stay() -> None:
    """Baselines hold fingerprints: a change of these values makes every user's baseline stale."""
    assert assign([_finding()])[0].fingerprint == "ade9781bb2249d3ff093"
    assert BASE[0] == ("a", "6ebf4f3e04baa82597ff")


@given(order=st.permutations(range(len(FUNCTIONS))), fillers=st.lists(st.sampled_from(FILLERS), min_size=5, max_size=5))
def test_moved_functions_and_other_lines_change_nothing(order: list[int], fillers: list[str]) -> None:
    parts = [part for index, filler in zip(order, fillers, strict=False) for part in (filler, FUNCTIONS[index])]
    assert sorted(fingerprints("\n".join([*parts, fillers[-1]]))) == sorted(BASE)


@given(width=st.integers(min_value=1, max_value=9))
def test_reindenting_changes_nothing(width: int) -> None:
    source = "\n".join(FUNCTIONS)
    assert fingerprints(re.sub(r"(?m)^( +)", lambda match: match[1].replace("    ", " " * width), source)) == BASE


def test_an_enclosing_block_changes_nothing() -> None:
    one = "def a(x):\n    bad(x)\n"
    assert fingerprints(one) == fingerprints("def a(x):\n    if x:\n        y()\n        bad(x)\n")


def test_reformatting_changes_nothing() -> None:
    one = "def a(x):\n    y = bad(x, ['k', 1], z=2)\n"
    other = 'def a(x):\n    y = bad(\n        x,  # noqa\n        [\n            "k",\n            1,\n        ],\n        z = 2,\n    )\n'
    assert fingerprints(one) == fingerprints(other)


def test_a_comment_changes_nothing() -> None:
    assert fingerprints("def a(x):\n    if bad(x):  # why: because\n        pass\n") == fingerprints(
        "def a(x):\n    if bad(x):\n        pass\n"
    )


def test_the_statement_the_function_and_the_file_count() -> None:
    one = fingerprints("def a(x):\n    bad(x)\n")
    assert fingerprints("def a(x):\n    bad(y)\n") != one
    assert [value for _, value in fingerprints("def b(x):\n    bad(x)\n")] != [value for _, value in one]
    assert fingerprints("def a(x):\n    bad(x)\n", "other.py") != one


def test_removing_the_last_of_equals_keeps_the_others() -> None:
    source = "def a(x):\n    bad(x)\n    bad(x)\n    bad(x)\n"
    assert fingerprints(source)[:2] == fingerprints(source.replace("    bad(x)\n", "", 1))


def test_an_edit_elsewhere_in_a_long_statement_changes_nothing() -> None:
    rows = [f"    'key_{number}': value_{number},\n" for number in range(100)]
    source = "VALUE = {\n" + "".join(rows) + "    'x': bad(1),\n}\n"
    assert fingerprints(source) == fingerprints(source.replace("'key_50': value_50,", "'key_50': changed,"))


def test_decorators_are_no_part_of_a_function() -> None:
    plain, routed = "def f(bad):\n    pass\n", "@app.get('/x')\ndef f(bad):\n    pass\n"
    texts = []
    for source in (plain, routed):
        tree = parse("a.py", source.encode())
        texts.append(statement_text(tree, 0, source.index("f(") + 1))
    assert texts == ["def f(bad):", "def f(bad):"]
    tree = parse("a.py", routed.encode())
    assert statement_text(tree, 1, 8) == '@app.get("/x")'


def test_order_of_the_answer_is_that_of_the_question() -> None:
    first, second = _finding(line=2), _finding(line=1)
    answer = assign([first, second])
    assert [finding.line for finding in answer] == [2, 1]
    assert assign([second, first]) == answer[::-1]


def test_undecodable_names_have_a_fingerprint() -> None:
    assert assign([_finding(path="caf\udce9.py")])[0].fingerprint


@given(st.text(alphabet="ab ,()[]=\n\t'\"é", max_size=60))
def test_more_blanks_change_nothing(text: str) -> None:
    assert "\n" not in normalise(text)
    assert normalise("  " + text.replace(" ", " \n\t ") + "\n") == normalise(text)


def _finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "rule": "BL301",
        "name": "n",
        "family": "f",
        "severity": Severity.ERROR,
        "message": "m",
        "help": "h",
        "path": "a.py",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 2,
        "function": "f",
        "statement": "x=1",
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]
