"""HTTP, RPC and object storage clients.

Sources: the libraries' documentation and source. `request(method, url)` is no "url-sink": its first argument is the method.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

HTTP = table(
    "http clients",
    """
alias requests.models.Response = requests.Response
alias requests.sessions.Session requests.session requests.sessions.session = requests.Session
alias requests.api = requests
alias requests.RequestException = requests.exceptions.RequestException
alias requests.ConnectionError = requests.exceptions.ConnectionError
alias requests.HTTPError = requests.exceptions.HTTPError
alias requests.Timeout = requests.exceptions.Timeout
alias requests.ReadTimeout = requests.exceptions.ReadTimeout
alias requests.ConnectTimeout = requests.exceptions.ConnectTimeout
alias requests.TooManyRedirects = requests.exceptions.TooManyRedirects
alias requests.URLRequired = requests.exceptions.URLRequired
alias requests.JSONDecodeError = requests.exceptions.JSONDecodeError
alias httpx._client httpx._models httpx._exceptions httpx._api = httpx
alias aiohttp.client aiohttp.client_exceptions aiohttp.client_reqrep aiohttp.http_exceptions = aiohttp
alias urllib3.poolmanager.PoolManager = urllib3.PoolManager
alias requests.packages.urllib3 = urllib3

module requests
class Response = context
    raise_for_status ! .exceptions.HTTPError
    json ! .exceptions.JSONDecodeError
    iter_content iter_lines
    close = closes
    .status_code -> int
    .text .url .reason .encoding -> str
    .content -> bytes
    .headers .cookies -> dict
    .ok .is_redirect -> bool
    .raw .elapsed .request .history
class Session = opens context per-request-costly
    get post put patch delete head options = blocks outbound waits url-sink -> .Response ! .exceptions.RequestException
    request send = blocks outbound waits -> .Response ! .exceptions.RequestException
    mount prepare_request
    close = closes
    .headers .cookies .proxies .params -> dict
    .auth .verify .cert
class Request PreparedRequest
def get post put patch delete head options = blocks outbound waits url-sink -> .Response ! .exceptions.RequestException
def request = blocks outbound waits -> .Response ! .exceptions.RequestException

module requests.auth
class AuthBase
class HTTPBasicAuth HTTPDigestAuth < .AuthBase

module requests.adapters
class HTTPAdapter

module requests.exceptions
class RequestException < OSError
    .response -> requests.Response
class ChunkedEncodingError ConnectionError HTTPError InvalidJSONError RetryError Timeout TooManyRedirects URLRequired < .RequestException
class UnrewindableBodyError ContentDecodingError < .RequestException
class InvalidHeader InvalidSchema InvalidURL MissingSchema < .RequestException ValueError
class ProxyError SSLError < .ConnectionError
class ReadTimeout < .Timeout
class StreamConsumedError < .RequestException TypeError
class ConnectTimeout < .ConnectionError .Timeout
class InvalidProxyURL < .InvalidURL
class JSONDecodeError < .InvalidJSONError json.JSONDecodeError

module requests_oauthlib
class OAuth1Session OAuth2Session < requests.Session
    fetch_token refresh_token = blocks outbound waits ! requests.exceptions.RequestException

module httpx
class Response
    raise_for_status -> Self ! .HTTPStatusError
    json ! json.JSONDecodeError
    read iter_bytes iter_text iter_lines
    aread = coroutine -> bytes
    aiter_bytes aiter_text aiter_lines
    close = closes
    aclose = closes coroutine
    .status_code -> int
    .text .reason_phrase .encoding -> str
    .content -> bytes
    .headers .cookies -> dict
    .is_success .is_error .is_redirect .is_client_error .is_server_error -> bool
    .url .request .history .elapsed
class Client = opens context per-request-costly
    get post put patch delete head options = blocks outbound url-sink -> .Response ! .HTTPError
    request send = blocks outbound -> .Response ! .HTTPError
    stream = blocks outbound context -> contextlib.ContextManager[.Response] ! .HTTPError
    build_request
    close = closes
    .headers .cookies
class AsyncClient = opens context per-request-costly
    get post put patch delete head options = coroutine outbound url-sink -> .Response ! .HTTPError
    request send = coroutine outbound -> .Response ! .HTTPError
    stream = outbound context -> contextlib.ContextManager[.Response] ! .HTTPError
    build_request
    aclose = closes coroutine
    .headers .cookies
class Timeout Limits HTTPTransport AsyncHTTPTransport ASGITransport BasicAuth Auth URL Headers Request
def get post put patch delete head options = blocks outbound url-sink -> .Response ! .HTTPError
def request = blocks outbound -> .Response ! .HTTPError
def stream = blocks outbound context -> contextlib.ContextManager[.Response] ! .HTTPError
class CookieConflict HTTPError InvalidURL < Exception
class HTTPStatusError RequestError < .HTTPError
    .response -> .Response
