"""Document, key-value, graph and hosted databases, directories: MongoDB, Redis, Elasticsearch, Firestore, Supabase, Cassandra, Neo4j, LDAP.

Redis is declared to block, not to read or write: it is a cache far more often than a database.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

MONGO = table(
    "mongo",
    """
alias pymongo.mongo_client.MongoClient pymongo.synchronous.mongo_client.MongoClient pymongo.Connection = pymongo.MongoClient
alias pymongo.asynchronous.mongo_client.AsyncMongoClient = pymongo.AsyncMongoClient
alias pymongo.synchronous.database.Database = pymongo.database.Database
alias pymongo.synchronous.collection.Collection = pymongo.collection.Collection
alias pymongo.asynchronous.database.AsyncDatabase = motor.motor_asyncio.AsyncIOMotorDatabase
alias pymongo.asynchronous.collection.AsyncCollection = motor.motor_asyncio.AsyncIOMotorCollection
alias motor.core.AgnosticClient = motor.motor_asyncio.AsyncIOMotorClient
alias motor.core.AgnosticDatabase = motor.motor_asyncio.AsyncIOMotorDatabase
alias motor.core.AgnosticCollection = motor.motor_asyncio.AsyncIOMotorCollection
alias motor.MotorClient motor.motor_tornado.MotorClient = motor.motor_asyncio.AsyncIOMotorClient
alias bson.objectid.ObjectId = bson.ObjectId
alias mongoengine.errors mongoengine.queryset.queryset mongoengine.document mongoengine.fields mongoengine.connection = mongoengine
alias mongoengine.queryset mongoengine.queryset.base = mongoengine

module bson
class ObjectId = converts ! .errors.InvalidId TypeError

module bson.errors
class BSONError < Exception
class InvalidId InvalidDocument InvalidBSON InvalidStringData < .BSONError

module pymongo
class MongoClient = opens context per-request-costly
    get_database get_default_database __getitem__ __getattr__ -> .database.Database
    start_session = opens context -> .client_session.ClientSession
    close = closes
    server_info list_database_names drop_database = blocks
    .admin -> .database.Database
class AsyncMongoClient = opens context per-request-costly
    get_database get_default_database __getitem__ __getattr__ -> motor.motor_asyncio.AsyncIOMotorDatabase
    start_session = opens context -> .client_session.ClientSession
    close = closes coroutine
    server_info list_database_names = coroutine
class InsertOne UpdateOne UpdateMany ReplaceOne DeleteOne DeleteMany

module pymongo.client_session
class ClientSession = context
    start_transaction = begins context-commits
    commit_transaction = commits blocks
    abort_transaction = rolls-back blocks
    with_transaction = commits blocks
    end_session = closes

module pymongo.database
class Database
    get_collection create_collection __getitem__ __getattr__ -> pymongo.collection.Collection
    command list_collection_names drop_collection = blocks
    .name -> str
    .client -> pymongo.MongoClient

module pymongo.collection
class Collection
    find = reads blocks -> pymongo.cursor.Cursor
    find_one = reads blocks may-be-none -> dict
    find_one_and_update find_one_and_replace find_one_and_delete = reads writes blocks may-be-none -> dict
    insert_one insert_many update_one update_many replace_one delete_one delete_many bulk_write save insert update remove = writes blocks
    count_documents estimated_document_count count = reads blocks -> int
    distinct = reads blocks -> list
    aggregate = reads aggregates blocks -> pymongo.cursor.Cursor
    create_index create_indexes drop_index drop index_information = blocks
    with_options __getitem__ __getattr__ -> .Collection
    .name -> str
class ReturnDocument

module pymongo.cursor
class Cursor = context
    sort limit skip batch_size hint = builds-query -> Self
    to_list = reads blocks -> list[dict]
    close = closes
    next __iter__ __getitem__ -> dict

module motor.motor_asyncio
class AsyncIOMotorClient = opens per-request-costly
    get_database get_default_database __getitem__ __getattr__ -> .AsyncIOMotorDatabase
    start_session = opens context coroutine -> .AsyncIOMotorClientSession
    close = closes
    server_info list_database_names = coroutine
class AsyncIOMotorClientSession = context
    start_transaction = begins context-commits
    commit_transaction = commits coroutine
    abort_transaction = rolls-back coroutine
    end_session = closes coroutine
