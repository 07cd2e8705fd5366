"""Search engines, hosted databases, wide-column and graph stores, directories, AWS."""

from __future__ import annotations

from backend_lint.libraries.notation import table

SEARCH = table(
    "search and graph databases",
    """
alias opensearchpy.OpenSearch = elasticsearch.Elasticsearch
alias opensearchpy.AsyncOpenSearch = elasticsearch.AsyncElasticsearch
alias elasticsearch.exceptions.NotFoundError = elasticsearch.NotFoundError
alias elasticsearch.exceptions.ConnectionError = elasticsearch.ConnectionError
alias elasticsearch.exceptions.TransportError = elasticsearch.TransportError
alias elasticsearch.exceptions.RequestError = elasticsearch.BadRequestError

module elasticsearch
class Elasticsearch = opens context per-request-costly
    search get mget count exists msearch scroll get_source termvectors = reads blocks
    index create update delete delete_by_query update_by_query bulk reindex = writes blocks
    ping info = blocks
    close = closes
    .indices .cluster .cat
class AsyncElasticsearch = opens context per-request-costly
    close = closes coroutine
class TransportError < Exception
class ConnectionError < .TransportError
class ConnectionTimeout < .TransportError
class ApiError < Exception
class NotFoundError ConflictError BadRequestError AuthenticationException AuthorizationException < .ApiError

module elasticsearch.helpers
def bulk streaming_bulk parallel_bulk reindex = writes blocks
def scan = reads blocks
def async_bulk = writes coroutine
def async_scan = reads

module neo4j
class GraphDatabase
    driver = opens context per-request-costly -> .Driver
class AsyncGraphDatabase
    driver = opens context per-request-costly -> .AsyncDriver
class Driver = context
    session = opens context -> .Session
    execute_query = reads blocks
    verify_connectivity = blocks
    close = closes
class AsyncDriver = context
    session = opens context -> .AsyncSession
    execute_query = reads coroutine
    verify_connectivity = coroutine
    close = closes coroutine
class Session = context
    run = reads sql blocks
    execute_read read_transaction = reads blocks
    execute_write write_transaction = writes blocks
    begin_transaction = begins context blocks
    close = closes
class AsyncSession = context
    run = reads sql coroutine
    execute_read = reads coroutine
    execute_write = writes coroutine
    close = closes coroutine

module neo4j.exceptions
class GqlError < Exception
class DriverError Neo4jError < .GqlError
class ServiceUnavailable SessionExpired ConfigurationError < .DriverError
class ClientError DatabaseError TransientError < .Neo4jError
class AuthError ConstraintError CypherSyntaxError < .ClientError

module cassandra.cluster
class Cluster = opens context per-request-costly
    connect = opens context blocks -> .Session ! .NoHostAvailable
    shutdown = closes
class Session = context
    execute = reads sql blocks
    execute_async = reads sql
    prepare = blocks
    shutdown = closes
class NoHostAvailable < Exception

module cassandra
class DriverException < Exception
class AuthenticationFailed OperationTimedOut RequestExecutionException RequestValidationException < .DriverException
class Timeout Unavailable < .RequestExecutionException
class ReadTimeout WriteTimeout < .Timeout
class InvalidRequest Unauthorized < .RequestValidationException

module influxdb_client
class InfluxDBClient = opens context per-request-costly
    close = closes
""",
    copies={"elasticsearch.AsyncElasticsearch": "elasticsearch.Elasticsearch"},
)

