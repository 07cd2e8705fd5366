"""The standard library's modules that touch files, processes, the environment, time, texts and logs.

Source: the library reference of Python 3.10 to 3.14.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

FILES = table(
    "os",
    """
alias posixpath ntpath = os.path
alias pathlib._local.Path pathlib.PosixPath pathlib.WindowsPath = pathlib.Path
alias aiofiles.threadpool.open = aiofiles.open
alias _io = io

module os
class PathLike
class _Environ < dict
    get pop setdefault __getitem__ -> str
    copy -> dict
    keys values -> list[str]
    items -> list
def getenv getcwd -> str
def getenvb urandom -> bytes
def getpid -> int
def system = blocks command-sink
def popen = opens blocks command-sink context
def execl execle execlp execv execve execvp spawnl spawnv startfile = command-sink
def remove unlink rmdir removedirs truncate rename replace = blocks-briefly path-sink ! OSError
def open = blocks path-sink -> int ! OSError
def mkdir makedirs stat chmod chown symlink link utime = blocks-briefly ! OSError
def listdir scandir = blocks-briefly -> list[str] ! OSError
def walk = blocks-briefly
def fsync wait waitpid = blocks
object environ -> ._Environ
object environb -> ._Environ

module io
class IOBase
    close = closes
    read readline = blocks -> str
    readlines = blocks -> list[str]
    readinto = blocks -> int
    write writelines flush = blocks
    seek tell -> int
    .name -> str
class BytesIO
    getvalue read readline -> bytes
    close = closes
    write seek tell -> int
class StringIO
    getvalue read readline -> str
    close = closes
    write seek tell -> int
class UnsupportedOperation < OSError ValueError
def open = opens blocks path-sink context -> .IOBase ! OSError

module pathlib
class PurePath < os.PathLike
    .name .stem .suffix .anchor as_posix -> str
    .parent -> Self
class Path < .PurePath
    absolute expanduser joinpath relative_to resolve with_name with_suffix with_stem rename replace readlink -> Self
    cwd home -> .Path
    open = opens blocks path-sink-receiver context -> io.IOBase ! OSError
    read_text = blocks path-sink-receiver -> str ! OSError UnicodeDecodeError
    read_bytes = blocks path-sink-receiver -> bytes ! OSError
    write_text write_bytes = blocks path-sink-receiver -> int ! OSError
    unlink rmdir touch = blocks-briefly path-sink-receiver ! OSError
    mkdir stat lstat chmod symlink_to = blocks-briefly ! OSError
    exists is_file is_dir is_symlink = blocks-briefly -> bool
    iterdir glob rglob = blocks-briefly -> list[.Path]

module tempfile
class TemporaryDirectory = opens blocks-briefly context with str
    cleanup = closes
    .name -> str
def NamedTemporaryFile TemporaryFile = opens blocks-briefly context -> io.IOBase
def SpooledTemporaryFile = opens context -> io.IOBase
def mkdtemp = blocks-briefly -> str
def mkstemp = blocks-briefly -> tuple[int,str]
def gettempdir -> str

module zipfile
class ZipFile = opens blocks path-sink context
    close = closes
    extract extractall read write = blocks
class BadZipFile < Exception

module tarfile
class TarFile = opens blocks context
    close = closes
    extract extractall add = blocks
def open = opens blocks path-sink context -> .TarFile ! OSError

module aiofiles
class AsyncFile
    read readline = coroutine -> str
    write writelines flush seek tell readlines = coroutine
    close = closes coroutine
def open = opens path-sink coroutine context -> .AsyncFile ! OSError

module configparser
class ConfigParser
    get -> str
    read = blocks

module shutil
class Error SpecialFileError ReadError < OSError
class SameFileError < .Error
def rmtree copy copy2 copyfile copytree move unpack_archive = blocks path-sink ! OSError
def copyfileobj = blocks
def make_archive = blocks -> str
def which = blocks-briefly -> str
def disk_usage = blocks-briefly

module os.path
def basename = escapes -> str
def splitext split splitdrive -> tuple[str,str]
def join abspath normpath realpath dirname expanduser expandvars relpath commonpath -> str
def exists isfile isdir islink lexists = blocks-briefly -> bool
def isabs -> bool
def getsize = blocks-briefly -> int ! OSError
def getmtime = blocks-briefly -> float ! OSError

module codecs
def open = opens blocks path-sink context -> io.IOBase ! OSError

module gzip
def open = opens blocks path-sink context -> io.IOBase ! OSError

module bz2
def open = opens blocks path-sink context -> io.IOBase ! OSError

module lzma
def open = opens blocks path-sink context -> io.IOBase ! OSError

module glob
def glob = blocks-briefly -> list[str]

module csv
def reader writer

