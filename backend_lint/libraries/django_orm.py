"""Django's ORM.

Sources: the reference documentation and source of Django 2.2 to 6.0. A queryset's evaluation is no call of its own: `list(queryset)`, a
loop and a template all run it.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

DATABASE = table(
    "django.db",
    """
alias django.db.models.base django.db.models.manager django.db.models.query django.db.models.query_utils = django.db.models
alias django.db.models.fields django.db.models.fields.related django.db.models.fields.files django.db.models.fields.json = django.db.models
alias django.db.models.aggregates django.db.models.expressions django.db.models.enums django.db.models.deletion = django.db.models
alias django.db.models.constraints django.db.models.indexes = django.db.models
alias django.db.models.ObjectDoesNotExist = django.core.exceptions.ObjectDoesNotExist
alias django.db.backends.utils.CursorWrapper django.db.backends.utils.CursorDebugWrapper = django.db.CursorWrapper
alias django.db.backends.base.base.BaseDatabaseWrapper = django.db.BaseDatabaseWrapper
alias django.contrib.gis.db.models = django.db.models
alias django.contrib.postgres.fields.JSONField = django.db.models.JSONField

module django.db
class Error < Exception
class DatabaseError InterfaceError < .Error
class DataError IntegrityError InternalError NotSupportedError OperationalError ProgrammingError < .DatabaseError
class ConnectionDoesNotExist < Exception
class BaseDatabaseWrapper
    # The framework keeps the connection and closes it between requests.
    cursor = opens context -> .CursorWrapper ! .OperationalError
    close close_if_unusable_or_obsolete = closes
    ensure_connection connect = blocks ! .OperationalError
    commit = commits blocks
    rollback = rolls-back blocks
    is_usable = blocks -> bool
    savepoint savepoint_commit savepoint_rollback = blocks
    .vendor .alias -> str
    .settings_dict -> dict
    .queries -> list
    .in_atomic_block .needs_rollback -> bool
class CursorWrapper
    execute executemany = sql blocks ! .DatabaseError
    callproc = blocks
    fetchone = reads blocks may-be-none -> tuple
    fetchall fetchmany = reads blocks -> list[tuple]
    close = closes
    .description
    .rowcount .lastrowid -> int
class ConnectionHandler
    __getitem__ -> .BaseDatabaseWrapper
    all -> list[.BaseDatabaseWrapper]
    close_all = closes
def close_old_connections = closes
def reset_queries
object connection -> .BaseDatabaseWrapper
object connections -> .ConnectionHandler

module django.db.transaction
class TransactionManagementError < django.db.DatabaseError
def atomic = begins context-commits
def non_atomic_requests on_commit set_autocommit
def commit = commits blocks
def rollback = rolls-back blocks
def savepoint savepoint_commit savepoint_rollback = blocks
def get_connection -> django.db.BaseDatabaseWrapper

module django.db.models
class Model
    save save_base delete = writes blocks breaks-transaction ! django.db.DatabaseError
    asave adelete = writes coroutine breaks-transaction ! django.db.DatabaseError
    refresh_from_db = reads blocks ! django.core.exceptions.ObjectDoesNotExist
    arefresh_from_db = reads coroutine ! django.core.exceptions.ObjectDoesNotExist
    full_clean = validates ! django.core.exceptions.ValidationError
    clean clean_fields validate_unique validate_constraints get_deferred_fields from_db
    .objects ._default_manager ._base_manager -> .Manager[Class]
    .pk
    ._meta ._state
    .DoesNotExist -> type:django.core.exceptions.ObjectDoesNotExist
    .MultipleObjectsReturned -> type:django.core.exceptions.MultipleObjectsReturned
class Manager
    all filter exclude order_by distinct reverse using none select_related prefetch_related only defer = builds-query -> .QuerySet[Elem]
    select_for_update alias extra complex_filter union intersection difference get_queryset = builds-query -> .QuerySet[Elem]
    annotate = builds-query aggregates -> .QuerySet[Elem]
    from_queryset -> type:.Manager
    db_manager -> Self
    # Only the managers of relations have these.
    set add remove clear = writes blocks
    aset aadd aremove aclear = writes coroutine
    .model -> type:.Model
class QuerySet
    all filter exclude order_by distinct reverse using none select_related prefetch_related only defer = builds-query -> Self
    select_for_update alias extra complex_filter union intersection difference _clone _chain = builds-query -> Self
    annotate = builds-query aggregates -> Self
    delete = writes blocks breaks-transaction -> tuple ! django.db.DatabaseError
    adelete = writes coroutine breaks-transaction -> tuple ! django.db.DatabaseError
    as_manager -> Class
    .query
    .ordered -> bool
    .model -> type:.Model
    __iter__ __getitem__ -> Elem
