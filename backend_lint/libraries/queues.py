"""Task queues, schedulers and message brokers: Celery, RQ, Dramatiq, ARQ, APScheduler, Huey, pika, Kafka.

To hand over a task takes one short message to the broker: "blocks-briefly".
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

TASKS = table(
    "task queues",
    """
alias celery.app.base.Celery celery.app.Celery = celery.Celery
alias celery.app.task.Task celery.task.Task celery.local.PromiseProxy = celery.Task
alias celery.task.task celery.decorators.task = celery.shared_task
alias celery.app.shared_task = celery.shared_task
alias celery.canvas.group = celery.group
alias celery.canvas.chain = celery.chain
alias celery.canvas.chord = celery.chord
alias celery.canvas.signature = celery.signature
alias rq.queue.Queue = rq.Queue
alias dramatiq.actor.Actor = dramatiq.Actor
alias arq.connections.ArqRedis = arq.ArqRedis
alias arq.connections.create_pool = arq.create_pool
alias apscheduler.schedulers.base.BaseScheduler = apscheduler.schedulers.BaseScheduler

module celery
class Celery
    task
    send_task = enqueues blocks-briefly -> .result.AsyncResult
    autodiscover_tasks config_from_object
    .conf .control .tasks
class Task
    delay apply_async apply_async_on_commit delay_on_commit = enqueues blocks-briefly -> .result.AsyncResult
    apply -> .result.EagerResult
    s si signature subtask -> .Signature
    retry ! .exceptions.Retry
    run on_failure on_success on_retry after_return before_start update_state
    .request
class Signature group chain chord
    delay apply_async __call__ = enqueues blocks-briefly -> .result.AsyncResult
    set clone
def signature -> .Signature
def shared_task

module celery.result
class AsyncResult EagerResult
    get wait = blocks
    ready successful failed -> bool
    revoke forget
    .status .state .id .task_id -> str
    .result .info .traceback

module celery.exceptions
class CeleryError BackendError < Exception
class ImproperlyConfigured SecurityError TaskError TaskPredicate < .CeleryError
class MaxRetriesExceededError TaskRevokedError TimeoutError < .TaskError
class Ignore Reject Retry < .TaskPredicate
class SoftTimeLimitExceeded < Exception

module kombu.exceptions
class KombuError < Exception
class OperationalError < .KombuError

module rq
class Queue
    enqueue enqueue_call enqueue_in enqueue_at enqueue_many enqueue_job = enqueues blocks-briefly -> .job.Job
    fetch_job = blocks -> .job.Job
    .count -> int
class Worker
    work = blocks
def get_current_job -> .job.Job

module rq.job
class Job
    fetch create = blocks -> .Job
    get_status = blocks -> str
    cancel delete refresh = blocks
    .id -> str
    .result .is_finished .is_failed

module rq.decorators
def job

module django_rq
def enqueue = enqueues blocks-briefly -> rq.job.Job
def get_queue -> rq.Queue
def get_connection -> redis.Redis
def job

module django_q.tasks
def async_task schedule = enqueues blocks-briefly
def result fetch = blocks

module dramatiq
class Actor
    send send_with_options = enqueues blocks-briefly
    message message_with_options
    fn
def actor set_broker

module huey
class Huey
    task periodic_task
    enqueue = enqueues blocks-briefly
class RedisHuey SqliteHuey < .Huey

module arq
class ArqRedis = context
    enqueue_job = enqueues coroutine
    close aclose = closes coroutine
def create_pool = opens per-request-costly coroutine -> .ArqRedis
def cron

module arq.connections
class RedisSettings

module taskiq
class AsyncTaskiqDecoratedTask
    kiq = enqueues coroutine

module procrastinate
class App
    configure_task task

module apscheduler.schedulers
class BaseScheduler
    add_job = enqueues offloads
    scheduled_job remove_job pause_job resume_job reschedule_job get_job get_jobs
    start
    shutdown = closes

module apscheduler.schedulers.background
class BackgroundScheduler < apscheduler.schedulers.BaseScheduler

module apscheduler.schedulers.asyncio
class AsyncIOScheduler < apscheduler.schedulers.BaseScheduler

module apscheduler.schedulers.blocking
class BlockingScheduler < apscheduler.schedulers.BaseScheduler
    start = blocks

module flask_apscheduler
class APScheduler < apscheduler.schedulers.BaseScheduler
    init_app task
""",
)

BROKERS = table(
    "brokers",
    """
alias pika.adapters.blocking_connection.BlockingConnection pika.adapters.BlockingConnection = pika.BlockingConnection
alias pika.adapters.blocking_connection.BlockingChannel = pika.BlockingChannel
alias kafka.producer.KafkaProducer = kafka.KafkaProducer
alias kafka.consumer.KafkaConsumer = kafka.KafkaConsumer
alias confluent_kafka.SerializingProducer = confluent_kafka.Producer

module pika
class BlockingConnection = opens context blocks ! .exceptions.AMQPConnectionError
    channel = opens context blocks -> .BlockingChannel
    close = closes
    process_data_events sleep = blocks
class BlockingChannel = context
    basic_publish = enqueues blocks
    basic_consume queue_declare exchange_declare queue_bind basic_get basic_ack basic_nack start_consuming = blocks
    close = closes
class ConnectionParameters URLParameters PlainCredentials BasicProperties

module pika.exceptions
class AMQPError < Exception
class AMQPConnectionError AMQPChannelError < .AMQPError

module aio_pika
class Connection = context
    channel = opens context coroutine -> .Channel
    close = closes coroutine
class Channel = context
    declare_queue declare_exchange set_qos get_exchange = coroutine
    close = closes coroutine
    .default_exchange -> .Exchange
class Exchange
    publish = enqueues coroutine
class Message
def connect connect_robust = opens context coroutine -> .Connection

module kafka
class KafkaProducer = opens per-request-costly blocks ! .errors.KafkaError
    send = enqueues
    flush = blocks
    close = closes blocks
class KafkaConsumer = opens blocks
    poll = blocks
    close = closes blocks

module kafka.errors
class KafkaError < RuntimeError
class NoBrokersAvailable KafkaTimeoutError < .KafkaError

module confluent_kafka
class Producer = per-request-costly
    produce = enqueues
    flush poll = blocks
class Consumer
    poll consume commit = blocks
    close = closes
class KafkaException < Exception

module aiokafka
class AIOKafkaProducer = opens per-request-costly
    start = coroutine
    send send_and_wait = enqueues coroutine
    stop = closes coroutine
class AIOKafkaConsumer = opens
    start getone getmany commit = coroutine
    stop = closes coroutine

module kombu
class Connection = opens context per-request-costly
    Producer SimpleQueue
    ensure_connection connect = blocks
    release close = closes
class Producer
    publish = enqueues blocks

module nats
def connect = opens coroutine

module paho.mqtt.client
class Client
    connect = blocks outbound
    publish = enqueues
    disconnect = closes
""",
)

LIBRARIES = (TASKS, BROKERS)
