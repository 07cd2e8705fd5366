"""The HTML report as a browser shows it: what it filters, opens and obeys, and what it never does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.result import Result
from backend_lint.engine.settings import CommandLine
from backend_lint.findings.model import Severity
from backend_lint.report.html import render
from backend_lint.report.output import Output
from tests.report.browser import executable, launched
from tests.report.samples import finding

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EXAMPLE = Path(__file__).parents[2] / "examples" / "flask" / "before"
HOSTILE = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on an example, and in the folder beside it one on hostile text and one on 5,000 findings."""
    folder = tmp_path_factory.mktemp("html")
    project = folder / "shop"
    shutil.copytree(EXAMPLE, project)
    result = check_paths([project], Request(current=project, command_line=CommandLine(pedantic=True)))
    write(result, folder / "report.html", lambda path: (project / path).read_text(encoding="utf-8"))
    hostile = finding(message=HOSTILE, help=HOSTILE, path="app/<b>.py", function=HOSTILE, line=1, end_line=1, column=1, end_column=6)
    write(Result(root=Path(f"/{HOSTILE.replace('/', '')}"), findings=[hostile]), folder / "hostile.html", lambda path: f"x = '{HOSTILE}'\n")
    many = [
        finding(path=f"app/part_{number // 50}.py", line=number % 50 + 1, end_line=number % 50 + 1, fingerprint=f"{number:020x}",
                severity=Severity.WARNING if number % 2 else Severity.ERROR)
        for number in range(5000)
    ]  # fmt: skip
    write(
        Result(root=Path("/many"), findings=many, files=100), folder / "many.html", lambda path: "session.execute(statement, values)\n" * 50
    )
    return folder / "report.html"


def write(result: Result, target: Path, read: object) -> None:
    parts: list[str] = []
    render(result, Output(write=parts.append, read=read))  # type: ignore[arg-type]  # a function of a path
    target.write_text("".join(parts), encoding="utf-8")


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page, what it has said on its console, and the addresses that it has asked for."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("request", lambda request: asked.append(request.url))
    yield page, said, asked
    context.close()


@pytest.fixture
def page(tab: tuple[Page, list[str], list[str]], report: Path) -> Iterator[Page]:
    """A page as it is when it is opened, which may say nothing on its console and ask for nothing but itself."""
    page, said, asked = tab
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(media="screen", color_scheme="light")
    page.goto("about:blank")
    said.clear()
    asked.clear()
    yield page
    own = {path.as_uri() for path in report.parent.glob("*.html")}
    assert said == []
    assert asked != []
    assert {url.partition("#")[0] for url in asked} <= own
    page.evaluate("localStorage.clear()")


def messages(page: Page) -> list[str]:
    return page.locator(".row .message").all_inner_texts()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