class AsyncIOMotorDatabase
    get_collection __getitem__ __getattr__ -> .AsyncIOMotorCollection
    command list_collection_names create_collection drop_collection = coroutine
class AsyncIOMotorCollection
    find = reads -> .AsyncIOMotorCursor
    find_one = reads coroutine may-be-none -> dict
    find_one_and_update find_one_and_replace find_one_and_delete = reads writes coroutine may-be-none -> dict
    insert_one insert_many update_one update_many replace_one delete_one delete_many bulk_write = writes coroutine
    count_documents estimated_document_count = reads coroutine -> int
    distinct = reads coroutine -> list
    aggregate = reads aggregates -> .AsyncIOMotorCursor
    create_index create_indexes drop_index drop = coroutine
    __getitem__ __getattr__ -> .AsyncIOMotorCollection
class AsyncIOMotorCursor
    sort limit skip batch_size hint = builds-query -> Self
    to_list = coroutine -> list[dict]
    next = coroutine -> dict
    close = closes coroutine
    __iter__ -> dict

module pymongo.errors
class PyMongoError < Exception
class CollectionInvalid ConfigurationError ConnectionFailure EncryptionError InvalidName InvalidOperation OperationFailure < .PyMongoError
class ProtocolError < .PyMongoError
class AutoReconnect WaitQueueTimeoutError < .ConnectionFailure
class BulkWriteError CursorNotFound ExecutionTimeout WriteConcernError WriteError < .OperationFailure
class InvalidURI < .ConfigurationError
class DuplicateKeyError < .WriteError
class NetworkTimeout NotPrimaryError ServerSelectionTimeoutError < .AutoReconnect

module mongoengine
class BaseDocument
    validate = validates ! .ValidationError
    to_json -> str
    to_mongo -> dict
    from_json -> Class
    .DoesNotExist -> type:.DoesNotExist
    .MultipleObjectsReturned -> type:.MultipleObjectsReturned
class Document DynamicDocument < .BaseDocument
    save delete update modify = writes blocks ! .OperationError .ValidationError
    reload = reads blocks -> Self
    clean
    .objects -> .QuerySet[Class]
    .id .pk
class EmbeddedDocument DynamicEmbeddedDocument < .BaseDocument
class QuerySet BaseQuerySet
    __call__ filter order_by limit skip only exclude select_related no_cache all clone batch_size search_text = builds-query -> Self
    get = reads blocks raises-not-found -> Elem ! .DoesNotExist .MultipleObjectsReturned
    first = reads blocks may-be-none -> Elem
    with_id = reads blocks may-be-none -> Elem
    count = reads blocks -> int
    aggregate = reads aggregates blocks
    distinct scalar in_bulk sum average = reads blocks
    update update_one upsert_one modify delete insert create = writes blocks
    __iter__ __getitem__ -> Elem
class StringField IntField FloatField BooleanField DateTimeField ReferenceField ListField EmbeddedDocumentField DictField ObjectIdField
class EmailField URLField DecimalField UUIDField FileField ImageField LazyReferenceField
class MongoEngineException < Exception
class DoesNotExist FieldDoesNotExist InvalidDocumentError InvalidQueryError MultipleObjectsReturned < .MongoEngineException
class NotRegistered OperationError < .MongoEngineException
class LookUpError < AttributeError
class ValidationError < AssertionError
class NotUniqueError BulkWriteError < .OperationError
class Q
def connect = blocks
def disconnect = closes
def get_db -> pymongo.database.Database

module beanie
class Document < pydantic.BaseModel
    insert save create replace update delete upsert set save_changes = writes coroutine
    insert_one insert_many delete_all = writes coroutine
    get = reads coroutine may-be-none -> Class
    find_one = reads coroutine may-be-none -> Class
    find find_many find_all all = builds-query -> .FindMany[Class]
    count = reads coroutine -> int
    aggregate = reads aggregates
class FindMany
    find find_many sort limit skip project = builds-query -> Self
    to_list = reads coroutine -> list[Elem]
    first_or_none = reads coroutine may-be-none -> Elem
    count = reads coroutine -> int
    delete update = writes coroutine
    __iter__ -> Elem
class Link PydanticObjectId
def init_beanie = coroutine
""",
)

REDIS = table(
    "redis",
    """
