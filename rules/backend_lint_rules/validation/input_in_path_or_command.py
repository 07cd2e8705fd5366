from __future__ import annotations

from backend_lint.frameworks.input_uses import uses_of
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.validation._reporting import report_first

_ADVICE = {
    "path": "make the name yourself, or clean it (`secure_filename`, `safe_join`) and keep it inside one folder",
    "command": "pass the arguments as a list, without a shell, and compare them with what is allowed",
    "code": "use a format that only holds data, such as JSON, and validate it",
    "url": "compare the host with those allowed before fetching",
}


class InputInPathOrCommand(Rule):
    """Text that the client chooses names a file, is part of a command, or is the address to fetch.

    ## What it does
    Follows request data, typed text parameters and the names of uploaded files included, into paths that are opened, written or removed,
    into commands that a shell or interpreter runs, into what is unpickled, and into addresses whose host the client chooses.

    ## Why is this bad
    `../../etc/passwd` is a file name, `; rm -rf /` ends a command, and `http://169.254.169.254/` is an address that only the server
    reaches.

    ## Example
    ```python
    # FastAPI
    @router.post("/avatars")
    async def upload(file: UploadFile):
        with open(f"avatars/{file.filename}", "wb") as target:
            target.write(await file.read())
    ```
    ```python
    # Flask
    @bp.get("/ping")
    def ping():
        return subprocess.check_output("ping -c 1 " + request.args["host"], shell=True)
    ```
    ```python
    # Django
    def preview(request):
        page = requests.get(request.GET["url"], timeout=5)
        return HttpResponse(page.text)
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.post("/avatars")
    async def upload(file: UploadFile):
        with open(f"avatars/{uuid4()}", "wb") as target:
            target.write(await file.read())
    ```
    ```python
    # Flask
    @bp.get("/ping")
    def ping():
        host = request.args["host"]
        if host not in current_app.config["HOSTS"]:
            abort(400)
        return subprocess.check_output(["ping", "-c", "1", host])
    ```
    ```python
    # Django
    def preview(request):
        source = request.GET["source"]
        if source not in settings.PREVIEW_SOURCES:
            return HttpResponseBadRequest()
        page = requests.get(settings.PREVIEW_SOURCES[source], timeout=5)
        return HttpResponse(page.text)
    ```

    ## When not flagged
    `secure_filename`, `safe_join`, `basename`, `shlex.quote`, a comparison with what is allowed and a test that the path lies inside a
    folder clear the text. Numbers and UUIDs name nothing harmful, and a part of an address behind a fixed host chooses no host.

    ## When to suppress
    For an operator's tool behind its own access control, whose purpose is to browse files or to fetch any address.
    """

    code = "BL207"
    name = "input-in-path-or-command"
    family = "validation"
    severity = Severity.ERROR

    def check_function(self, function: Function, context: Context) -> None:
        for kind, advice in _ADVICE.items():
            report_first(context, function, [use for use in uses_of(function) if use.kind == kind], advice=advice)