HOSTED = table(
    "hosted databases",
    """
alias supabase.client.Client supabase.SyncClient supabase._sync.client.SyncClient = supabase.Client
alias supabase.client.create_client supabase._sync.client.create_client = supabase.create_client
alias supabase._async.client.create_client supabase.create_async_client = supabase.acreate_client
alias supabase._async.client.AsyncClient = supabase.AsyncClient
alias supabase_auth.errors = gotrue.errors
alias google.cloud.firestore_v1 google.cloud.firestore_v1.client = google.cloud.firestore
alias google.cloud.firestore_v1.base_query.FieldFilter = google.cloud.firestore.FieldFilter

module supabase
class Client = per-request-costly
    table from_ -> .QueryBuilder
    rpc -> .QueryBuilder
    .auth -> .Auth
    .storage
class AsyncClient = per-request-costly
    table from_ -> .AsyncQueryBuilder
    rpc -> .AsyncQueryBuilder
    .auth -> .AsyncAuth
    .storage
class QueryBuilder
    select eq neq gt gte lt lte like ilike is_ in_ contains order limit range single maybe_single or_ match = builds-query -> Self
    text_search not_ = builds-query -> Self
    insert upsert update delete = writes -> Self
    execute = reads connects blocks ! postgrest.exceptions.APIError httpx.HTTPError
class AsyncQueryBuilder
    select eq neq gt gte lt lte like ilike is_ in_ contains order limit range single maybe_single or_ match = builds-query -> Self
    text_search not_ = builds-query -> Self
    insert upsert update delete = writes -> Self
    execute = reads connects coroutine ! postgrest.exceptions.APIError httpx.HTTPError
class Auth
    sign_up sign_in_with_password sign_out get_user refresh_session = blocks outbound ! gotrue.errors.AuthError httpx.HTTPError
    sign_in_with_otp reset_password_email = blocks outbound ! gotrue.errors.AuthError httpx.HTTPError
class AsyncAuth
    sign_up sign_in_with_password sign_out get_user refresh_session = coroutine outbound ! gotrue.errors.AuthError httpx.HTTPError
    sign_in_with_otp reset_password_email = coroutine outbound ! gotrue.errors.AuthError httpx.HTTPError
def create_client = per-request-costly -> .Client
def acreate_client = per-request-costly coroutine -> .AsyncClient

module gotrue.errors
class AuthError < Exception
class AuthApiError AuthSessionMissingError AuthRetryableError AuthUnknownError AuthInvalidCredentialsError < .AuthError

module postgrest.exceptions
class APIError < Exception

module google.cloud.firestore
class Client = per-request-costly
    collection collection_group -> .CollectionReference
    document -> .DocumentReference
    batch -> .WriteBatch
    get_all = reads connects blocks ! google.api_core.exceptions.GoogleAPIError
    transaction = begins
    close = closes
class AsyncClient = per-request-costly
    collection collection_group -> .AsyncCollectionReference
    document -> .AsyncDocumentReference
class CollectionReference
    document -> .DocumentReference
    where order_by limit offset start_after start_at end_at select = builds-query -> Self
    get stream = reads connects blocks -> list[.DocumentSnapshot] ! google.api_core.exceptions.GoogleAPIError
    add = writes connects blocks ! google.api_core.exceptions.GoogleAPIError
    count = aggregates
class Query < .CollectionReference
class DocumentReference
    get = reads connects blocks -> .DocumentSnapshot ! google.api_core.exceptions.GoogleAPIError
    set create update delete = writes connects blocks ! google.api_core.exceptions.GoogleAPIError
    collection -> .CollectionReference
    .id -> str
class DocumentSnapshot
    to_dict -> dict
    get
    .exists -> bool
    .reference -> .DocumentReference
    .id -> str
class WriteBatch
    set update delete create = writes
    commit = commits connects blocks ! google.api_core.exceptions.GoogleAPIError
class AsyncCollectionReference
    document -> .AsyncDocumentReference
    where order_by limit offset start_after select = builds-query -> Self
    get = reads connects coroutine -> list[.DocumentSnapshot] ! google.api_core.exceptions.GoogleAPIError
    stream = reads connects -> list[.DocumentSnapshot] ! google.api_core.exceptions.GoogleAPIError
    add = writes connects coroutine ! google.api_core.exceptions.GoogleAPIError
class AsyncDocumentReference
    get = reads connects coroutine -> .DocumentSnapshot ! google.api_core.exceptions.GoogleAPIError
    set create update delete = writes connects coroutine ! google.api_core.exceptions.GoogleAPIError
    collection -> .AsyncCollectionReference
class FieldFilter

module firebase_admin.firestore
def client = per-request-costly -> google.cloud.firestore.Client

module firebase_admin
def initialize_app get_app

module firebase_admin.exceptions
class FirebaseError < Exception

module firebase_admin.auth
def verify_id_token verify_session_cookie = verifies blocks -> dict
def create_user update_user delete_user get_user get_user_by_email = blocks outbound ! firebase_admin.exceptions.FirebaseError
def set_custom_user_claims = blocks outbound ! firebase_admin.exceptions.FirebaseError
def create_custom_token -> bytes

module google.cloud.storage
class Client = per-request-costly
    bucket get_bucket -> .Bucket
class Bucket
    blob -> .Blob
    get_blob = blocks outbound -> .Blob ! google.api_core.exceptions.GoogleAPIError
class Blob
    upload_from_string upload_from_file upload_from_filename = blocks outbound ! google.api_core.exceptions.GoogleAPIError
    download_as_bytes download_as_text delete exists make_public = blocks outbound ! google.api_core.exceptions.GoogleAPIError
    download_to_filename = blocks outbound path-sink ! google.api_core.exceptions.GoogleAPIError
    generate_signed_url -> str

module google.api_core.exceptions
class GoogleAPIError < Exception
class GoogleAPICallError < .GoogleAPIError
class NotFound AlreadyExists PermissionDenied InvalidArgument ServiceUnavailable DeadlineExceeded < .GoogleAPICallError
""",
)