alias redis.StrictRedis redis.client.Redis redis.client.StrictRedis = redis.Redis
alias redis.asyncio.StrictRedis redis.asyncio.client.Redis aioredis.Redis aioredis.client.Redis = redis.asyncio.Redis
alias aioredis.from_url aioredis.create_redis_pool aioredis.create_redis = redis.asyncio.from_url
alias aioredis.exceptions = redis.exceptions
alias redis.RedisError = redis.exceptions.RedisError
alias redis.ConnectionError = redis.exceptions.ConnectionError
alias redis.TimeoutError = redis.exceptions.TimeoutError
alias redis.ResponseError = redis.exceptions.ResponseError
alias redis.connection.ConnectionPool = redis.ConnectionPool
alias redis.asyncio.connection.ConnectionPool = redis.asyncio.ConnectionPool
alias redis.cluster.RedisCluster = redis.RedisCluster

module redis
class Redis RedisCluster = opens context per-request-costly
    get set setex setnx mget mset getset getdel append incr incrby incrbyfloat decr decrby delete unlink exists expire expireat = blocks
    pexpire ttl pttl persist rename type keys scan scan_iter dbsize flushdb flushall ping info time echo randomkey touch dump = blocks
    restore = blocks
    hget hset hmset hmget hgetall hdel hexists hincrby hincrbyfloat hkeys hvals hlen hsetnx hscan hscan_iter = blocks
    lpush rpush lpop rpop lrange llen lindex lrem lset ltrim blpop brpop brpoplpush rpoplpush lmove linsert lpushx rpushx = blocks
    sadd srem smembers sismember scard sdiff sinter sunion spop srandmember smove sscan sscan_iter = blocks
    zadd zrem zrange zrevrange zrangebyscore zrevrangebyscore zscore zcard zcount zincrby zrank zrevrank zremrangebyscore zpopmin = blocks
    xadd xread xreadgroup xack xlen xrange xgroup_create publish eval evalsha script_load execute_command geoadd pfadd pfcount = blocks
    setbit getbit bitcount getrange setrange strlen setrange transaction watch = blocks ! .exceptions.RedisError
    from_url = opens context per-request-costly -> Class
    pipeline -> .client.Pipeline
    pubsub -> .client.PubSub
    lock -> .lock.Lock
    close = closes
    register_script json ft
    .connection_pool -> .ConnectionPool
class ConnectionPool = per-request-costly
    from_url = per-request-costly -> Class
    disconnect = closes
class BlockingConnectionPool < .ConnectionPool
class Sentinel
    master_for slave_for -> .Redis
def from_url = opens context per-request-costly -> .Redis

module redis.client
class Pipeline < redis.Redis
    execute = blocks
    multi reset unwatch
class PubSub = context
    subscribe psubscribe unsubscribe get_message listen = blocks
    close = closes

module redis.lock
class Lock = context
    acquire = blocks -> bool
    release extend = blocks
    locked = blocks -> bool

module redis.asyncio
class Redis RedisCluster = opens context per-request-costly
    scan_iter hscan_iter sscan_iter
    from_url = opens context per-request-costly -> Class
    pipeline -> .client.Pipeline
    pubsub -> .client.PubSub
    lock -> .lock.Lock
    close aclose = closes coroutine
class ConnectionPool = per-request-costly
    from_url = per-request-costly -> Class
    disconnect aclose = closes coroutine
class BlockingConnectionPool < .ConnectionPool
def from_url = opens context per-request-costly -> .Redis

module redis.asyncio.client
class Pipeline = context
    execute = coroutine
class PubSub = context
    subscribe psubscribe unsubscribe get_message = coroutine
    listen
    close aclose = closes coroutine

module redis.asyncio.lock
class Lock = context
    acquire release extend locked = coroutine

module redis.exceptions
class RedisError < Exception
class RedisClusterException < Exception
class ClusterError ConnectionError DataError InvalidResponse PubSubError ResponseError TimeoutError WatchError < .RedisError
class AuthenticationError BusyLoadingError MaxConnectionsError < .ConnectionError
class ExecAbortError NoPermissionError NoScriptError OutOfMemoryError ReadOnlyError < .ResponseError
class LockError < .RedisError ValueError
class LockNotOwnedError < .LockError
""",
    copies={"redis.asyncio.Redis": "redis.Redis", "redis.asyncio.RedisCluster": "redis.RedisCluster"},
)

LIBRARIES = (MONGO, REDIS)
