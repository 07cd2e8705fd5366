"""The standard library's clients of other services, and its concurrency: sockets, HTTP, mail, FTP, SQLite, threads, asyncio.

Source: the library reference of Python 3.10 to 3.14.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

NETWORK = table(
    "network",
    """
alias socket._socketobject = socket.socket
alias urllib2 = urllib.request
alias urllib.quote urllib.request.quote = urllib.parse.quote
alias urllib.urlencode = urllib.parse.urlencode
alias httplib = http.client
alias urllib.response.addinfourl = http.client.HTTPResponse
alias urllib2.HTTPError urllib.request.HTTPError = urllib.error.HTTPError
alias urllib.request.URLError urllib2.URLError = urllib.error.URLError
alias http.client.socket = socket

module socket
class socket = opens context
    connect send sendall sendto = blocks outbound ! OSError
    recv recvfrom accept = blocks ! OSError
    close = closes
class gaierror herror < OSError
def create_connection = opens blocks outbound context -> .socket ! OSError
def gethostbyname = blocks -> str ! OSError
def getaddrinfo = blocks ! OSError
def gethostname -> str

module ssl
class SSLContext
    wrap_socket = blocks -> socket.socket
    load_cert_chain load_verify_locations
class SSLError < OSError
class SSLCertVerificationError < .SSLError ValueError
def create_default_context _create_unverified_context -> .SSLContext

module smtplib
class SMTP = opens blocks outbound waits context ! .SMTPException OSError
    sendmail send_message = blocks outbound email ! .SMTPException OSError
    connect starttls login ehlo helo noop verify = blocks outbound ! .SMTPException OSError
    quit = closes blocks
    close = closes
class SMTP_SSL LMTP < .SMTP
class SMTPException < OSError
class SMTPNotSupportedError SMTPServerDisconnected SMTPResponseException SMTPRecipientsRefused < .SMTPException
class SMTPSenderRefused SMTPDataError SMTPConnectError SMTPHeloError SMTPAuthenticationError < .SMTPResponseException

module email.message
class Message
class EmailMessage < .Message

module email.mime.multipart
class MIMEMultipart < email.message.Message

module email.mime.text
class MIMEText < email.message.Message

module imaplib
class IMAP4 = opens blocks outbound context ! .error OSError
    login select search fetch store = blocks outbound ! .error OSError
    logout = closes blocks
class IMAP4_SSL < .IMAP4
class error < Exception

module poplib
class POP3 = opens blocks outbound
    quit = closes blocks
    close = closes
class POP3_SSL < .POP3

module ftplib
class FTP = opens blocks outbound context ! .Error OSError
    connect login retrbinary retrlines storbinary storlines cwd delete rename mkd rmd nlst dir size = blocks outbound ! .Error OSError
    sendcmd = blocks outbound ! .Error OSError
    quit = closes blocks
    close = closes
class FTP_TLS < .FTP
class Error < Exception
class error_reply error_temp error_perm error_proto < .Error

module urllib.request
class Request
    add_header
class OpenerDirector
    open = opens blocks outbound waits url-sink context -> http.client.HTTPResponse ! urllib.error.URLError OSError
def urlopen = opens blocks outbound waits url-sink context -> http.client.HTTPResponse ! urllib.error.URLError OSError ValueError
def urlretrieve = blocks outbound waits url-sink ! urllib.error.URLError OSError
def build_opener -> .OpenerDirector

module urllib.error
class URLError < OSError
class HTTPError ContentTooShortError < .URLError

module http.client
class HTTPResponse
    read = blocks -> bytes
    close = closes
    getcode .status .code -> int
    .reason -> str
class HTTPConnection = opens
    request connect endheaders send = blocks outbound ! OSError .HTTPException
    getresponse = blocks -> .HTTPResponse ! OSError .HTTPException
    close = closes
class HTTPSConnection < .HTTPConnection
class HTTPException < Exception
class NotConnected InvalidURL UnknownProtocol UnknownTransferEncoding UnimplementedFileMode IncompleteRead < .HTTPException
class ImproperConnectionState BadStatusLine LineTooLong < .HTTPException
class CannotSendRequest CannotSendHeader ResponseNotReady < .ImproperConnectionState
class RemoteDisconnected < ConnectionResetError .BadStatusLine

module http
class HTTPStatus < enum.IntEnum
    .phrase .description -> str

module xmlrpc.client
class ServerProxy = context

module telnetlib
class Telnet = opens blocks outbound context
    close = closes
    read_until write read_all = blocks

module urllib.parse
class ParseResult < tuple
    .scheme .netloc .path .params .query .fragment .hostname .username geturl -> str
def quote quote_plus urlencode = escapes -> str
def unquote unquote_plus urljoin urlunparse -> str
def urlparse urlsplit -> .ParseResult ! ValueError
def parse_qs -> dict
""",
)

SQLITE = table(
    "sqlite3",
    """
alias sqlite3.dbapi2 pysqlite3 pysqlite2.dbapi2 _sqlite3 sqlcipher3 = sqlite3

module sqlite3
class Connection = context-commits
    execute executemany executescript = sql blocks -> .Cursor ! .Error
    cursor = opens -> .Cursor
    commit = commits blocks ! .Error
    rollback = rolls-back blocks
    close = closes
    backup = blocks
    .row_factory create_function set_trace_callback