_AWS_ERRORS = "! botocore.exceptions.ClientError botocore.exceptions.BotoCoreError boto3.exceptions.Boto3Error"

AWS = table(
    "aws",
    f"""
alias boto3.session.Session = boto3.Session
alias botocore.client.BaseClient = boto3.Client
alias aioboto3.session.Session aiobotocore.session.AioSession = aioboto3.Session
alias aiobotocore.session.get_session = aiobotocore.get_session
alias botocore.errorfactory.ClientError = botocore.exceptions.ClientError

module boto3
class Session
    client = per-request-costly -> .Client
    resource = per-request-costly -> .Resource
    get_credentials
class Client
    put_object get_object head_object delete_object = blocks outbound {_AWS_ERRORS}
    delete_objects copy_object list_objects list_objects_v2 upload_fileobj = blocks outbound {_AWS_ERRORS}
    create_bucket head_bucket list_buckets upload_part create_multipart_upload complete_multipart_upload = blocks outbound {_AWS_ERRORS}
    upload_file download_fileobj = blocks outbound {_AWS_ERRORS}
    download_file = blocks outbound {_AWS_ERRORS}
    send_message send_message_batch receive_message delete_message publish put_events put_record put_records = blocks outbound {_AWS_ERRORS}
    invoke start_execution get_secret_value get_parameter = blocks outbound {_AWS_ERRORS}
    get_parameters assume_role get_caller_identity encrypt decrypt = blocks outbound {_AWS_ERRORS}
    initiate_auth admin_initiate_auth sign_up confirm_sign_up = blocks outbound {_AWS_ERRORS}
    admin_create_user admin_get_user get_user invoke_model = blocks outbound {_AWS_ERRORS}
    converse = blocks outbound {_AWS_ERRORS}
    send_email send_raw_email send_templated_email = email blocks outbound {_AWS_ERRORS}
    get_item batch_get_item query scan transact_get_items = reads connects blocks outbound {_AWS_ERRORS}
    put_item update_item delete_item batch_write_item transact_write_items = writes connects blocks outbound {_AWS_ERRORS}
    generate_presigned_url -> str
    generate_presigned_post -> dict
    get_paginator get_waiter
    close = closes
    .exceptions
    .meta -> .ServiceMeta
class Resource
    Table -> .Table
    Bucket Object Queue Topic -> .ServiceObject
    .meta -> .ServiceMeta
class ServiceMeta
    .client -> .Client
class Table
    get_item query scan = reads connects blocks outbound {_AWS_ERRORS}
    put_item update_item delete_item = writes connects blocks outbound {_AWS_ERRORS}
    batch_writer = context -> .Table
    load = blocks outbound {_AWS_ERRORS}
class ServiceObject
    put get delete upload_file upload_fileobj = blocks outbound {_AWS_ERRORS}
    download_file download_fileobj send_message receive_messages publish load = blocks outbound {_AWS_ERRORS}
    Object -> .ServiceObject
def client = per-request-costly -> .Client
def resource = per-request-costly -> .Resource
def setup_default_session

module aioboto3
class Session
    client = opens context -> .Client
    create_client = opens context -> .Client
    resource = opens context -> .Resource
class Client = context
    generate_presigned_url = coroutine -> str
    close = closes coroutine
class Resource = context
    Table = coroutine -> .Table
class Table = context

module aiobotocore
def get_session -> aioboto3.Session

module botocore.exceptions
class BotoCoreError < Exception
class ClientError < Exception
    .response -> dict
class HTTPClientError ConnectionError NoCredentialsError PartialCredentialsError ParamValidationError NoRegionError < .BotoCoreError
class EndpointConnectionError < .ConnectionError
class ConnectTimeoutError < .ConnectionError OSError
class ConnectionClosedError < .HTTPClientError
class ReadTimeoutError < .HTTPClientError OSError
class WaiterError < .BotoCoreError

module boto3.exceptions
class Boto3Error < Exception
class S3UploadFailedError < .Boto3Error

module boto3.dynamodb.conditions
class Key Attr
""",
    copies={"aioboto3.Client": "boto3.Client", "aioboto3.Table": "boto3.Table"},
)

