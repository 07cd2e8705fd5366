"""The search by words answers as a search of each text does."""

from __future__ import annotations

import pytest

from backend_lint.semantics.words import WordIndex
from tests.support import project_of

_TEXTS = [
    b"from app.mail import resend\n\nresend(order)\n",
    b"def send(order):\n    return None\n",
    b"g.db = connect()\n",
    "naïve = 'größe'\n".encode(),
    b"",
    None,
]


@pytest.mark.parametrize(
    "needle",
    [
        b"send", b"send(", b"resend(order)", b".db = ", b"db", b"import resend", b"n", b"(", b"):\n", b"", "größe".encode(), "ö".encode(),
        b"absent", b"send order", b"\n\n",
    ],
)  # fmt: skip
def test_finds_what_stands_in_the_texts(needle: bytes) -> None:
    assert WordIndex(_TEXTS).holding(needle) == {place for place, text in enumerate(_TEXTS) if text is not None and needle in text}


def test_a_project_with_many_searches_finds_what_one_with_few_does() -> None:
    files = {
        "app/mail.py": "def send(order): ...\n",
        "app/shop.py": "import app.mail\napp.mail.send(1)\n",
        "tests/test_shop.py": "send(1)\n",
    }
    few, many = project_of(files), project_of(files)
    for number in range(100):
        assert list(many.holding(b"absent%d" % number)) == []
    for needles in ((b"send(1)",), (b"import", b"def send"), (b"mail",)):
        assert list(many.holding(*needles)) == list(few.holding(*needles)) != []
        assert list(many.holding(*needles, tests=True)) == list(few.holding(*needles, tests=True))
