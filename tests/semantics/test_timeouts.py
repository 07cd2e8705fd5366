"""The time-outs of outbound calls, and what is done with their responses."""

from __future__ import annotations

import pytest

from backend_lint.semantics.responses import outbound_calls, reading_of
from backend_lint.semantics.timeouts import timeout_of
from tests.support import function_of, project_of

HEAD = """
import functools
import smtplib
import urllib.request

import aiohttp
import httpx
import requests
from requests.adapters import HTTPAdapter

plain = requests.Session()
bounded = requests.Session()
bounded.request = functools.partial(bounded.request, timeout=3)
patient = httpx.Client(timeout=None)
NEVER = None


class Own(requests.Session):
    def request(self, *args, **kwargs):
        kwargs.setdefault("timeout", 5)
        return super().request(*args, **kwargs)


class Api:
    def __init__(self):
        self.quick = httpx.Client(timeout=2)
        self.slow = httpx.Client(timeout=httpx.Timeout(None))
"""


def first_call(body: str, head: str = HEAD, header: str = "async def f(self, url, **kwargs):") -> tuple[str, bool | None, str | None]:
    """Of the first outbound call in a method with this body: its time-out, whether its status is looked at, and which body is used."""
    text = head + f"\n    {header}\n        " + body.replace("\n", "\n        ") + "\n"
    project = project_of({"app.py": text})
    function = function_of(project, "app.py", "Api.f")
    call, target = outbound_calls(function)[0]
    reading = reading_of(call, function)
    used = function.module.tree.source_of(reading.body) if reading is not None and reading.body is not None else None
    timeout = timeout_of(call, target, function.module, function)
    return timeout, reading.is_checked if reading is not None else None, used


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("requests.get(url)", "missing"),
        ("requests.get(url, timeout=3)", "given"),
        ("requests.get(url, timeout=None)", "off"),
        ("requests.get(url, timeout=NEVER)", "off"),
        ("requests.get(url, **kwargs)", "given"),
        ("kwargs['timeout'] = 1\nrequests.get(url, **kwargs)", "given"),
        ("requests.get(url, **settings.http)", "given"),
        ("requests.Session().get(url)", "missing"),
        ("Own().get(url)", "given"),
        ("httpx.get(url)", "default"),
        ("httpx.get(url, timeout=None)", "off"),
        ("patient.get(url)", "off"),
        ("self.quick.get(url)", "given"),
        ("self.slow.get(url)", "off"),
        ("async with httpx.AsyncClient(timeout=4) as client:\n    await client.get(url)", "given"),
        ("async with aiohttp.ClientSession() as session:\n    await session.get(url)", "default"),
        ("urllib.request.urlopen(url)", "missing"),
        ("urllib.request.urlopen(url, None, 4)", "given"),
        ("smtplib.SMTP('mail', 25)", "missing"),
        ("smtplib.SMTP('mail', timeout=9)", "given"),
    ],
)
def test_timeouts(body: str, expected: str) -> None:
    assert first_call(body)[0] == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("    def g(self):\n        self.f('/', verify=True)\n", "missing"),
        ("    def g(self):\n        self.f('/', timeout=3)\n", "given"),
        ("    def g(self, **kwargs):\n        self.f('/', **kwargs['http'])\n", "given"),
        (
            "\n\nclass Safe(requests.Session):\n    def send(self, request, **kwargs):\n        return super().send(request, **kwargs)\n",
            "given",
        ),
    ],
)
def test_what_is_passed_on_may_hold_the_time_out_unless_all_callers_are_seen(rest: str, expected: str) -> None:
    body = f"{HEAD}\n    def f(self, url, **kwargs):\n        requests.get(url, **kwargs)\n\n{rest}"
    project = project_of({"app.py": body})
    function = function_of(project, "app.py", "Safe.send" if "Safe" in rest else "Api.f")
    call, target = outbound_calls(function)[0]
    assert timeout_of(call, target, function.module, function) == expected


def test_a_partial_or_an_adapter_bounds_a_session() -> None:
    assert first_call("bounded.get(url)")[0] == "given"
    adapter = "\n\nclass Bounding(HTTPAdapter):\n    timeout = 3\n\n\nclass Api:"
    assert first_call("plain.get(url)", HEAD.replace("\n\nclass Api:", adapter).replace("bounded.request = ", "_ = "))[0] == "given"


def test_a_default_of_all_sockets_counts() -> None:
    head = HEAD.replace("import smtplib\n", "import smtplib\nimport socket\nsocket.setdefaulttimeout(3)\n")
    assert first_call("smtplib.SMTP('mail', 25)", head)[0] == "given"


@pytest.mark.parametrize(
    ("body", "is_checked", "used"),
    [
        ("requests.get(url)", False, None),
        ("return requests.get(url).json()", False, "requests.get(url).json"),
        ("r = requests.get(url)\nreturn r.json()", False, "r.json"),
        ("r = requests.get(url)\nprint(r.status_code)\nreturn r.text", False, "r.text"),
        ("r = requests.get(url)\nlogger.info(f'{r.status_code}')\nreturn r.text", False, "r.text"),
        ("r = requests.get(url)\nr.raise_for_status()\nreturn r.json()", True, None),
        ("r = requests.get(url)\nif r.status_code != 200:\n    return None\nreturn r.json()", True, None),
        ("r = requests.get(url)\nreturn r.json() if r.ok else None", True, None),
        ("r = requests.get(url)\nif not r:\n    return None\nreturn r.json()", True, None),
        ("return requests.get(url)", True, None),
        ("r = requests.get(url)\nself.check(r)\nreturn r.json()", True, None),
        ("return requests.get(url).status_code == 200", True, None),
        ("if (r := requests.get(url)).ok:\n    return r.json()", True, None),
        ("async with aiohttp.ClientSession() as s:\n    async with s.get(url) as r:\n        return await r.json()", False, "r.json"),
        (
            "async with aiohttp.ClientSession(raise_for_status=True) as s:\n    async with s.get(url) as r:\n        return await r.json()",
            True,
            None,
        ),
        ("with urllib.request.urlopen(url) as r:\n    return r.read()", None, None),
    ],
)
def test_readings(body: str, is_checked: bool | None, used: str | None) -> None:
    assert first_call(body)[1:] == (is_checked, used)