module pickle
def load = blocks
""",
)

PROCESSES = table(
    "subprocess and time",
    """
alias _thread = threading

module subprocess
class Popen = opens command-sink context
    wait = closes blocks -> int
    communicate = closes blocks -> tuple[bytes,bytes]
    poll .returncode -> int
    kill terminate send_signal
    .stdout .stdin .stderr -> io.IOBase
class CompletedProcess
    .stdout .stderr -> str
    .returncode -> int
    check_returncode ! .CalledProcessError
class SubprocessError < Exception
class CalledProcessError TimeoutExpired < .SubprocessError
def run = blocks command-sink -> .CompletedProcess ! .SubprocessError OSError
def call = blocks command-sink -> int ! OSError
def check_call = blocks command-sink -> int ! .CalledProcessError OSError
def check_output = blocks command-sink -> bytes ! .CalledProcessError OSError
def getoutput = blocks command-sink -> str
def getstatusoutput = blocks command-sink -> tuple[int,str]

module time
class struct_time < tuple
def sleep = blocks
def time monotonic perf_counter -> float
def time_ns -> int
def strftime -> str
def strptime = converts -> .struct_time ! ValueError

module pexpect
def spawn = command-sink
""",
)

TEXTS = table(
    "texts, hashes, logs",
    """
alias hashlib._Hash _hashlib.HASH = hashlib.HASH
alias re._pattern_type = re.Pattern
alias regex = re
alias hmac.HMAC.HMAC = hmac.HMAC

module hashlib
class HASH
    update
    hexdigest -> str
    digest -> bytes
    copy -> Self
def new md5 sha1 sha224 sha256 sha384 sha512 sha3_256 sha3_512 blake2b blake2s -> .HASH
def pbkdf2_hmac scrypt = blocks-briefly -> bytes

module hmac
class HMAC
    update
    hexdigest -> str
    digest -> bytes
def new -> .HMAC
def digest -> bytes
def compare_digest = verifies -> bool

module re
class Pattern
    match fullmatch search -> .Match
    sub -> str
    split findall -> list[str]
    finditer -> list[.Match]
class Match
    group __getitem__ -> str
    groups -> tuple
    groupdict -> dict
    start end -> int
class error < Exception
def compile -> .Pattern ! .error
def match fullmatch search -> .Match
def sub -> str
def findall split -> list[str]
def finditer -> list[.Match]
def escape = escapes -> str

module string
class Template
    substitute safe_substitute -> str

module logging
class Logger LoggerAdapter
    debug info warning warn error exception critical fatal log = logs
    getChild -> .Logger
    setLevel addHandler removeHandler addFilter
    isEnabledFor hasHandlers -> bool
class Filterer Formatter LogRecord
class Filter
class Handler < .Filterer
class StreamHandler NullHandler < .Handler
class FileHandler < .StreamHandler
def getLogger -> .Logger
def basicConfig
def debug info warning warn error exception critical fatal log = logs

module logging.handlers
class RotatingFileHandler TimedRotatingFileHandler < logging.FileHandler

module traceback
class TracebackException
    format = traceback
    from_exception -> Self
    format_exception_only
class StackSummary < list
    format = traceback -> list[str]
    extract -> .StackSummary
def format_exc = traceback -> str
def format_exception format_tb format_stack format_list = traceback -> list[str]
def extract_tb extract_stack -> .StackSummary
def format_exception_only -> list[str]
def print_exc print_exception print_tb print_stack print_last = logs

module binascii
class Error < ValueError

module csv
class Error < Exception

module pickle
class PickleError < Exception
class PicklingError UnpicklingError < .PickleError

module xml.etree.ElementTree
class Element
    find -> .Element
    findall iter -> list[.Element]
    get findtext .text .tag .tail -> str
class ElementTree
    getroot -> .Element
    write = blocks path-sink
class ParseError < SyntaxError
def fromstring -> .Element ! .ParseError
def parse = blocks path-sink -> .ElementTree ! .ParseError
def tostring -> bytes

module configparser
class Error < Exception
class NoSectionError NoOptionError DuplicateSectionError ParsingError < .Error

module secrets
def compare_digest = verifies -> bool
def token_hex token_urlsafe -> str
def token_bytes -> bytes
def randbelow -> int

module base64
def b64decode urlsafe_b64decode = converts -> bytes ! binascii.Error
def b64encode urlsafe_b64encode -> bytes

module shlex
def quote join = escapes -> str
def split -> list[str]

module pipes
def quote = escapes -> str

module html
def escape = escapes -> str
def unescape -> str

module xml.sax.saxutils
def escape = escapes -> str

module warnings
def warn = logs

module cgitb
def html text = traceback -> str

module sys
def exc_info -> tuple
""",
)

LIBRARIES = (FILES, PROCESSES, TEXTS)