class TestFilters:
    def test_facets_narrow_the_list_and_count_what_they_would_leave(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=findings")
        everything = len(messages(page))
        assert page.inner_text("#status") == f"{everything} findings"
        page.get_by_label("lifecycle", exact=False).first.check()
        left = set(page.locator(".row .code").all_inner_texts())
        assert left
        assert all(code.startswith("BL9") for code in left)
        page.locator("input[data-facet='rule=BL901']").check()
        assert set(page.locator(".row .code").all_inner_texts()) == {"BL901"}
        assert page.inner_text("#status").endswith(f"of {everything} findings")
        page.get_by_role("button", name="Remove filter family: lifecycle").click()
        page.get_by_role("button", name="Remove filter rule: BL901").click()
        assert len(messages(page)) == everything

    def test_each_kind_of_facet(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=findings")
        everything = len(messages(page))
        for facet in ("severity=error", "path=billing/api.py", "framework=flask", "layer=services"):
            box = page.locator(f"input[data-facet='{facet}']")
            box.check()
            assert 0 < len(messages(page)) < everything, facet
            assert f"{facet.split('=')[0]}=" in page.url
            box.uncheck()
            assert len(messages(page)) == everything

    def test_the_address_holds_the_view(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=findings&severity=error&path=billing/services/")
        paths = page.locator(".group h2 bdi").all_inner_texts()
        assert paths
        assert all(path.startswith("billing/services/") for path in paths)
        assert set(page.locator(".row .badge").all_inner_texts()) == {"error"}

    def test_search_finds_words_of_a_finding_in_any_order(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=findings")
        page.fill("#search", "session overdue")
        # The sixth row goes; to ask the page by a script of our own, its policy forbids.
        page.locator(".row").nth(5).wait_for(state="detached")
        assert any("leaves session" in message for message in messages(page))
        page.fill("#search", "no such words")
        page.wait_for_selector("#empty:not([hidden])")
        page.click("#reset")
        assert len(messages(page)) > 5

    def test_a_bar_of_the_overview_leads_to_its_findings(self, page: Page, report: Path) -> None:
        page.goto(report.as_uri())
        page.get_by_role("link", name="exposure").first.click()
        assert {code[:4] for code in page.locator(".row .code").all_inner_texts()} == {"BL30"}


class TestKeyboard:
    def test_rows(self, page: Page, report: Path) -> None:
        page.goto(report.as_uri())
        page.keyboard.press("j")
        assert page.locator("#findings").is_visible()
        first = focused(page)
        page.keyboard.press("j")
        assert focused(page) != first
        page.keyboard.press("k")
        assert focused(page) == first
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"

    def test_enter_opens_and_escape_closes(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=findings&rule=BL901")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        row = page.locator(".row").first
        assert row.get_attribute("aria-expanded") == "true"
        assert page.locator(".body .source .at").first.inner_text().startswith("21")
        assert page.inner_text(".body .source mark") == "ReportSession()"
        page.keyboard.press("Escape")
        assert row.get_attribute("aria-expanded") == "false"
        assert page.evaluate("document.activeElement.classList.contains('row')")

    def test_steps_of_a_proof_are_followed_through_files(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=findings&rule=BL301&q=create_customer")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        assert page.locator(".step-link").count() == 2
        page.keyboard.press("n")
        assert page.inner_text("#viewer-title") == "billing/views/customers.py:24"
        page.keyboard.press("n")
        assert page.inner_text("#viewer-title") == "billing/api.py:9"
        assert "2. api_response shows it" in page.inner_text("#viewer .step")
        page.keyboard.press("p")
        assert page.inner_text("#viewer-title") == "billing/views/customers.py:24"
        page.keyboard.press("Escape")
        assert not page.locator("#viewer").is_visible()
        assert page.locator(".body").first.is_visible()
        page.locator(".step-link").last.click()
        assert page.inner_text("#viewer-title") == "billing/api.py:9"

    def test_search_and_help(self, page: Page, report: Path) -> None:
        page.goto(report.as_uri())
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.type("jk?")
        assert page.input_value("#search") == "jk?"
        page.keyboard.press("Escape")
        assert page.input_value("#search") == ""
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#help").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#help").is_visible()
        page.keyboard.press("3")
        assert page.locator("#map").is_visible()
        assert not page.locator("#findings").is_visible()


class TestLooks:
    def test_dark_as_the_system_says_and_as_the_reader_says(self, page: Page, report: Path) -> None:
        def brightness() -> int:
            color = page.evaluate("getComputedStyle(document.body).backgroundColor")
            return int(sum(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(",")))

        page.goto(report.as_uri())
        assert brightness() > 600
        page.emulate_media(color_scheme="dark")
        assert brightness() < 150
        page.keyboard.press("t")
        page.keyboard.press("t")
        assert page.get_attribute("#theme", "aria-label") == "Theme: light"
        assert brightness() > 600
        page.reload()
        assert brightness() > 600

    def test_a_narrow_window_does_not_scroll_sideways(self, page: Page, report: Path) -> None:
        page.set_viewport_size({"width": 360, "height": 700})
        for view in ("overview", "findings", "map", "routes"):
            page.goto(f"{report.as_uri()}#view={view}")
            assert page.locator(f"#{view}").is_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, view

    def test_the_map_leads_to_findings_and_shows_calls(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=map")
        assert [text.text_content() for text in page.locator(".map .layer").all()] == ["Routes", "Services", "Data", "Settings", "Other"]
        box = page.locator("a.box[aria-label^='billing/views/invoices.py']")
        box.hover()
        assert page.locator(".edges .near").count() >= 3
        box.click()
        assert page.locator(".group h2 bdi").all_inner_texts() == ["billing/views/invoices.py"]

    def test_routes_can_be_searched(self, page: Page, report: Path) -> None:
        page.goto(f"{report.as_uri()}#view=routes")
        page.fill("#route-search", "post archive")
        assert page.locator(".routes tbody tr:visible").count() == 1
        page.locator(".routes tbody tr:visible a").click()
        assert page.locator("#findings").is_visible()

    def test_all_of_it_is_printed(self, page: Page, report: Path) -> None:
        page.goto(report.as_uri())
        page.emulate_media(media="print")
        for view in ("#overview", "#findings", "#map", "#routes"):
            assert page.locator(view).is_visible()
        assert not page.locator(".bar").is_visible()


def test_a_missing_browser_is_told_and_fails_where_one_could_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="make browser"):
        executable()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="make browser"):
        executable()


def test_hostile_text_stays_text(page: Page, report: Path) -> None:
    page.goto(f"{report.with_name('hostile.html').as_uri()}#view=findings")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert page.inner_text(".row .message") == HOSTILE
    assert HOSTILE in page.inner_text(".body .source")
    assert page.locator("img").count() == 0
    assert page.title() != "taken"


def test_the_policy_lets_no_other_script_run(browser: Browser, report: Path) -> None:
    text = report.read_text(encoding="utf-8").replace("</main>", "<script>document.title = 'taken'</script></main>")
    report.with_name("injected.html").write_text(text, encoding="utf-8")
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(report.with_name("injected.html").as_uri())
        assert other.title() != "taken"


def test_five_thousand_findings_do_not_freeze_it(page: Page, report: Path) -> None:
    page.goto(f"{report.with_name('many.html').as_uri()}#view=findings")
    assert page.inner_text("#status") == "5,000 findings"
    # Not all rows are made at once; the end can be reached all the same.
    assert page.locator(".row").count() < 1000
    taken = page.evaluate(
        """() => {
            const begun = performance.now();
            document.querySelector("[data-facet='severity=error']").click();
            document.body.getBoundingClientRect();
            return performance.now() - begun;
        }"""
    )
    assert page.inner_text("#status") == "2,500 of 5,000 findings"
    assert taken < 1500
    for _ in range(3):
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(50)
    assert page.locator(".row").count() > 200


def test_without_scripts_the_findings_are_there(browser: Browser, report: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.locator("noscript tr").count() > 50
        assert page.locator("#map").is_visible()
