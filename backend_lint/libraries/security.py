"""Passwords, tokens, configuration, retries, logs, and what else backends commonly import."""

from __future__ import annotations

from backend_lint.libraries.notation import table

SECURITY = table(
    "security",
    """
alias jwt.exceptions jwt.api_jwt = jwt
alias jose.exceptions = jose
alias jose.jwt.JWTError = jose.JWTError
alias jose.jwt.ExpiredSignatureError = jose.ExpiredSignatureError
alias itsdangerous.exc itsdangerous.url_safe itsdangerous.timed itsdangerous.serializer itsdangerous.signer itsdangerous.jws = itsdangerous
alias pyotp.totp.TOTP = pyotp.TOTP
alias pyotp.hotp.HOTP = pyotp.HOTP
alias argon2._password_hasher.PasswordHasher = argon2.PasswordHasher
alias authlib.integrations.starlette_client.OAuth = authlib.integrations.base_client.AsyncOAuth
alias authlib.integrations.flask_client.OAuth authlib.integrations.django_client.OAuth = authlib.integrations.base_client.OAuth

module jwt
class PyJWTError < Exception
class InvalidKeyError InvalidTokenError PyJWKClientError PyJWKError PyJWKSetError < .PyJWTError
class DecodeError ExpiredSignatureError ImmatureSignatureError InvalidAlgorithmError InvalidAudienceError < .InvalidTokenError
class InvalidIssuedAtError InvalidIssuerError MissingRequiredClaimError < .InvalidTokenError
class InvalidSignatureError < .DecodeError
class PyJWT
    encode -> str
    decode decode_complete = verifies -> dict ! .PyJWTError
class PyJWKClient
    get_signing_key_from_jwt get_jwk_set fetch_data = blocks outbound ! .PyJWKClientError
def encode -> str
def decode decode_complete = verifies -> dict ! .PyJWTError
def get_unverified_header -> dict

module jose
class JOSEError < Exception
class JWEError JWKError JWSError JWTError < .JOSEError
class ExpiredSignatureError JWTClaimsError < .JWTError

module jose.jwt
def encode -> str
def decode = verifies -> dict ! jose.JWTError
def get_unverified_claims get_unverified_header -> dict

module jose.jws
def sign -> str
def verify = verifies ! jose.JWSError

module authlib.jose
class JsonWebToken
    encode -> bytes
    decode = verifies
object jwt -> .JsonWebToken

module authlib.integrations.base_client
class OAuth
    register create_client -> .RemoteApp
    init_app
    __getattr__ -> .RemoteApp
class AsyncOAuth
    register create_client -> .AsyncRemoteApp
    __getattr__ -> .AsyncRemoteApp
class RemoteApp
    authorize_redirect = blocks outbound response
    authorize_access_token parse_id_token userinfo get post = blocks outbound ! .OAuthError
class AsyncRemoteApp
    authorize_redirect = coroutine outbound response
    authorize_access_token parse_id_token userinfo get post = coroutine outbound ! .OAuthError
class OAuthError < Exception

module google.oauth2.id_token
def verify_oauth2_token verify_firebase_token verify_token = verifies blocks outbound -> dict

module google.auth.transport.requests
class Request

module itsdangerous
class BadData < Exception
class BadPayload BadSignature < .BadData
class BadHeader BadTimeSignature < .BadSignature
class SignatureExpired < .BadTimeSignature
class Signer TimestampSigner
    sign -> bytes
    unsign = verifies ! .BadSignature
    validate = verifies -> bool
class Serializer
    dumps -> str
    loads = verifies ! .BadData
    loads_unsafe -> tuple
class TimedSerializer URLSafeSerializer < .Serializer
class URLSafeTimedSerializer JSONWebSignatureSerializer TimedJSONWebSignatureSerializer < .Serializer

module passlib.context
class CryptContext
    hash encrypt = blocks-briefly -> str
    verify = blocks-briefly verifies -> bool
    verify_and_update = blocks-briefly verifies -> tuple
    needs_update identify

module passlib.hash
class bcrypt argon2 pbkdf2_sha256 pbkdf2_sha512 sha256_crypt sha512_crypt scrypt bcrypt_sha256 django_pbkdf2_sha256
    hash encrypt = blocks-briefly -> str
    verify = blocks-briefly verifies -> bool
    using
class md5_crypt plaintext hex_md5 hex_sha1 hex_sha256 ldap_md5
    hash encrypt -> str
    verify = verifies -> bool

module passlib.exc
class UnknownHashError < ValueError

module bcrypt
def hashpw kdf = blocks-briefly -> bytes
def checkpw = blocks-briefly verifies -> bool
def gensalt -> bytes

module argon2
class PasswordHasher
    hash = blocks-briefly -> str
    verify = blocks-briefly verifies -> bool ! .exceptions.VerifyMismatchError
    check_needs_rehash -> bool

module argon2.exceptions
class Argon2Error < Exception
class VerificationError HashingError < .Argon2Error
class VerifyMismatchError < .VerificationError
class InvalidHashError < ValueError

module pwdlib
class PasswordHash
    hash = blocks-briefly -> str
    verify = blocks-briefly verifies -> bool
    verify_and_update = blocks-briefly verifies -> tuple
    recommended -> .PasswordHash

module cryptography.fernet
class Fernet MultiFernet
    encrypt -> bytes
    decrypt = verifies -> bytes ! .InvalidToken
    generate_key -> bytes
class InvalidToken < Exception

module cryptography.exceptions
class InvalidSignature < Exception

module pyotp
class TOTP HOTP
    verify = verifies -> bool
    now at provisioning_uri -> str
def random_base32 -> str

module svix.webhooks
class Webhook
    verify = verifies ! .WebhookVerificationError
class WebhookVerificationError < Exception

# https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries/python
alias standardwebhooks.webhooks = standardwebhooks
module standardwebhooks
class Webhook
    verify = verifies ! .WebhookVerificationError
class WebhookVerificationError < Exception
""",
)

