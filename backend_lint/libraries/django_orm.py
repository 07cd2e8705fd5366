"""Django's ORM, forms, users and admin.

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
    save save_base delete = writes blocks ! django.db.DatabaseError
    asave adelete = writes coroutine ! django.db.DatabaseError
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
    delete = writes blocks -> tuple ! django.db.DatabaseError
    adelete = writes coroutine -> tuple ! django.db.DatabaseError
    as_manager -> .Manager
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
    create = writes blocks -> Elem ! django.db.IntegrityError
    get_or_create update_or_create = reads writes blocks -> tuple[Elem,bool] ! django.db.IntegrityError
    bulk_create = writes blocks -> list[Elem] ! django.db.IntegrityError
    bulk_update update = writes blocks -> int ! django.db.DatabaseError
    aget = reads coroutine raises-not-found -> Elem ! django.core.exceptions.ObjectDoesNotExist \
        django.core.exceptions.MultipleObjectsReturned
    alatest aearliest = reads coroutine raises-not-found -> Elem ! django.core.exceptions.ObjectDoesNotExist
    afirst alast = reads coroutine may-be-none -> Elem
    aexists acontains = reads coroutine -> bool
    acount = reads coroutine -> int
    aaggregate = reads aggregates coroutine -> dict
    ain_bulk = reads coroutine -> dict
    aiterator = reads -> list[Elem]
    acreate = writes coroutine -> Elem ! django.db.IntegrityError
    aget_or_create aupdate_or_create = reads writes coroutine -> tuple[Elem,bool] ! django.db.IntegrityError
    abulk_create = writes coroutine -> list[Elem] ! django.db.IntegrityError
    abulk_update aupdate = writes coroutine -> int ! django.db.DatabaseError
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

module model_utils.models
class TimeStampedModel UUIDModel SoftDeletableModel < django.db.models.Model

module mptt.models
class MPTTModel < django.db.models.Model

module polymorphic.models
class PolymorphicModel < django.db.models.Model
""",
)

FORMS = table(
    "django.forms",
    """
alias django.forms.forms django.forms.models django.forms.fields django.forms.formsets django.forms.widgets = django.forms

module django.forms
class BaseForm
    is_valid = checks -> bool
    full_clean clean add_error add_prefix hidden_fields visible_fields get_initial_for_field
    has_changed has_error is_multipart is_bound -> bool
    as_p as_table as_ul as_div render -> str
    .cleaned_data .fields .initial -> dict
    .errors .data .files
    .instance
class Form < .BaseForm
class BaseModelForm < .BaseForm
    save = writes blocks ! django.db.DatabaseError
    save_m2m = writes blocks
    validate_unique validate_constraints
class ModelForm < .BaseModelForm
class BaseFormSet
    is_valid = checks -> bool
    full_clean clean add_fields
    .cleaned_data .errors .forms -> list
class BaseModelFormSet < .BaseFormSet
    save = writes blocks ! django.db.DatabaseError
class BaseInlineFormSet < .BaseModelFormSet
class Field
    clean validate to_python prepare_value
class Widget BoundField Media
class BooleanField CharField ChoiceField ComboField DurationField FileField IntegerField MultiValueField DateField < .Field
class DateTimeField TimeField < .Field
class DecimalField FloatField < .IntegerField
class EmailField GenericIPAddressField JSONField RegexField SlugField URLField UUIDField < .CharField
class FilePathField ModelChoiceField MultipleChoiceField TypedChoiceField < .ChoiceField
class ImageField < .FileField
class NullBooleanField < .BooleanField
class SplitDateTimeField < .MultiValueField
class ModelMultipleChoiceField < .ModelChoiceField
class TypedMultipleChoiceField < .MultipleChoiceField
class TextInput Textarea Select SelectMultiple CheckboxInput CheckboxSelectMultiple RadioSelect PasswordInput HiddenInput < .Widget
class NumberInput < .Widget
class EmailInput URLInput FileInput ClearableFileInput DateInput DateTimeInput TimeInput MultiWidget < .Widget
def formset_factory -> type:.BaseFormSet
def modelformset_factory -> type:.BaseModelFormSet
def inlineformset_factory -> type:.BaseInlineFormSet
def modelform_factory -> type:.ModelForm
def model_to_dict -> dict
""",
)

