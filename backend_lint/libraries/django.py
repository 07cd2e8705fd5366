"""Django: requests and responses, the ORM, forms, views, and the services around them.

Sources: the reference documentation and source of Django 2.2 to 6.0.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

HTTP = table(
    "django.http",
    """
alias django.http.request django.http.response = django.http
alias django.core.handlers.wsgi.WSGIRequest django.core.handlers.asgi.ASGIRequest = django.http.HttpRequest
alias django.http.multipartparser.MultiPartParserError = django.http.MultiPartParserError
alias django.views.View django.views.generic.base.View = django.views.generic.View
alias django.views.generic.base django.views.generic.detail django.views.generic.edit django.views.generic.list = django.views.generic
alias django.views.generic.dates = django.views.generic
alias django.shortcuts.TemplateResponse = django.template.response.TemplateResponse
alias django.core.urlresolvers django.urls.base django.urls.conf django.urls.exceptions django.urls.resolvers = django.urls
alias django.conf.urls.include = django.urls.include
alias django.conf.urls.url = django.urls.url

module django.http
class HttpRequest
    build_absolute_uri get_host get_full_path get_port get_raw_uri get_full_path_info -> str
    get_signed_cookie = verifies -> str
    is_secure is_ajax accepts -> bool
    read readline readlines = input-body
    auser = coroutine
    .GET = input-query -> .QueryDict
    .POST = input-body -> .QueryDict
    .body = input-body -> bytes
    .META = input-header -> dict
    .headers = input-header -> .HttpHeaders
    .COOKIES = input-header -> dict
    .FILES = input-file -> .MultiValueDict
    .method .path .path_info .scheme .content_type .encoding -> str
    .user .site .resolver_match .urlconf .session
class MultiValueDict < dict
    get __getitem__ pop -> django.core.files.uploadedfile.UploadedFile
    getlist -> list[django.core.files.uploadedfile.UploadedFile]
class QueryDict < dict
    get __getitem__ -> str
    getlist pop -> list[str]
    copy -> .QueryDict
    dict -> dict
    urlencode -> str
class HttpHeaders
    get __getitem__ -> str
    keys values -> list[str]
    items -> list
class HttpResponseBase = response
    set_cookie set_signed_cookie delete_cookie has_header setdefault close
    .status_code -> int
    .reason_phrase -> str
    .headers
class HttpResponse < .HttpResponseBase
    write = response
    .content -> bytes
class StreamingHttpResponse < .HttpResponseBase
class FileResponse < .StreamingHttpResponse
class HttpResponseRedirectBase < .HttpResponse
class HttpResponseRedirect HttpResponsePermanentRedirect < .HttpResponseRedirectBase
class HttpResponseBadRequest HttpResponseForbidden HttpResponseGone HttpResponseNotAllowed HttpResponseNotFound < .HttpResponse
class HttpResponseNotModified HttpResponseServerError JsonResponse < .HttpResponse
class Http404 < Exception
class BadHeaderError < ValueError
class RawPostDataException MultiPartParserError < Exception
class UnreadablePostError < OSError

module django.shortcuts
def render render_to_response = response -> django.http.HttpResponse
def redirect = response -> django.http.HttpResponseRedirect
def get_object_or_404 = reads blocks not-found-404 -> ArgElem|Arg0 ! django.http.Http404
def get_list_or_404 = reads blocks not-found-404 -> list[ArgElem|Arg0] ! django.http.Http404
def aget_object_or_404 = reads coroutine not-found-404 -> ArgElem|Arg0 ! django.http.Http404
def aget_list_or_404 = reads coroutine not-found-404 -> list[ArgElem|Arg0] ! django.http.Http404
def resolve_url -> str

module django.template.response
class SimpleTemplateResponse < django.http.HttpResponse
    render -> Self
class TemplateResponse < .SimpleTemplateResponse

module django.template.loader
def render_to_string -> str
def get_template select_template -> django.template.Template

module django.template
class Template
    render -> str
class Context RequestContext Library Node
class TemplateDoesNotExist TemplateSyntaxError < Exception

module django.urls
class Resolver404 < django.http.Http404
class NoReverseMatch < Exception
def path re_path url include register_converter
def reverse reverse_lazy -> str
def resolve

module django.views.generic
class View
    as_view setup dispatch http_method_not_allowed options
    .request -> django.http.HttpRequest
    .kwargs = input-path -> dict
    .args = input-path -> tuple
class GenericViewError < Exception
class ContextMixin
    get_context_data -> dict
class TemplateResponseMixin
    render_to_response = response -> django.template.response.TemplateResponse
    get_template_names -> list[str]