class Cursor
    execute executemany executescript = sql blocks -> Self ! .Error
    fetchone = reads blocks may-be-none -> .Row
    fetchall fetchmany = reads blocks -> list[.Row]
    close = closes
    .rowcount .lastrowid -> int
    .connection -> .Connection
class Row
    keys -> list[str]
class Error Warning < Exception
class InterfaceError DatabaseError < .Error
class DataError OperationalError IntegrityError InternalError ProgrammingError NotSupportedError < .DatabaseError
def connect = opens connects blocks context-commits -> .Connection ! .Error
""",
)

CONCURRENCY = table(
    "threads and asyncio",
    """
alias concurrent.futures.thread.ThreadPoolExecutor = concurrent.futures.ThreadPoolExecutor
alias concurrent.futures.process.ProcessPoolExecutor = concurrent.futures.ProcessPoolExecutor
alias concurrent.futures._base = concurrent.futures
alias asyncio.events asyncio.tasks asyncio.exceptions asyncio.queues asyncio.locks asyncio.futures asyncio.streams = asyncio
alias asyncio.runners = asyncio
alias asyncio.TimeoutError asyncio.exceptions.TimeoutError concurrent.futures.TimeoutError socket.timeout = TimeoutError
alias asyncio.BaseEventLoop = asyncio.AbstractEventLoop
alias Queue.Queue = queue.Queue
alias multiprocessing.context.Process = multiprocessing.Process
alias multiprocessing.pool.Pool = multiprocessing.Pool

module concurrent.futures
class Future
    result exception = blocks
    add_done_callback
    done cancel -> bool
class Executor = context
    submit = offloads -> .Future
    map = blocks offloads
    shutdown = closes blocks
class ThreadPoolExecutor ProcessPoolExecutor < .Executor
class CancelledError < Exception
class BrokenExecutor < RuntimeError
def wait as_completed = blocks

module threading
class Thread = offloads
    start
    join = blocks
    is_alive -> bool
class Timer < .Thread
    cancel
class local
class Lock RLock Semaphore Condition
    acquire = blocks-briefly -> bool
    release
    locked -> bool
class BoundedSemaphore < .Semaphore
more Condition
    wait wait_for = blocks
    notify notify_all
class Event
    wait = blocks -> bool
    set clear
    is_set -> bool

module multiprocessing
class Process = offloads
    start
    join = blocks
class Pool = context
    map starmap apply imap = blocks offloads
    apply_async map_async = offloads
    join = blocks
    close = closes

module queue
class Queue
    get join = blocks
    put = blocks-briefly
    get_nowait put_nowait task_done
    qsize -> int
class LifoQueue PriorityQueue < .Queue
class SimpleQueue
    get = blocks
    put
class Empty Full < Exception

module asyncio
class AbstractEventLoop
    run_in_executor = offloads
    create_task -> .Task
    run_until_complete run_forever = blocks
    call_soon call_later call_at call_soon_threadsafe add_signal_handler
    close = closes
    time -> float
    getaddrinfo create_connection create_server shutdown_asyncgens = coroutine
    create_future -> .Future
class Future
    result exception set_result set_exception add_done_callback
    done cancel -> bool
class Task < .Future
class TaskGroup
    create_task -> .Task
class Queue
    get put join = coroutine
    get_nowait put_nowait task_done
    qsize -> int
class PriorityQueue LifoQueue < .Queue
class Lock Semaphore Condition
    acquire = coroutine -> bool
    release
    locked -> bool
class BoundedSemaphore < .Semaphore
more Condition
    wait wait_for = coroutine
    notify notify_all
class Event
    wait = coroutine -> bool
    set clear
    is_set -> bool
class StreamReader
    read readline readexactly readuntil = coroutine -> bytes
class StreamWriter
    write
    close = closes
    drain wait_closed = coroutine
class CancelledError < BaseException
class InvalidStateError QueueEmpty QueueFull < Exception
class IncompleteReadError < EOFError
def to_thread = coroutine offloads
def run = blocks
# What `gather`, `shield` and `run_in_executor` return runs whether somebody awaits it or not.
def gather shield
def sleep wait wait_for start_server = coroutine
def create_task ensure_future current_task -> .Task
def get_event_loop get_running_loop new_event_loop -> .AbstractEventLoop
def run_coroutine_threadsafe -> concurrent.futures.Future
def timeout
def iscoroutinefunction -> bool
def open_connection = opens outbound coroutine -> tuple[.StreamReader,.StreamWriter] ! OSError
def create_subprocess_exec create_subprocess_shell = command-sink coroutine -> asyncio.subprocess.Process

module asyncio.subprocess
class Process
    wait communicate = coroutine
    kill terminate
    .returncode -> int

module anyio
class Path
    read_text write_text read_bytes write_bytes exists mkdir unlink = coroutine
def sleep = coroutine
def run = blocks
def open_file = opens path-sink coroutine context -> aiofiles.AsyncFile

module anyio.to_thread
def run_sync = coroutine offloads

module anyio.to_process
def run_sync = coroutine offloads

module anyio.from_thread
def run = blocks

module trio
def sleep = coroutine

module trio.to_thread
def run_sync = coroutine offloads

module asgiref.sync
def sync_to_async = offloads
def async_to_sync

module gevent
def sleep

module eventlet
def sleep

module asyncer
def asyncify = offloads
""",
)

LIBRARIES = (NETWORK, SQLITE, CONCURRENCY)
