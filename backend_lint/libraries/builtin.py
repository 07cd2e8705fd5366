"""Python's names that need no import, and those of `typing`, `contextlib`, `enum`, `datetime` and other modules that describe values.

Sources: the library reference of Python 3.10 to 3.14 (Built-in Functions, Built-in Types, Built-in Exceptions).
"""

from __future__ import annotations

from backend_lint.libraries.notation import table
from backend_lint.semantics.declarations import Library

BUILTINS = table(
    "builtins",
    """
alias EnvironmentError IOError WindowsError socket.error select.error os.error = OSError

module
class BaseException
    .args -> tuple
    with_traceback -> Self
class Exception SystemExit KeyboardInterrupt GeneratorExit BaseExceptionGroup < BaseException
class ExceptionGroup < BaseExceptionGroup Exception
class ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError NameError < Exception
class OSError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError TypeError ValueError < Exception
class Warning < Exception
class FloatingPointError OverflowError ZeroDivisionError < ArithmeticError
class ModuleNotFoundError < ImportError
class IndexError KeyError < LookupError
class UnboundLocalError < NameError
class BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError InterruptedError IsADirectoryError < OSError
class NotADirectoryError PermissionError ProcessLookupError TimeoutError < OSError
class BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError < ConnectionError
class NotImplementedError PythonFinalizationError RecursionError < RuntimeError
class IndentationError < SyntaxError
class TabError < IndentationError
class UnicodeError < ValueError
class UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError < UnicodeError
class BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning PendingDeprecationWarning ResourceWarning < Warning
class RuntimeWarning SyntaxWarning UnicodeWarning UserWarning < Warning
class str
    encode -> bytes
    capitalize casefold center expandtabs format format_map join ljust lower lstrip removeprefix removesuffix replace rjust -> str
    rstrip strip swapcase title translate upper zfill -> str
    endswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper -> bool
    startswith -> bool
    split rsplit splitlines -> list[str]
    count find rfind -> int
    index rindex -> int ! ValueError
    partition rpartition -> tuple[str,str,str]
class bytes
    decode = converts -> str ! UnicodeDecodeError
    hex -> str
    fromhex = converts -> bytes ! ValueError
    strip lstrip rstrip lower upper replace join removeprefix removesuffix -> bytes
    split rsplit splitlines -> list[bytes]
    startswith endswith -> bool
class int
    bit_length from_bytes -> int
    to_bytes -> bytes
class bool < int
class float
    is_integer -> bool
    fromhex = converts -> float ! ValueError
class complex object property slice type
class list
    copy -> Self
    pop -> Elem
    count -> int
    index -> int ! ValueError
class tuple
    count -> int
    index -> int ! ValueError
class set
    copy union difference intersection symmetric_difference -> Self
    pop -> Elem
class frozenset
    copy union difference intersection symmetric_difference -> Self
class dict
    copy -> Self
    keys values items -> list
def int = converts -> int ! ValueError TypeError
def float = converts -> float ! ValueError TypeError
def complex = converts -> complex ! ValueError TypeError
def bool isinstance issubclass callable hasattr any all -> bool
def str repr ascii format chr hex bin oct -> str
def bytes -> bytes
def len ord id hash -> int
def input = blocks -> str
def open = opens blocks path-sink context -> io.IOBase ! OSError
def eval exec = command-sink
""",
)

