"""FastAPI and Starlette. What FastAPI only re-exports has its Starlette name.

Sources: the reference and source of FastAPI 0.60 to 0.130 and Starlette 0.13 to 0.50.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

STARLETTE = table(
    "starlette",
    """
alias fastapi.Request fastapi.requests.Request = starlette.requests.Request
alias fastapi.requests.HTTPConnection = starlette.requests.HTTPConnection
alias fastapi.Response = starlette.responses.Response
alias fastapi.responses = starlette.responses
alias fastapi.WebSocket fastapi.websockets.WebSocket = starlette.websockets.WebSocket
alias fastapi.WebSocketDisconnect fastapi.websockets.WebSocketDisconnect = starlette.websockets.WebSocketDisconnect
alias fastapi.WebSocketException fastapi.exceptions.WebSocketException = starlette.exceptions.WebSocketException
alias fastapi.concurrency = starlette.concurrency
alias fastapi.middleware = starlette.middleware
alias fastapi.staticfiles = starlette.staticfiles
alias fastapi.templating = starlette.templating
alias fastapi.testclient = starlette.testclient
alias fastapi.datastructures.State = starlette.datastructures.State
alias fastapi.datastructures.Headers = starlette.datastructures.Headers
alias fastapi.datastructures.QueryParams = starlette.datastructures.QueryParams
alias fastapi.datastructures.FormData = starlette.datastructures.FormData
alias fastapi.datastructures.URL = starlette.datastructures.URL
alias fastapi.datastructures.Address = starlette.datastructures.Address
alias starlette.config.Secret = starlette.datastructures.Secret

module starlette.requests
class HTTPConnection
    .query_params = input-query -> starlette.datastructures.QueryParams
    .path_params = input-path -> dict
    .headers = input-header -> starlette.datastructures.Headers
    .cookies = input-header -> dict
    .url .base_url -> starlette.datastructures.URL
    .client -> starlette.datastructures.Address
    .state -> starlette.datastructures.State
    .session .scope -> dict
    .app -> fastapi.FastAPI
    .user .auth
    url_for -> starlette.datastructures.URL
class Request < .HTTPConnection
    json = coroutine input-body ! json.JSONDecodeError
    body = coroutine input-body -> bytes
    form = coroutine input-body -> starlette.datastructures.FormData
    stream = input-body
    is_disconnected = coroutine -> bool
    close send_push_promise = coroutine
    .method -> str
class ClientDisconnect < Exception

module starlette.websockets
class WebSocket < starlette.requests.HTTPConnection
    receive receive_json = coroutine input-body
    receive_text = coroutine input-body -> str
    receive_bytes = coroutine input-body -> bytes
    iter_text iter_json iter_bytes = input-body
    send send_text send_json send_bytes = coroutine response
    accept close = coroutine
    .client_state .application_state
class WebSocketDisconnect < Exception
class WebSocketState < enum.Enum

module starlette.responses
class Response = response
    set_cookie delete_cookie
    .status_code -> int
    .headers -> starlette.datastructures.MutableHeaders
    .body -> bytes
    .media_type -> str
class HTMLResponse PlainTextResponse JSONResponse RedirectResponse StreamingResponse < .Response
class ORJSONResponse UJSONResponse < .JSONResponse
class FileResponse < .Response = response path-sink

module starlette.exceptions
class HTTPException < Exception = response
    .status_code -> int
    .detail -> str
    .headers -> dict
class WebSocketException < Exception = response

module starlette.datastructures
class ImmutableMultiDict
    get __getitem__ -> str
    getlist keys values -> list[str]
    multi_items items -> list
class MultiDict < .ImmutableMultiDict
class QueryParams < .ImmutableMultiDict
class FormData < .ImmutableMultiDict
    close = coroutine
class Headers
    get __getitem__ -> str
    getlist -> list[str]
class MutableHeaders < .Headers
    append setdefault update add_vary_header
class URL
    replace include_query_params remove_query_params -> .URL
    .path .query .scheme .hostname .netloc -> str
class Address < tuple
    .host -> str
    .port -> int
class State
class Secret
class UploadFile
    read = coroutine input-file -> bytes
    write seek = coroutine
    close = closes coroutine
    .filename .content_type -> str
    .size -> int
    .file = input-file -> io.IOBase
    .headers -> .Headers

module starlette.config
class Config
    get __call__
class Environ

module starlette.background
class BackgroundTask
class BackgroundTasks < .BackgroundTask
    add_task = enqueues offloads

module starlette.concurrency
def run_in_threadpool = coroutine offloads
def iterate_in_threadpool contextmanager_in_threadpool = offloads

module starlette.applications
class Starlette
    add_middleware add_exception_handler add_event_handler on_event mount host add_route add_websocket_route route middleware
    exception_handler websocket_route
    url_path_for -> str
    .state -> starlette.datastructures.State
    .debug -> bool
    .router -> starlette.routing.Router
    .routes -> list

module starlette.routing
class BaseRoute
class Route WebSocketRoute Mount Host < .BaseRoute
class Router
    add_route add_websocket_route mount host add_event_handler on_event route
    .routes -> list

module starlette.endpoints
class HTTPEndpoint
    dispatch method_not_allowed = coroutine
    .request -> starlette.requests.Request
class WebSocketEndpoint
    dispatch decode on_connect on_receive on_disconnect = coroutine

module starlette.middleware
class Middleware

module starlette.middleware.base
class BaseHTTPMiddleware
    dispatch = coroutine -> starlette.responses.Response

module starlette.middleware.cors
class CORSMiddleware

module starlette.middleware.sessions
class SessionMiddleware