SETTINGS = table(
    "settings",
    """
alias decouple.AutoConfig = decouple.Config
alias dotenv.main = dotenv

module decouple
class Config
    __call__ get
class Csv RepositoryEnv
class UndefinedValueError < Exception
object config -> .Config

module environ
class Env
    __call__ get_value
    str unicode url -> str
    bool -> bool
    int -> int
    float -> float
    list tuple -> list[str]
    dict json db cache email_url search_url db_url cache_url -> dict
    path -> .Path
    read_env
    ENVIRON
class FileAwareEnv < .Env
class Path
    path -> Self
class ImproperlyConfigured < Exception

module environs
class Env
    __call__ str url enum log_level -> str
    bool -> bool
    int -> int
    float -> float
    decimal -> decimal.Decimal
    list -> list[str]
    dict json dj_db_url dj_email_url dj_cache_url -> dict
    path -> pathlib.Path
    date -> datetime.date
    datetime -> datetime.datetime
    timedelta -> datetime.timedelta
    uuid -> uuid.UUID
    read_env seal prefixed
class EnvError < ValueError
class EnvValidationError < .EnvError

module dotenv
def load_dotenv = blocks-briefly -> bool
def dotenv_values = blocks-briefly -> dict
def get_key -> str
def find_dotenv -> str

module dynaconf
class Dynaconf LazySettings

module dj_database_url
def config parse -> dict
""",
)

OPERATIONS = table(
    "operations",
    """
alias loguru._logger.Logger = loguru.Logger
alias structlog.getLogger structlog.stdlib.get_logger = structlog.get_logger
alias structlog.stdlib.BoundLogger = structlog.BoundLogger

module structlog
class BoundLogger
    debug info warning warn error exception critical fatal msg log = logs
    adebug ainfo awarning aerror aexception acritical = logs coroutine
    bind unbind new try_unbind -> Self
def get_logger -> .BoundLogger
def configure

module loguru
class Logger
    trace debug info success warning error critical exception log = logs
    bind opt patch contextualize -> Self
    add remove configure catch
object logger -> .Logger

module sentry_sdk
def capture_exception capture_message capture_event = logs
def init set_tag set_user set_context push_scope configure_scope start_transaction start_span add_breadcrumb

module rollbar
def report_exc_info report_message = logs

module newrelic.agent
def notice_error record_exception = logs

module tenacity
class RetryError < Exception
class Retrying AsyncRetrying = retries
def retry = retries
def stop_after_attempt wait_fixed wait_exponential retry_if_exception_type

module backoff
def on_exception = retries
def on_predicate expo constant fibo

module retrying
def retry = retries

module retry
def retry = retries
alias retry.api.retry = retry.retry

module stamina
def retry retry_context = retries

module retry_decorator
def retry = retries

module PIL.Image
class Image = context
    save = blocks path-sink
    resize thumbnail convert crop rotate
    close = closes
def open = opens context blocks path-sink -> .Image
def new fromarray frombytes -> .Image

module pandas
class DataFrame
    to_csv to_excel to_parquet to_json to_pickle = blocks path-sink
    to_sql = writes blocks
def read_csv read_excel read_json read_parquet read_pickle = blocks path-sink -> .DataFrame
def read_sql read_sql_query read_sql_table = reads sql blocks -> .DataFrame

module openpyxl
class Workbook
    save = blocks path-sink
def load_workbook = blocks path-sink -> .Workbook

module yaml
class YAMLError < Exception
def safe_load load safe_load_all full_load ! .YAMLError
def dump safe_dump -> str

module orjson
class JSONDecodeError < json.JSONDecodeError
def loads ! .JSONDecodeError
def dumps -> bytes

module ujson
def loads ! ValueError
def dumps -> str

module simplejson
def loads ! json.JSONDecodeError
def dumps -> str

module xlsxwriter
class Workbook = context
    close = closes blocks

module slugify
def slugify = escapes -> str

module flask_babel
def gettext ngettext lazy_gettext _ -> str

module lxml.etree
class XMLSyntaxError < SyntaxError
def fromstring XML ! .XMLSyntaxError
def parse = blocks path-sink ! .XMLSyntaxError

module psutil
def cpu_percent = blocks -> float
def virtual_memory disk_usage

module arrow
class Arrow
    isoformat format -> str
    shift replace to floor ceil -> Self
    .datetime -> datetime.datetime
def get = converts -> .Arrow ! ValueError
def utcnow now -> .Arrow

module pendulum
def parse = converts ! ValueError
def now

module pytz
class UnknownTimeZoneError < KeyError
def timezone = converts -> datetime.tzinfo ! .UnknownTimeZoneError

module click
class ClickException < Exception
class UsageError < .ClickException
class BadParameter < .UsageError
class Abort < RuntimeError
class Group Command ParamType
def command group option argument pass_context echo prompt confirm

module typer
class Typer
    command callback add_typer
class Exit < RuntimeError
class Abort < RuntimeError

module graphene
class ObjectType InputObjectType Mutation Schema Field String Int Boolean List ID Float

module strawberry
class Schema
def type input field mutation

module strawberry.fastapi
class GraphQLRouter < fastapi.APIRouter
""",
)

LIBRARIES = (SECURITY, SETTINGS, OPERATIONS)