class StreamError < RuntimeError
class DecodingError TooManyRedirects TransportError < .RequestError
class RequestNotRead ResponseNotRead StreamClosed StreamConsumed < .StreamError
class NetworkError ProtocolError ProxyError TimeoutException UnsupportedProtocol < .TransportError
class CloseError ConnectError ReadError WriteError < .NetworkError
class ConnectTimeout PoolTimeout ReadTimeout WriteTimeout < .TimeoutException
class LocalProtocolError RemoteProtocolError < .ProtocolError

module aiohttp
class ClientSession = opens context per-request-costly
    get post put patch delete head options = coroutine outbound url-sink context -> .ClientResponse ! .ClientError
    request = coroutine outbound context -> .ClientResponse ! .ClientError
    ws_connect = coroutine outbound context
    close = closes coroutine
    .closed -> bool
class ClientResponse = context
    json read = coroutine ! .ContentTypeError
    text = coroutine -> str
    raise_for_status ! .ClientResponseError
    release close = closes
    .status -> int
    .reason -> str
    .headers .cookies .url .content
    .ok -> bool
class ClientTimeout TCPConnector BasicAuth FormData
def request = coroutine outbound context -> .ClientResponse ! .ClientError
class ClientError < Exception
class ClientConnectionError ClientPayloadError ClientResponseError < .ClientError
class ContentTypeError TooManyRedirects WSServerHandshakeError ClientHttpProxyError < .ClientResponseError
class InvalidURL < .ClientError ValueError
class ServerConnectionError < .ClientConnectionError
class ClientOSError < .ClientConnectionError OSError
class ServerDisconnectedError < .ServerConnectionError
class ClientConnectorError < .ClientOSError
class ClientProxyConnectionError ClientSSLError < .ClientConnectorError
class ServerTimeoutError < .ServerConnectionError TimeoutError

module aiohttp.web
class Application Response StreamResponse
class HTTPException < .Response Exception = response
def json_response = response -> .Response

module urllib3
class PoolManager = per-request-costly context
    request urlopen request_encode_url request_encode_body = blocks outbound waits -> .HTTPResponse ! .exceptions.HTTPError
    clear = closes
class HTTPResponse
    read json = blocks
    .status -> int
    .data -> bytes
class ProxyManager < .PoolManager
class Retry Timeout
def request = blocks outbound waits -> .HTTPResponse ! .exceptions.HTTPError
def disable_warnings

module urllib3.exceptions
class HTTPError < Exception
class ProtocolError DecodeError InvalidHeader PoolError ProxyError ResponseError SSLError TimeoutError < .HTTPError
class RequestError ClosedPoolError EmptyPoolError < .PoolError
class MaxRetryError < .RequestError
class ConnectTimeoutError < .TimeoutError
class NewConnectionError < .ConnectTimeoutError .HTTPError
class ReadTimeoutError < .TimeoutError .RequestError
class HTTPWarning < Warning
class SecurityWarning < .HTTPWarning
class InsecureRequestWarning < .SecurityWarning

module grpc
class Channel = context
    unary_unary unary_stream stream_unary stream_stream
    close = closes
class RpcError < Exception
    code details
class StatusCode < enum.Enum
def insecure_channel secure_channel = opens context per-request-costly -> .Channel
def ssl_channel_credentials

module grpc.aio
class Channel = context
    close = closes coroutine
class AioRpcError < grpc.RpcError
def insecure_channel secure_channel = opens context per-request-costly -> .Channel

module websockets
class WebSocketClientProtocol = context
    send = outbound coroutine
    recv = coroutine
    close = closes coroutine
def connect = opens context coroutine outbound -> .WebSocketClientProtocol

module websocket
class WebSocket = context
    send = blocks outbound
    recv = blocks
    close = closes
def create_connection = opens context blocks outbound -> .WebSocket

module pycurl
class Curl = opens
    perform = blocks outbound ! .error
    close = closes
    setopt
class error < Exception

module minio
class Minio = per-request-costly
    put_object get_object fput_object fget_object remove_object list_objects = blocks outbound ! minio.error.MinioException
    bucket_exists make_bucket stat_object = blocks outbound ! minio.error.MinioException
    presigned_get_object presigned_put_object -> str

module minio.error
class MinioException < Exception
class S3Error InvalidResponseError ServerError < .MinioException

module azure.core.exceptions
class AzureError < Exception
class HttpResponseError ServiceRequestError ServiceResponseError < .AzureError
class ResourceNotFoundError ResourceExistsError ClientAuthenticationError < .HttpResponseError

module azure.storage.blob
class BlobServiceClient = opens context per-request-costly
    get_blob_client -> .BlobClient
    get_container_client -> .ContainerClient
    from_connection_string -> Class
    close = closes
class BlobClient = context
    upload_blob download_blob delete_blob exists = blocks outbound ! azure.core.exceptions.AzureError
    .url -> str
class ContainerClient = context
    upload_blob download_blob delete_blob list_blobs exists create_container = blocks outbound ! azure.core.exceptions.AzureError
    get_blob_client -> .BlobClient

module zeep
class Client = per-request-costly blocks outbound
    .service
""",
)

LIBRARIES = (HTTP,)