class SingleObjectMixin < .ContextMixin
    get_object = reads blocks not-found-404 ! django.http.Http404
    get_queryset -> django.db.models.QuerySet
    get_slug_field -> str
class MultipleObjectMixin < .ContextMixin
    get_queryset -> django.db.models.QuerySet
    paginate_queryset = reads blocks
    get_ordering get_paginate_by get_paginator get_allow_empty
class FormMixin < .ContextMixin
    get_form get_form_class get_initial get_form_kwargs get_prefix
    get_success_url -> str
    form_valid form_invalid = response -> django.http.HttpResponse
class ModelFormMixin < .FormMixin .SingleObjectMixin
    form_valid = writes blocks response -> django.http.HttpResponse
class DeletionMixin
    delete = writes blocks response -> django.http.HttpResponse
    get_success_url -> str
class ProcessFormView BaseDetailView BaseListView < .View
class DateMixin YearMixin MonthMixin DayMixin WeekMixin
class BaseDateListView < .MultipleObjectMixin .DateMixin .View
class RedirectView < .View
    get_redirect_url -> str
class TemplateView < .TemplateResponseMixin .ContextMixin .View
class DetailView < .TemplateResponseMixin .SingleObjectMixin .BaseDetailView
class ListView < .TemplateResponseMixin .MultipleObjectMixin .BaseListView
class FormView < .TemplateResponseMixin .FormMixin .ProcessFormView
class CreateView UpdateView < .TemplateResponseMixin .ModelFormMixin .ProcessFormView
class DeleteView < .TemplateResponseMixin .DeletionMixin .FormMixin .BaseDetailView
class ArchiveIndexView YearArchiveView MonthArchiveView WeekArchiveView DayArchiveView < .TemplateResponseMixin .BaseDateListView
class TodayArchiveView < .TemplateResponseMixin .BaseDateListView
class DateDetailView < .TemplateResponseMixin .DateMixin .SingleObjectMixin .BaseDetailView

module django.views
def static.serve = response

module django.core.files.uploadedfile
class UploadedFile < django.core.files.File
    .name .content_type .charset -> str
class InMemoryUploadedFile SimpleUploadedFile < .UploadedFile
class TemporaryUploadedFile < .UploadedFile
    temporary_file_path -> str

module django.core.files
class File
    read = input-file
    chunks open multiple_chunks write seek
    close = closes
    .name -> str
    .size -> int
    .file

module django.core.files.base
class ContentFile < django.core.files.File

module django.core.files.storage
class Storage
    open save = blocks path-sink
    delete = blocks path-sink
    exists size listdir = blocks
    path url get_available_name get_valid_name generate_filename -> str
class FileSystemStorage < .Storage
object default_storage -> .Storage
""",
)

CORE = table(
    "django.core",
    """
alias django.forms.ValidationError django.core.validators.ValidationError = django.core.exceptions.ValidationError
alias django.forms.forms.ValidationError django.forms.utils.ValidationError = django.core.exceptions.ValidationError
alias django.db.utils = django.db
alias django.core.management.base = django.core.management
alias django.utils.translation.ugettext django.utils.translation.ugettext_lazy = django.utils.translation.gettext
alias django.utils.translation.gettext_lazy django.utils.translation.gettext_noop = django.utils.translation.gettext
alias django.utils.encoding.force_text django.utils.encoding.smart_text = django.utils.encoding.force_str
alias django.utils.safestring.SafeText = django.utils.safestring.SafeString
alias django.core.paginator.AsyncPaginator = django.core.paginator.Paginator

module django.core.exceptions
class FieldDoesNotExist FieldError ImproperlyConfigured MiddlewareNotUsed MultipleObjectsReturned ObjectDoesNotExist < Exception
class AppRegistryNotReady BadRequest EmptyResultSet FullResultSet PermissionDenied RequestAborted SuspiciousOperation < Exception
class SynchronousOnlyOperation ViewDoesNotExist < Exception
class ValidationError < Exception
    .messages -> list[str]
    .message_dict -> dict
    .message -> str
class ObjectNotUpdated < Exception
class DisallowedHost DisallowedRedirect RequestDataTooBig SuspiciousFileOperation SuspiciousMultipartForm < .SuspiciousOperation
class TooManyFieldsSent TooManyFilesSent < .SuspiciousOperation

module django.conf
class LazySettings
    configure
object settings -> .LazySettings

module django.core.cache
class BaseCache
    get set add delete touch get_or_set get_many set_many delete_many clear incr decr has_key = blocks
    aget aset aadd adelete atouch aget_or_set aget_many aset_many adelete_many aclear aincr adecr ahas_key = coroutine
    ttl lock keys delete_pattern iter_keys expire persist = blocks
