"""Django's forms, users and admin.

Sources: the reference documentation and source of Django 2.2 to 6.0.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

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
class PasswordResetForm < django.forms.Form
    save = email blocks outbound
class SetPasswordForm AdminPasswordChangeForm < django.forms.Form
    save = writes blocks
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

LIBRARIES = (FORMS, AUTH)
