"""Imports go where a formatter of imports would put them, and take no comment with them."""

from __future__ import annotations

import libcst as cst
import pytest

from backend_lint.fixes.imports import add_below, add_import

_SORTED = '''\
"""What it is."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import requests
from django.http import HttpResponse  # answers
from django.shortcuts import render

from shop.models import Order

x = 1
'''


@pytest.mark.parametrize(
    ("name", "attribute", "above", "below"),
    [
        ("asyncio", None, "", "import logging"),
        ("os", None, "import logging", "import re"),
        ("time", None, "import re", "from pathlib import Path"),
        ("contextlib", "closing", "import re", "from pathlib import Path"),
        ("sqlite3", "connect", "from pathlib import Path", ""),
        ("django.db", "transaction", "import requests", "from django.http import HttpResponse  # answers"),
        ("django.urls", "reverse", "from django.shortcuts import render", ""),
    ],
)
def test_each_has_its_place(name: str, attribute: str | None, above: str, below: str) -> None:
    lines = add_import(cst.parse_module(_SORTED), name, attribute).code.splitlines()
    added = f"from {name} import {attribute}" if attribute else f"import {name}"
    place = lines.index(added)
    assert (lines[place - 1], lines[place + 1]) == (above, below)
    assert [line for line in lines if line != added] == _SORTED.splitlines()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from d.s import render\n", "from d.s import get_object_or_404, render\n"),
        ("from d.s import aget\n", "from d.s import aget, get_object_or_404\n"),
        ("from d.s import (\n    away,  # a\n    b,\n)\n", "from d.s import (\n    away,  # a\n    b,\n    get_object_or_404,\n)\n"),
        ("from d.s import (\n    r,  # away\n)\n", "from d.s import (\n    get_object_or_404,\n    r,  # away\n)\n"),
        ("from d.s import (\n    a,  # a\n)\n", "from d.s import (\n    a,  # a\n    get_object_or_404,\n)\n"),
        ("from d.s import (a, b)\n", "from d.s import (a, b, get_object_or_404)\n"),
        ("from d.s import (a, b,)\n", "from d.s import (a, b, get_object_or_404,)\n"),
    ],
)  # fmt: skip
def test_a_name_joins_those_of_its_module(before: str, after: str) -> None:
    assert add_import(cst.parse_module(before), "d.s", "get_object_or_404").code == after


def test_the_first_import_of_a_file_stands_below_its_docstring() -> None:
    assert add_import(cst.parse_module('"""Doc."""\nx = 1\n'), "os", None).code == '"""Doc."""\n\nimport os\n\nx = 1\n'
    assert add_import(cst.parse_module("# license\n\nx = 1\n"), "os", None).code == "# license\n\nimport os\n\nx = 1\n"


def test_the_comment_above_the_first_import_stays_there() -> None:
    text = '"""Doc."""\n\n# these are ours\nimport shop\n'
    assert add_import(cst.parse_module(text), "os", None).code == '"""Doc."""\nimport os\n\n# these are ours\nimport shop\n'


def test_a_statement_stands_below_the_imports() -> None:
    added = list(cst.parse_module("log = 1\n").body)
    code = add_below(cst.parse_module(_SORTED), [cst.ensure_type(added[0], cst.SimpleStatementLine)]).code
    assert code == _SORTED.replace("import Order\n\nx", "import Order\n\nlog = 1\n\nx")