class CacheHandler
    __getitem__ -> .BaseCache
class InvalidCacheBackendError < Exception
object cache -> .BaseCache
object caches -> .CacheHandler

module django.core.signing
class BadSignature < Exception
class SignatureExpired < .BadSignature
class Signer TimestampSigner
    sign sign_object -> str
    unsign unsign_object = verifies ! .BadSignature
def dumps -> str
def loads = verifies ! .BadSignature

module django.core.validators
class RegexValidator EmailValidator FileExtensionValidator ProhibitNullCharactersValidator DecimalValidator BaseValidator
    __call__ = validates ! django.core.exceptions.ValidationError
class URLValidator DomainNameValidator < .RegexValidator
class MaxLengthValidator MaxValueValidator MinLengthValidator MinValueValidator StepValueValidator < .BaseValidator
def validate_email validate_slug validate_ipv4_address validate_ipv6_address = validates ! django.core.exceptions.ValidationError
def validate_ipv46_address = validates ! django.core.exceptions.ValidationError
def validate_unicode_slug validate_comma_separated_integer_list = validates ! django.core.exceptions.ValidationError

module django.core.paginator
class InvalidPage < Exception
class PageNotAnInteger EmptyPage < .InvalidPage
class Paginator
    page = reads blocks -> .Page ! .InvalidPage
    get_page = reads blocks -> .Page
    validate_number = validates ! .InvalidPage
    .count = reads blocks -> int
    .num_pages = reads blocks -> int
class Page
    has_next has_previous has_other_pages -> bool
    next_page_number previous_page_number start_index end_index -> int
    .number -> int
    .paginator -> .Paginator
    .object_list

module django.core.management
class BaseCommand
    handle add_arguments execute check
    .stdout .stderr .style
class CommandError < Exception
class LabelCommand AppCommand < .BaseCommand
class CommandParser
def call_command = blocks

module django.core.serializers
def serialize -> str
def deserialize

module django.core.serializers.json
class DjangoJSONEncoder < json.JSONEncoder

module django.apps
class AppConfig
    ready
class Registry
    get_model -> type:django.db.models.Model
object apps -> .Registry

module django.dispatch
class Signal
    connect disconnect send_robust
    send
    asend asend_robust = coroutine
def receiver

module django.db.models.signals
class ModelSignal < django.dispatch.Signal
object pre_save -> .ModelSignal
object post_save -> .ModelSignal
object pre_delete -> .ModelSignal
object post_delete -> .ModelSignal
object m2m_changed -> .ModelSignal

module django.contrib.messages
def debug info success warning error add_message = flashes
def get_messages

module django.contrib.messages.views
class SuccessMessageMixin
    get_success_message -> str

module django.utils.timezone
def now localtime make_aware make_naive -> datetime.datetime
def localdate -> datetime.date
def get_current_timezone -> datetime.tzinfo

module django.utils.dateparse
def parse_date = converts -> datetime.date ! ValueError
def parse_datetime = converts -> datetime.datetime ! ValueError
def parse_time = converts -> datetime.time ! ValueError
def parse_duration = converts -> datetime.timedelta

module django.utils.html
def escape conditional_escape format_html format_html_join escapejs json_script = escapes -> str
def strip_tags linebreaks -> str

module django.utils.safestring
class SafeString < str
def mark_safe -> .SafeString

module django.utils.text
def slugify get_valid_filename = escapes -> str
def get_text_list capfirst -> str

module django.utils._os
def safe_join = escapes -> str ! django.core.exceptions.SuspiciousFileOperation

module django.utils.http
def urlencode urlquote urlquote_plus urlsafe_base64_encode = escapes -> str
def urlsafe_base64_decode = converts -> bytes ! ValueError
def url_has_allowed_host_and_scheme is_safe_url = verifies -> bool
def base36_to_int = converts -> int ! ValueError

module django.utils.crypto
def get_random_string -> str
def constant_time_compare = verifies -> bool
def salted_hmac -> hmac.HMAC

module django.utils.encoding
def force_str smart_str iri_to_uri -> str
def force_bytes smart_bytes -> bytes

module django.utils.translation
def gettext ngettext ngettext_lazy pgettext pgettext_lazy npgettext get_language -> str
def override activate deactivate

module django.utils.decorators
def method_decorator decorator_from_middleware

module django.utils.functional
class cached_property SimpleLazyObject

module django.utils.deprecation
class MiddlewareMixin
    process_request process_response __call__

module django.utils.module_loading
def import_string
""",
)

LIBRARIES = (HTTP, CORE)