DESCRIPTIONS = table(
    "typing and value types",
    """
alias typing_extensions collections.abc _collections_abc = typing
alias backports.zoneinfo = zoneinfo
alias typing.ContextManager typing.AsyncContextManager typing_extensions.ContextManager = contextlib.ContextManager
alias typing_extensions.AsyncContextManager contextlib.AbstractContextManager = contextlib.ContextManager
alias contextlib.AbstractAsyncContextManager = contextlib.ContextManager
alias typing.Match = re.Match
alias typing.Pattern = re.Pattern
alias typing.Counter = collections.Counter
alias typing.OrderedDict = collections.OrderedDict
alias typing.DefaultDict = collections.defaultdict
alias typing.Deque = collections.deque
alias typing.ChainMap = collections.ChainMap
alias json.decoder.JSONDecodeError simplejson.JSONDecodeError simplejson.errors.JSONDecodeError = json.JSONDecodeError
alias _decimal = decimal

module enum
class Enum = converts ! ValueError
    .name -> str
    .value
class Flag < .Enum
class IntEnum < int .Enum
class IntFlag < int .Flag
class StrEnum < str .Enum
class EnumMeta < type

module collections
class Counter OrderedDict defaultdict < dict
class deque
class ChainMap UserDict UserList UserString

module abc
class ABC

module typing
class Protocol Generic
class NamedTuple < tuple
    _asdict -> dict
    _replace -> Self
class TypedDict < dict
def cast -> Arg0
def NewType

module contextlib
class ContextManager
class ContextDecorator
class ExitStack = context
    enter_context -> Arg0
    push callback
    pop_all -> Self
    close = closes
class AsyncExitStack = context
    enter_context -> Arg0
    enter_async_context = coroutine -> Arg0
    push_async_exit push_async_callback
    pop_all -> Self
    aclose = closes coroutine
def closing aclosing = context -> .ContextManager[Arg0]
def nullcontext -> .ContextManager[Arg0]
def suppress redirect_stdout

module datetime
class date
    today replace -> Self
    fromisoformat strptime = converts -> .date ! ValueError TypeError
    fromtimestamp = converts -> .date ! ValueError OverflowError OSError
    isoformat strftime ctime -> str
    .year .month .day weekday isoweekday toordinal -> int
class datetime < .date
    now utcnow today combine replace astimezone -> .datetime
    strptime fromisoformat = converts -> .datetime ! ValueError TypeError
    fromtimestamp utcfromtimestamp = converts -> .datetime ! ValueError OverflowError OSError
    date -> .date
    time -> .time
    timestamp -> float
    .hour .minute .second .microsecond -> int
class time
    strptime fromisoformat = converts -> .time ! ValueError TypeError
    isoformat strftime -> str
    replace -> Self
class timedelta
    total_seconds -> float
    .days .seconds .microseconds -> int
class tzinfo
class timezone < .tzinfo

module zoneinfo
class ZoneInfo < datetime.tzinfo = converts ! .ZoneInfoNotFoundError ValueError
class ZoneInfoNotFoundError < KeyError

module decimal
class Decimal = converts ! .InvalidOperation TypeError
    quantize -> .Decimal
class DecimalException < ArithmeticError
class Clamped InvalidOperation Rounded Subnormal Inexact < .DecimalException
class DivisionByZero < .DecimalException ZeroDivisionError
class FloatOperation < .DecimalException TypeError
class Overflow Underflow < .Inexact .Rounded

module fractions
class Fraction = converts ! ValueError ZeroDivisionError

module uuid
class UUID = converts ! ValueError
    .hex .urn -> str
    .int -> int
    .bytes -> bytes
def uuid1 uuid3 uuid4 uuid5 -> .UUID

module ipaddress
class IPv4Address IPv6Address IPv4Network IPv6Network IPv4Interface IPv6Interface = converts ! .AddressValueError .NetmaskValueError
class AddressValueError NetmaskValueError < ValueError
def ip_address ip_network ip_interface = converts ! ValueError

module json
class JSONDecodeError < ValueError
class JSONEncoder
def loads ! .JSONDecodeError TypeError
def load ! .JSONDecodeError
def dumps -> str ! TypeError
def dump ! TypeError

module copy
class Error < Exception
def copy deepcopy -> Arg0

module dataclasses
class FrozenInstanceError < AttributeError
def replace -> Arg0
def asdict -> dict
def astuple -> tuple

module types
class SimpleNamespace ModuleType TracebackType

module ast
def literal_eval = converts ! ValueError SyntaxError TypeError MemoryError RecursionError

module dateutil.parser
def parse = converts -> datetime.datetime ! ValueError OverflowError
def isoparse = converts -> datetime.datetime ! ValueError
""",
)

QUALIFIED = Library(
    "builtins, spelled in full",
    aliases={f"builtins.{name}": name for name in (*BUILTINS.classes, *BUILTINS.functions)},
)

LIBRARIES = (BUILTINS, QUALIFIED, DESCRIPTIONS)
