"""HTTP and RPC clients, mail, SDKs of outside services, message brokers.

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
    get post put patch delete head options = blocks outbound url-sink -> .Response ! .exceptions.RequestException
    request send = blocks outbound -> .Response ! .exceptions.RequestException
    mount prepare_request
    close = closes
    .headers .cookies .proxies .params -> dict
    .auth .verify .cert
class Request PreparedRequest
def get post put patch delete head options = blocks outbound url-sink -> .Response ! .exceptions.RequestException
def request = blocks outbound -> .Response ! .exceptions.RequestException

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
    fetch_token refresh_token = blocks outbound

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
    request urlopen request_encode_url request_encode_body = blocks outbound -> .HTTPResponse ! .exceptions.HTTPError
    clear = closes
class HTTPResponse
    read json = blocks
    .status -> int
    .data -> bytes
class ProxyManager < .PoolManager
class Retry Timeout
def request = blocks outbound -> .HTTPResponse ! .exceptions.HTTPError
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

module zeep
class Client = per-request-costly blocks outbound
    .service
""",
)

MAIL = table(
    "mail",
    """
alias flask_mail.Connection = flask_mail.Mail
alias flask_mailman.EmailMessage = django.core.mail.EmailMessage
alias flask_mailman.EmailMultiAlternatives = django.core.mail.EmailMultiAlternatives
alias flask_mailman.send_mail = django.core.mail.send_mail
alias django.core.mail.message = django.core.mail

module flask_mail
class Mail
    send send_message = email blocks outbound
    connect = opens context blocks outbound -> .Mail
    init_app
class Message
    attach
    send = email blocks outbound

module django.core.mail
class EmailMessage
    send = email blocks outbound
    attach
    attach_file = blocks path-sink
class EmailMultiAlternatives < .EmailMessage
    attach_alternative
class BadHeaderError < ValueError
def send_mail send_mass_mail mail_admins mail_managers = email blocks outbound
def get_connection

module fastapi_mail
class FastMail
    send_message = email coroutine outbound
class MessageSchema ConnectionConfig MessageType

module aiosmtplib
class SMTP = opens context
    connect login starttls = coroutine outbound
    send_message sendmail = email coroutine outbound
    quit = closes coroutine
    close = closes
class SMTPException < Exception
def send = email coroutine outbound ! .SMTPException

module sendgrid
class SendGridAPIClient
    send = email blocks outbound

module sendgrid.helpers.mail
class Mail

module resend
class Emails
    send = email blocks outbound

module yagmail
class SMTP = context
    send = email blocks outbound
    close = closes

module mailjet_rest
class Client
""",
)

_STRIPE = (
    "Account BalanceTransaction Charge Coupon Customer Dispute Event Invoice InvoiceItem PaymentIntent PaymentMethod Payout Plan Price "
    "Product PromotionCode Refund SetupIntent Source Subscription SubscriptionItem TaxRate Token Transfer"
)

SERVICES = table(
    "services",
    f"""
alias stripe.error stripe._error = stripe
alias openai.error = openai
alias openai.AzureOpenAI = openai.OpenAI
alias openai.AsyncAzureOpenAI = openai.AsyncOpenAI
alias slack.WebClient = slack_sdk.WebClient
alias slack_sdk.web.client.WebClient = slack_sdk.WebClient

module stripe
class {_STRIPE}
    create retrieve modify list delete confirm capture cancel attach detach pay void_invoice = blocks outbound ! .StripeError
    finalize_invoice search save = blocks outbound ! .StripeError
    create_async retrieve_async modify_async list_async delete_async confirm_async cancel_async = coroutine outbound ! .StripeError
class checkout.Session billing_portal.Session
    create retrieve expire list_line_items = blocks outbound ! .StripeError
    create_async retrieve_async = coroutine outbound ! .StripeError
class Webhook
    construct_event = verifies ! .SignatureVerificationError ValueError
class StripeError < Exception
    .user_message -> str
class APIConnectionError APIError AuthenticationError CardError IdempotencyError InvalidRequestError PermissionError < .StripeError
class RateLimitError < .StripeError
class SignatureVerificationError < .StripeError

module twilio.rest
class Client
    .messages .calls -> .Resources
    .verify
class Resources
    create fetch list = blocks outbound ! twilio.base.exceptions.TwilioException

module twilio.base.exceptions
class TwilioException < Exception
class TwilioRestException < .TwilioException

module openai
class OpenAI = per-request-costly context
    .chat .beta .audio .images -> .Chat
    .completions .embeddings .responses .moderations -> .Completions
    close = closes
class AsyncOpenAI = per-request-costly context
    .chat .beta .audio .images -> .AsyncChat
    .completions .embeddings .responses .moderations -> .AsyncCompletions
    close = closes coroutine
class Chat
    .completions .transcriptions .speech -> .Completions
    generate edit = blocks outbound ! .OpenAIError
class AsyncChat
    .completions .transcriptions .speech -> .AsyncCompletions
    generate edit = coroutine outbound ! .OpenAIError
class Completions
    create parse retrieve = blocks outbound ! .OpenAIError
class AsyncCompletions
    create parse retrieve = coroutine outbound ! .OpenAIError
class ChatCompletion Completion Embedding Image Moderation
    create = blocks outbound ! .OpenAIError
    acreate = coroutine outbound ! .OpenAIError
class OpenAIError < Exception
class APIError < .OpenAIError
class APIConnectionError APIStatusError < .APIError
class APITimeoutError < .APIConnectionError
class RateLimitError AuthenticationError BadRequestError NotFoundError PermissionDeniedError InternalServerError < .APIStatusError

module anthropic
class Anthropic = per-request-costly context
    .messages .completions -> .Messages
    close = closes
class AsyncAnthropic = per-request-costly context
    .messages .completions -> .AsyncMessages
    close = closes coroutine
class Messages
    create count_tokens = blocks outbound ! .AnthropicError
    stream = blocks outbound context
class AsyncMessages
    create count_tokens = coroutine outbound ! .AnthropicError
    stream = outbound context
class AnthropicError < Exception
class APIError < .AnthropicError
class APIConnectionError APIStatusError < .APIError
class RateLimitError AuthenticationError BadRequestError < .APIStatusError

module google.generativeai
class GenerativeModel
    generate_content = blocks outbound
    generate_content_async = coroutine outbound

module slack_sdk
class WebClient
    chat_postMessage chat_update files_upload files_upload_v2 conversations_list users_info api_call = blocks outbound

module slack_sdk.errors
class SlackApiError < Exception

module razorpay
class Client
    .order .payment .refund .customer .subscription -> .Resource
    .utility
class Resource
    create fetch all capture refund = blocks outbound

module paramiko
class SSHClient = opens context
    connect = blocks outbound
    exec_command = blocks command-sink outbound
    open_sftp = opens context blocks outbound
    close = closes
class SSHException < Exception
class AuthenticationException < .SSHException

module docker
class DockerClient = opens context
    close = closes
    .containers .images .networks .volumes
def from_env = opens context per-request-costly -> .DockerClient

module pusher
class Pusher
    trigger = blocks outbound

module firebase_admin.messaging
def send send_multicast send_each send_each_for_multicast = blocks outbound
class Message MulticastMessage Notification
""",
)

LIBRARIES = (HTTP, MAIL, SERVICES)