module starlette.middleware.gzip
class GZipMiddleware

module starlette.middleware.trustedhost
class TrustedHostMiddleware

module starlette.middleware.httpsredirect
class HTTPSRedirectMiddleware

module starlette.middleware.errors
class ServerErrorMiddleware

module starlette.authentication
class AuthenticationBackend
    authenticate = coroutine
class AuthenticationError < Exception
class BaseUser
class SimpleUser UnauthenticatedUser < .BaseUser
class AuthCredentials
def requires

module starlette.staticfiles
class StaticFiles

module starlette.templating
class Jinja2Templates
    TemplateResponse = response -> starlette.responses.HTMLResponse
    get_template -> jinja2.Template

module starlette.testclient
class TestClient < httpx.Client
""",
)

FASTAPI = table(
    "fastapi",
    """
alias fastapi.params fastapi.param_functions = fastapi
alias fastapi.applications.FastAPI = fastapi.FastAPI
alias fastapi.routing.APIRouter = fastapi.APIRouter
alias fastapi.exceptions.HTTPException = fastapi.HTTPException
alias fastapi.background.BackgroundTasks = fastapi.BackgroundTasks
alias fastapi.datastructures.UploadFile = fastapi.UploadFile
alias fastapi.security.oauth2 fastapi.security.http fastapi.security.api_key fastapi.security.open_id_connect_url = fastapi.security
alias fastapi.security.base = fastapi.security
alias fastapi_utils.tasks.repeat_every fastapi_restful.tasks.repeat_every = fastapi_utils.repeat_every
alias fastapi_utils.cbv.cbv fastapi_restful.cbv.cbv = fastapi_utils.cbv

module fastapi
class FastAPI < starlette.applications.Starlette
    include_router add_api_route add_api_websocket_route api_route get post put patch delete options head trace websocket
    openapi -> dict
    .dependency_overrides -> dict
    .router -> .APIRouter
    .openapi_schema -> dict
    .title .version -> str
class APIRouter < starlette.routing.Router
    include_router add_api_route add_api_websocket_route api_route get post put patch delete options head trace websocket
    .prefix -> str
    .tags .dependencies -> list
class Depends
class Security < .Depends
class Param
class Query Path Header Cookie < .Param
class Body
class Form < .Body
class File < .Form
class HTTPException < starlette.exceptions.HTTPException
class BackgroundTasks < starlette.background.BackgroundTasks
class UploadFile < starlette.datastructures.UploadFile

module fastapi.routing
class APIRoute < starlette.routing.Route
    get_route_handler
class APIWebSocketRoute < starlette.routing.WebSocketRoute

module fastapi.exceptions
class FastAPIError < RuntimeError
class DependencyScopeError < .FastAPIError
class PydanticV1NotSupportedError < .FastAPIError
class ValidationException < Exception
    errors -> list
class RequestValidationError < .ValidationException
    .body
class WebSocketRequestValidationError ResponseValidationError < .ValidationException

module fastapi.encoders
def jsonable_encoder -> dict

module fastapi.exception_handlers
def http_exception_handler request_validation_exception_handler = coroutine response -> starlette.responses.JSONResponse
def websocket_request_validation_exception_handler = coroutine

module fastapi.security
class SecurityBase
class OAuth2 OpenIdConnect APIKeyBase HTTPBase < .SecurityBase
class OAuth2PasswordBearer OAuth2AuthorizationCodeBearer < .OAuth2
    __call__ = coroutine -> str
class HTTPBearer HTTPDigest < .HTTPBase
    __call__ = coroutine -> .HTTPAuthorizationCredentials
class HTTPBasic < .HTTPBase
    __call__ = coroutine -> .HTTPBasicCredentials
class APIKeyHeader APIKeyQuery APIKeyCookie < .APIKeyBase
    __call__ = coroutine -> str
class OAuth2PasswordRequestForm
    .username .password .grant_type .client_id .client_secret -> str
    .scopes -> list[str]
class OAuth2PasswordRequestFormStrict < .OAuth2PasswordRequestForm
class HTTPBasicCredentials < pydantic.BaseModel
    .username .password -> str
class HTTPAuthorizationCredentials < pydantic.BaseModel
    .scheme .credentials -> str
class SecurityScopes
    .scopes -> list[str]
    .scope_str -> str

module fastapi.security.utils
def get_authorization_scheme_param -> tuple[str,str]

module fastapi.openapi.utils
def get_openapi -> dict

module fastapi_utils
def repeat_every = offloads
def cbv

module fastapi_utils.inferring_router
class InferringRouter < fastapi.APIRouter

module fastapi_restful
class Api
    add_resource
class Resource

module fastapi_pagination
class Page LimitOffsetPage < pydantic.BaseModel
class Params < pydantic.BaseModel
def paginate add_pagination

module fastapi_pagination.ext.sqlalchemy
def paginate = reads

module fastapi_pagination.ext.async_sqlalchemy
def paginate = reads coroutine

module fastapi_users
class FastAPIUsers BaseUserManager

module fastapi_jwt_auth
class AuthJWT
    jwt_required jwt_optional jwt_refresh_token_required fresh_jwt_required = verifies
    create_access_token create_refresh_token -> str
    get_jwt_subject -> str

module sse_starlette.sse
class EventSourceResponse < starlette.responses.Response

module slowapi
class Limiter
    limit shared_limit exempt

module slowapi.errors
class RateLimitExceeded < starlette.exceptions.HTTPException

module mangum
class Mangum

module uvicorn
def run
class Config Server
""",
)

LIBRARIES = (STARLETTE, FASTAPI)