more Manager QuerySet
    values = builds-query -> .QuerySet[dict]
    values_list = builds-query -> .QuerySet[tuple]
    dates datetimes = builds-query -> .QuerySet[datetime.date]
    get = reads blocks raises-not-found -> Elem ! django.core.exceptions.ObjectDoesNotExist django.core.exceptions.MultipleObjectsReturned
    latest earliest = reads blocks raises-not-found -> Elem ! django.core.exceptions.ObjectDoesNotExist
    first last = reads blocks may-be-none -> Elem
    exists contains = reads blocks -> bool
    count = reads blocks -> int
    aggregate = reads aggregates blocks -> dict
    in_bulk = reads blocks -> dict
    iterator = reads blocks -> list[Elem]
    explain = reads blocks -> str
    raw = reads sql blocks -> .RawQuerySet[Elem]
    create = writes blocks breaks-transaction -> Elem ! django.db.IntegrityError
    # These two write in a savepoint of their own.
    get_or_create update_or_create = reads writes blocks -> tuple[Elem,bool] ! django.db.IntegrityError
    bulk_create = writes blocks breaks-transaction -> list[Elem] ! django.db.IntegrityError
    bulk_update update = writes blocks breaks-transaction -> int ! django.db.DatabaseError
    aget = reads coroutine raises-not-found -> Elem ! django.core.exceptions.ObjectDoesNotExist \
        django.core.exceptions.MultipleObjectsReturned
    alatest aearliest = reads coroutine raises-not-found -> Elem ! django.core.exceptions.ObjectDoesNotExist
    afirst alast = reads coroutine may-be-none -> Elem
    aexists acontains = reads coroutine -> bool
    acount = reads coroutine -> int
    aaggregate = reads aggregates coroutine -> dict
    ain_bulk = reads coroutine -> dict
    aiterator = reads -> list[Elem]
    acreate = writes coroutine breaks-transaction -> Elem ! django.db.IntegrityError
    aget_or_create aupdate_or_create = reads writes coroutine -> tuple[Elem,bool] ! django.db.IntegrityError
    abulk_create = writes coroutine breaks-transaction -> list[Elem] ! django.db.IntegrityError
    abulk_update aupdate = writes coroutine breaks-transaction -> int ! django.db.DatabaseError
    .db -> str
class BaseManager < .Manager
class RawQuerySet
    __iter__ __getitem__ -> Elem
class Field
    clean validate run_validators to_python get_prep_value get_db_prep_value from_db_value pre_save value_to_string formfield deconstruct
    contribute_to_class db_type get_internal_type
class BinaryField BooleanField CharField DecimalField DurationField FilePathField FloatField GenericIPAddressField IPAddressField < .Field
class IntegerField TextField UUIDField DateField TimeField FileField JSONField ForeignObject GeneratedField < .Field
class AutoField BigIntegerField SmallIntegerField PositiveIntegerField < .IntegerField
class BigAutoField PositiveBigIntegerField < .BigIntegerField
class PositiveSmallIntegerField SmallAutoField < .SmallIntegerField
class CommaSeparatedIntegerField EmailField SlugField URLField < .CharField
class NullBooleanField < .BooleanField
class DateTimeField < .DateField
class ImageField < .FileField
class ForeignKey < .ForeignObject
class OneToOneField < .ForeignKey
class ManyToManyField < .Field
# A field's name on an instance gives the related object, the relation's manager, the stored file.
more ForeignKey
    save delete = writes blocks breaks-transaction ! django.db.DatabaseError
    refresh_from_db = reads blocks
more ManyToManyField
    all filter exclude order_by distinct select_related prefetch_related only values values_list = builds-query -> .QuerySet
    annotate = builds-query aggregates -> .QuerySet
    get = reads blocks raises-not-found
    first last = reads blocks may-be-none
    exists = reads blocks -> bool
    count = reads blocks -> int
    add remove set clear create = writes blocks
more FileField ImageField
    save delete = blocks
    read = blocks -> bytes
    open = blocks
    .name .path .url -> str
    .size -> int
class Choices < enum.Enum
    .choices -> list
    .values .labels .names -> list
    .label -> str
class IntegerChoices < int .Choices
class TextChoices < str .Choices
class Q F Value Case When Expression Func ExpressionWrapper Subquery Exists OuterRef Prefetch Window Index UniqueConstraint CheckConstraint
class Aggregate < .Func = aggregates
class Count Sum Avg Max Min StdDev Variance < .Aggregate
class RawSQL < .Expression = sql-text
class ProtectedError RestrictedError < django.db.IntegrityError
def prefetch_related_objects = reads blocks
def aprefetch_related_objects = reads coroutine
def CASCADE PROTECT SET_NULL SET_DEFAULT DO_NOTHING RESTRICT SET

module django.contrib.contenttypes.models
class ContentType < django.db.models.Model
    get_object_for_this_type = reads blocks raises-not-found
    model_class -> type:django.db.models.Model

module django.contrib.contenttypes.fields
class GenericForeignKey GenericRelation < django.db.models.Field

module django.contrib.postgres.fields
class ArrayField HStoreField CICharField CIEmailField CITextField < django.db.models.Field

module django.contrib.sites.models
class Site < django.db.models.Model

module django.contrib.sites.shortcuts
def get_current_site = reads blocks

module django.contrib.sessions.backends.base
class SessionBase
    get pop setdefault update keys values items has_key
    save flush cycle_key set_expiry delete create clear_expired

module django.contrib.sessions.backends.db
class SessionStore < django.contrib.sessions.backends.base.SessionBase

module django.contrib.sessions.models
class Session < django.db.models.Model

module django_celery_beat.models
class PeriodicTask CrontabSchedule IntervalSchedule ClockedSchedule < django.db.models.Model

module allauth.account.models
class EmailAddress EmailConfirmation < django.db.models.Model

module allauth.socialaccount.models
class SocialAccount SocialToken SocialApp < django.db.models.Model

module oauth2_provider.models
class AbstractApplication AccessToken Application RefreshToken < django.db.models.Model

module django_tenants.models
class TenantMixin DomainMixin < django.db.models.Model

module simple_history.models
class HistoricalRecords

module model_utils.models
class TimeStampedModel UUIDModel SoftDeletableModel < django.db.models.Model

module mptt.models
class MPTTModel < django.db.models.Model

module polymorphic.models
class PolymorphicModel < django.db.models.Model
""",
)

LIBRARIES = (DATABASE,)
