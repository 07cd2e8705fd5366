"""Findings for the tests of reports, and the files they are in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend_lint.engine.result import Problem
from backend_lint.findings.model import Finding, Severity, Step

ORDERS = """\
from fastapi import APIRouter

router = APIRouter()

@router.post("/orders")
async def create_order(body: dict, session: Session = Depends(get_db)) -> OrderRead:
    try:
        total = 0
        for line in body["lines"]:
            product = session.get(Product, line["id"])
            total += product.price * line["quantity"]
            if total > 1000:
                total *= 0.9
            session.add(line)
    except Exception as error:
        return {"error": str(error)}
"""
MAIL = "import smtplib\n\ndef send():\n    with smtplib.SMTP(HOST) as server:\n        pass\n"

Report = Callable[..., str]


def finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": "BL301",
        "name": "exception-text-in-response",
        "family": "exposure",
        "severity": Severity.ERROR,
        "message": "the text of the caught `Exception` reaches the client",
        "help": "answer with a fixed text and log the exception",
        "path": "app/orders.py",
        "line": 16,
        "column": 26,
        "end_line": 16,
        "end_column": 36,
        "function": "create_order",
        "framework": "fastapi",
        "fingerprint": "0123456789abcdef0123",
    }
    return Finding(**{**values, **changes})


BLOCK = finding(
    rule="BL101",
    name="business-logic-in-route",
    family="layering",
    severity=Severity.WARNING,
    message="handler `create_order` computes totals, decides on a discount and writes 2 rows",
    help="extract lines 8 to 14 into a service function, for example `orders.price_and_store(body)`, and call it from the handler",
    line=9,
    column=9,
    end_line=14,
    end_column=30,
)
TRACED = finding(
    rule="BL801",
    name="blocking-call-in-async",
    family="async",
    message="`smtplib.SMTP` blocks the event loop of `create_order`",
    help="use `aiosmtplib`",
    line=6,
    column=11,
    end_line=6,
    end_column=23,
    trace=(Step("app/orders.py", 10, "`create_order` calls `send`"), Step("app/mail.py", 4, "`send` calls `smtplib.SMTP`")),
)
PROBLEM = Problem(kind="internal", message="BL101 failed", path="app/orders.py", rule="BL101", detail="Traceback ...")