DIRECTORIES = table(
    "ldap",
    """
alias ldap3.core.connection.Connection = ldap3.Connection
alias ldap3.core.server.Server = ldap3.Server
alias ldap.open ldap.functions.initialize = ldap.initialize

module ldap3
class Server ServerPool
class Connection = opens context
    bind rebind start_tls open = blocks outbound -> bool
    search = reads blocks outbound
    add delete modify modify_dn = writes blocks outbound
    compare = blocks outbound
    unbind = closes blocks
    .entries .response .result
    .bound -> bool

module ldap3.core.exceptions
class LDAPException < Exception
class LDAPExceptionError LDAPOperationResult < .LDAPException
class LDAPBindError LDAPCommunicationError LDAPInvalidServerError LDAPInvalidFilterError < .LDAPExceptionError
class LDAPSocketOpenError LDAPSessionTerminatedByServerError < .LDAPCommunicationError
class LDAPSocketReceiveError LDAPSocketSendError < .LDAPCommunicationError OSError
class LDAPInvalidCredentialsResult LDAPNoSuchObjectResult LDAPEntryAlreadyExistsResult LDAPOperationsErrorResult < .LDAPOperationResult

module ldap3.utils.conv
def escape_filter_chars = escapes -> str

module ldap
class LDAPError < Exception
class SERVER_DOWN INVALID_CREDENTIALS NO_SUCH_OBJECT TIMEOUT CONNECT_ERROR ALREADY_EXISTS INSUFFICIENT_ACCESS < .LDAPError
class LDAPObject
    simple_bind_s bind_s sasl_interactive_bind_s start_tls_s whoami_s = blocks outbound ! .LDAPError
    search_s search_st search_ext_s = reads blocks outbound -> list ! .LDAPError
    add_s modify_s delete_s rename_s passwd_s = writes blocks outbound ! .LDAPError
    search_ext result3 = blocks outbound
    unbind unbind_s unbind_ext_s = closes blocks
    set_option
def initialize = opens -> .LDAPObject

module ldap.filter
def escape_filter_chars filter_format = escapes -> str
""",
)

LIBRARIES = (SEARCH, HOSTED, AWS, DIRECTORIES)
