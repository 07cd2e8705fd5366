"""Flask and Werkzeug, with Quart and connexion where they are alike.

Sources: the API documentation of Flask 1 to 3 and Werkzeug 1 to 3.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

WERKZEUG = table(
    "werkzeug",
    """
alias werkzeug.datastructures.structures werkzeug.datastructures.file_storage werkzeug.datastructures.headers = werkzeug.datastructures
alias werkzeug.datastructures.auth = werkzeug.datastructures
alias werkzeug.FileStorage = werkzeug.datastructures.FileStorage
alias werkzeug.secure_filename = werkzeug.utils.secure_filename
alias werkzeug.security.safe_join flask.safe_join flask.helpers.safe_join = werkzeug.utils.safe_join
alias werkzeug.wrappers.response.Response werkzeug.Response = werkzeug.wrappers.Response
alias werkzeug.wrappers.request.Request werkzeug.Request = werkzeug.wrappers.Request
alias werkzeug.wrappers.BaseResponse = werkzeug.wrappers.Response
alias werkzeug.generate_password_hash = werkzeug.security.generate_password_hash
alias werkzeug.check_password_hash = werkzeug.security.check_password_hash

module werkzeug.datastructures
class MultiDict < dict
    get pop __getitem__ -> str
    getlist poplist -> list[str]
    to_dict -> dict
    keys -> list[str]
class ImmutableMultiDict < .MultiDict
class CombinedMultiDict < .MultiDict
class ImmutableDict < dict
class Headers
    get __getitem__ -> str
    getlist get_all -> list[str]
    set add add_header extend update remove
class EnvironHeaders < .Headers
class FileMultiDict < .MultiDict
    get __getitem__ -> .FileStorage
    getlist -> list[.FileStorage]
class FileStorage
    save = blocks path-sink ! OSError
    read = input-file -> bytes
    close = closes
    .filename .name .mimetype .content_type -> str
    .content_length -> int
    .stream = input-file -> io.BytesIO
class Authorization
    .username .password .type .token -> str
    get -> str

module werkzeug.utils
def secure_filename = escapes -> str
def safe_join = escapes may-be-none -> str
def escape = escapes -> str
def redirect = response -> werkzeug.wrappers.Response
def import_string
def send_file send_from_directory = path-sink response -> werkzeug.wrappers.Response

module werkzeug.security
def generate_password_hash = blocks-briefly -> str
def check_password_hash = blocks-briefly verifies -> bool

module werkzeug.wrappers
class Request
    get_json = input-body ! werkzeug.exceptions.BadRequest
    get_data = input-body -> bytes
    .json = input-body
    .args = input-query -> werkzeug.datastructures.MultiDict
    .form = input-body -> werkzeug.datastructures.MultiDict
    .values = input-query input-body -> werkzeug.datastructures.MultiDict
    .files = input-file -> werkzeug.datastructures.FileMultiDict
    .headers = input-header -> werkzeug.datastructures.Headers
    .cookies = input-header -> werkzeug.datastructures.MultiDict
    .authorization = input-header -> werkzeug.datastructures.Authorization
    .data = input-body -> bytes
    .stream .input_stream = input-body
    .view_args = input-path -> dict
    .query_string = input-query -> bytes
    .user_agent
    .referrer = input-header -> str
    .method .path .full_path .url .base_url .host .host_url .scheme .remote_addr .mimetype .content_type .endpoint -> str
    .url_root .root_url .script_root .blueprint -> str
    .content_length -> int
    .is_json .is_secure .is_xhr -> bool
    .environ -> dict
    .access_route -> list[str]
class Response = response
    set_data = response
    set_cookie delete_cookie make_conditional add_etag set_etag call_on_close
    get_data -> bytes
    get_json
    close
    .data -> bytes
    .status_code -> int
    .status .mimetype .content_type .location -> str
    .headers -> werkzeug.datastructures.Headers
    .json

module werkzeug.exceptions
# An HTTP exception is an answer: its description is what the client reads.
class HTTPException < Exception = response
    get_response = response -> werkzeug.wrappers.Response
    get_body get_description -> str
    .code -> int
    .name .description -> str
    .response -> werkzeug.wrappers.Response
class BadGateway BadRequest Conflict ExpectationFailed FailedDependency Forbidden GatewayTimeout Gone < .HTTPException
class HTTPVersionNotSupported ImATeapot InternalServerError LengthRequired Locked MethodNotAllowed < .HTTPException
class NotAcceptable NotFound NotImplemented PreconditionFailed PreconditionRequired RequestEntityTooLarge < .HTTPException
class RequestHeaderFieldsTooLarge RequestTimeout RequestURITooLarge RequestedRangeNotSatisfiable Unauthorized < .HTTPException
class UnavailableForLegalReasons UnprocessableEntity UnsupportedMediaType ServiceUnavailable TooManyRequests < .HTTPException
class BadHost ClientDisconnected SecurityError < .BadRequest
class BadRequestKeyError < .BadRequest KeyError

module werkzeug.routing
class BaseConverter
class ValidationError < ValueError
class RequestRedirect < werkzeug.exceptions.HTTPException
class BuildError < LookupError
""",
)

FLASK = table(
    "flask",
    """