AUTH = table(
    "django.contrib",
    """
alias django.contrib.auth.base_user.AbstractBaseUser = django.contrib.auth.models.AbstractBaseUser
alias django.contrib.auth.base_user.BaseUserManager = django.contrib.auth.models.BaseUserManager
alias django.contrib.admin.options.ModelAdmin = django.contrib.admin.ModelAdmin
alias django.contrib.admin.sites.AdminSite = django.contrib.admin.AdminSite
alias django.contrib.admin.decorators.register = django.contrib.admin.register

module django.contrib.auth
def authenticate = reads blocks may-be-none -> .models.User
def aauthenticate = reads coroutine may-be-none -> .models.User
def login logout update_session_auth_hash = blocks
def alogin alogout = coroutine
def get_user_model -> type:.models.User
def get_user = reads blocks -> .models.User
def aget_user = reads coroutine -> .models.User

module django.contrib.auth.models
class AbstractBaseUser < django.db.models.Model
    set_password = blocks-briefly
    check_password = blocks-briefly verifies -> bool
    acheck_password = coroutine verifies -> bool
    set_unusable_password
    has_usable_password -> bool
    get_username get_session_auth_hash -> str
    .is_authenticated .is_anonymous .is_active -> bool
class PermissionsMixin < django.db.models.Model
    has_perm has_perms has_module_perms = reads blocks -> bool
    get_all_permissions get_group_permissions get_user_permissions = reads blocks -> set
    .is_superuser -> bool
class AbstractUser < .AbstractBaseUser .PermissionsMixin
    get_full_name get_short_name -> str
    email_user = email blocks outbound
    .objects -> .UserManager[Class]
    .username .first_name .last_name .email -> str
    .is_staff -> bool
class User < .AbstractUser
class AnonymousUser
    .is_authenticated .is_anonymous .is_active -> bool
class Group Permission < django.db.models.Model
class BaseUserManager < django.db.models.Manager
    normalize_email -> str
    make_random_password -> str
    get_by_natural_key = reads blocks raises-not-found -> Elem
class UserManager < .BaseUserManager
    create_user create_superuser = writes blocks -> Elem
    acreate_user acreate_superuser = writes coroutine -> Elem

module django.contrib.auth.hashers
def make_password = blocks-briefly -> str
def check_password = blocks-briefly verifies -> bool

module django.contrib.auth.password_validation
def validate_password = validates ! django.core.exceptions.ValidationError
def password_changed get_default_password_validators

module django.contrib.auth.tokens
class PasswordResetTokenGenerator
    make_token -> str
    check_token = verifies -> bool
object default_token_generator -> .PasswordResetTokenGenerator

module django.contrib.auth.mixins
class AccessMixin
    handle_no_permission = response -> django.http.HttpResponse
    get_login_url get_permission_denied_message get_redirect_field_name -> str
class LoginRequiredMixin < .AccessMixin
    dispatch
class PermissionRequiredMixin < .AccessMixin
    dispatch has_permission get_permission_required
class UserPassesTestMixin < .AccessMixin
    dispatch test_func get_test_func

module django.contrib.auth.decorators
def login_required permission_required user_passes_test

module django.contrib.auth.views
class LoginView < django.views.generic.FormView
class LogoutView < django.views.generic.TemplateView
class PasswordChangeView PasswordResetConfirmView PasswordResetView < django.views.generic.FormView
class PasswordChangeDoneView PasswordResetCompleteView PasswordResetDoneView < django.views.generic.TemplateView

module django.contrib.auth.forms
class PasswordResetForm SetPasswordForm AdminPasswordChangeForm < django.forms.Form
class AuthenticationForm < django.forms.Form
    get_user -> django.contrib.auth.models.User
class PasswordChangeForm < .SetPasswordForm
class UserChangeForm BaseUserCreationForm < django.forms.ModelForm
class UserCreationForm AdminUserCreationForm < .BaseUserCreationForm

module django.contrib.auth.backends
class BaseBackend
    authenticate get_user has_perm get_user_permissions get_group_permissions get_all_permissions
class ModelBackend < .BaseBackend
class RemoteUserBackend < .ModelBackend

module django.contrib.admin
class BaseModelAdmin
    get_queryset -> django.db.models.QuerySet
    has_add_permission has_change_permission has_delete_permission has_view_permission -> bool
    get_form get_fieldsets get_fields get_readonly_fields formfield_for_dbfield formfield_for_foreignkey formfield_for_manytomany
class ModelAdmin < .BaseModelAdmin
    save_model save_related delete_model delete_queryset save_formset = writes blocks
    message_user = flashes
    get_urls get_actions get_list_display get_list_filter get_search_results get_inline_instances
    changelist_view change_view add_view delete_view response_add response_change log_change log_addition log_deletion
class InlineModelAdmin StackedInline TabularInline < .BaseModelAdmin
class AdminSite
    register unregister each_context get_urls get_app_list
class ListFilter
    queryset choices expected_parameters has_output
class FieldListFilter < .ListFilter
class SimpleListFilter < .ListFilter
    lookups value lookup_choices
def register action display
object site -> .AdminSite

module django.middleware.csrf
class CsrfViewMiddleware < django.utils.deprecation.MiddlewareMixin
def get_token -> str

module django.middleware.common
class CommonMiddleware < django.utils.deprecation.MiddlewareMixin

module django.test
class TestCase TransactionTestCase SimpleTestCase Client RequestFactory
""",
)

LIBRARIES = (DATABASE, FORMS, AUTH)