alias flask.globals flask.helpers flask.templating flask.app flask.blueprints flask.config flask.sansio.app flask.sansio.blueprints = flask
alias flask.Request = flask.wrappers.Request
alias flask.Response flask.wrappers.ResponseBase = flask.wrappers.Response
alias flask.json = json
alias flask.json.jsonify = flask.jsonify
alias flask.escape flask.Markup.escape markupsafe.Markup.escape jinja2.escape jinja2.utils.escape = markupsafe.escape
alias flask.Markup jinja2.Markup = markupsafe.Markup
alias werkzeug.exceptions.abort flask.exceptions.abort = flask.abort
alias flask.sessions.SessionMixin = flask.sessions.SecureCookieSession

module flask
class Flask
    route get post put patch delete add_url_rule register_blueprint errorhandler register_error_handler before_request after_request
    teardown_request teardown_appcontext context_processor shell_context_processor template_filter endpoint
    run wsgi_app
    app_context test_request_context request_context
    make_response = response -> .wrappers.Response
    send_static_file = response -> .wrappers.Response
    url_for -> str
    open_resource = opens context path-sink -> io.IOBase
    open_instance_resource = opens context path-sink -> io.IOBase
    test_client test_cli_runner
    ensure_sync async_to_sync
    _get_current_object -> Self
    .config -> .Config
    .logger -> logging.Logger
    .debug .testing -> bool
    .secret_key .name .import_name .root_path .instance_path .static_folder -> str
    .extensions .jinja_env .url_map .view_functions .cli .json
class Blueprint
    route get post put patch delete add_url_rule register_blueprint errorhandler app_errorhandler register_error_handler
    before_request after_request teardown_request before_app_request after_app_request teardown_app_request record record_once
    .name .url_prefix -> str
class Config < dict
    from_object from_pyfile from_envvar from_file from_json from_mapping from_prefixed_env
    get_namespace -> dict
def jsonify make_response = response -> .wrappers.Response
def redirect = response -> .wrappers.Response
def send_file = path-sink response -> .wrappers.Response
def send_from_directory = response -> .wrappers.Response
def render_template render_template_string = response -> str
def stream_template stream_template_string = response
def abort = aborts ! werkzeug.exceptions.HTTPException
def flash = flashes
def get_flashed_messages -> list
def url_for get_template_attribute -> str
def stream_with_context copy_current_request_context after_this_request -> Arg0
def has_request_context has_app_context -> bool
object request -> .wrappers.Request
object current_app -> .Flask
object session -> .sessions.SecureCookieSession
object g -> .ctx._AppCtxGlobals

module flask.wrappers
class Request < werkzeug.wrappers.Request
class Response < werkzeug.wrappers.Response

module flask.ctx
class _AppCtxGlobals
    get pop setdefault

module flask.sessions
class SecureCookieSession < dict
    .permanent .modified .new .accessed -> bool

module flask.views
class View
    as_view
    dispatch_request
class MethodView < .View
    dispatch_request

module flask.cli
class FlaskGroup AppGroup
def with_appcontext -> Arg0

module flask.testing
class FlaskClient

module markupsafe
class Markup < str
    escape = escapes -> .Markup
    striptags unescape -> str
def escape = escapes -> .Markup

module jinja2
class Environment
    get_template from_string select_template -> .Template
class Template
    render -> str
    render_async = coroutine -> str
    stream generate
class FileSystemLoader PackageLoader
class TemplateError < Exception
class TemplateNotFound < OSError LookupError .TemplateError
class UndefinedError TemplateSyntaxError < .TemplateError
def select_autoescape
""",
)

QUART = table(
    "quart",
    """
alias quart.wrappers.Response = quart.Response
alias quart.helpers quart.globals quart.templating = quart
alias quart.views = flask.views
alias connexion.FlaskApp connexion.apps.flask.FlaskApp connexion.apps.flask_app.FlaskApp = connexion.App
alias connexion.AsyncApp = connexion.App

module quart
class Quart < flask.Flask
    make_response = coroutine response -> .Response
class Blueprint < flask.Blueprint
class Response < werkzeug.wrappers.Response
def jsonify redirect = response -> .Response
def make_response send_file send_from_directory = coroutine response -> .Response
def render_template render_template_string = coroutine response -> str
def abort = aborts ! werkzeug.exceptions.HTTPException
def flash = coroutine flashes
def url_for -> str
object request -> .wrappers.Request
object websocket -> .wrappers.Websocket
object current_app -> .Quart
object session -> flask.sessions.SecureCookieSession
object g -> flask.ctx._AppCtxGlobals

module quart.wrappers
class Request < werkzeug.wrappers.Request
    get_json = coroutine input-body
    get_data = coroutine input-body -> bytes
    .json .form .data = coroutine input-body
    .files = coroutine input-file
class Websocket < .Request
    receive receive_json = coroutine input-body
    send send_json = coroutine response
    accept close = coroutine

module connexion
class App < flask.Flask
    add_api add_error_handler
    .app -> flask.Flask
class NoContent
def problem = response -> flask.wrappers.Response
object request -> flask.wrappers.Request
object context -> dict

module connexion.exceptions
class ConnexionException < Exception
class ProblemException < .ConnexionException werkzeug.exceptions.HTTPException
class BadRequestProblem Unauthorized Forbidden < .ProblemException
""",
)

LIBRARIES = (WERKZEUG, FLASK, QUART)
