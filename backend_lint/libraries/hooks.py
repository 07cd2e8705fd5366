"""Which methods of framework and library classes are there to be overridden.

A method that overrides one of these takes its signature from the base class, which in most of these libraries is not annotated.
Sources: the classes' reference documentation and their source. `View`, `APIView`, `MethodView` and Flask-RESTful's `Resource` define no
`get` or `post`: a method of that name is the project's own.
"""

from __future__ import annotations

from backend_lint.semantics.declarations import Library

_VIEW = "dispatch setup as_view http_method_not_allowed options view_is_async"
_QUERYSET = (
    "get_queryset get_context_data get_object get_context_object_name get_template_names get_slug_field get_ordering get_paginate_by get"
)
_EDIT = "get_form get_form_class get_form_kwargs get_initial get_success_url form_valid form_invalid get_prefix post put"
_DRF_VIEW = (
    "initial initialize_request finalize_response handle_exception permission_denied throttled get_authenticators "
    "get_permissions get_parsers "
    "get_renderers get_throttles check_permissions check_object_permissions check_throttles get_view_name get_view_description "
    "get_exception_handler get_renderer_context perform_content_negotiation raise_uncaught_exception determine_version"
)
_DRF_GENERIC = (
    "get_queryset get_object get_serializer get_serializer_class get_serializer_context filter_queryset paginate_queryset "
    "get_paginated_response paginator"
)
_MIDDLEWARE = "process_request process_response process_view process_exception process_template_response"

LIBRARY = Library(
    "hooks",
    hooks={
        "django.views.View": _VIEW,
        "django.views.generic.base.ContextMixin": "get_context_data",
        "django.views.generic.base.TemplateResponseMixin": "render_to_response get_template_names",
        "django.views.generic.TemplateView": "get get_context_data render_to_response get_template_names",
        "django.views.generic.RedirectView": "get head post put delete patch get_redirect_url",
        "django.views.generic.ListView": f"{_QUERYSET} render_to_response get_paginator paginate_queryset get_allow_empty",
        "django.views.generic.DetailView": f"{_QUERYSET} render_to_response",
        "django.views.generic.FormView": f"{_EDIT} get get_context_data render_to_response get_template_names",
        "django.views.generic.CreateView": f"{_EDIT} {_QUERYSET} render_to_response",
        "django.views.generic.UpdateView": f"{_EDIT} {_QUERYSET} render_to_response",
        "django.views.generic.DeleteView": f"{_EDIT} {_QUERYSET} delete render_to_response",
        "django.contrib.auth.mixins.AccessMixin": "handle_no_permission get_login_url get_permission_denied_message dispatch",
        "django.contrib.auth.mixins.UserPassesTestMixin": "test_func get_test_func",
        "django.contrib.auth.mixins.PermissionRequiredMixin": "has_permission get_permission_required",
        "django.contrib.auth.views.LoginView": f"{_EDIT} get_redirect_url get_default_redirect_url",
        "django.utils.deprecation.MiddlewareMixin": _MIDDLEWARE,
        "django.db.models.Model": (
            "save delete clean clean_fields full_clean validate_unique validate_constraints get_absolute_url natural_key from_db "
            "refresh_from_db "
            "get_deferred_fields serializable_value save_base asave adelete get_constraints prepare_database_save"
        ),
        "django.contrib.auth.models.AbstractBaseUser": "get_username natural_key clean set_password check_password get_session_auth_hash",
        "django.contrib.auth.models.AbstractUser": "get_full_name get_short_name email_user clean",
        "django.contrib.auth.models.PermissionsMixin": "has_perm has_perms has_module_perms get_all_permissions",
        "django.contrib.auth.backends.BaseBackend": (
            "authenticate get_user has_perm get_user_permissions get_group_permissions get_all_permissions"
        ),
        "django.contrib.auth.backends.ModelBackend": "authenticate get_user has_perm has_module_perms user_can_authenticate with_perm",
        "django.contrib.auth.base_user.BaseUserManager": "create_user create_superuser get_by_natural_key normalize_email",
        "django.db.models.Manager": (
            "get_queryset create get filter all get_or_create update_or_create bulk_create contribute_to_class deconstruct "
            "get_by_natural_key"
        ),
        "django.db.models.QuerySet": (
            "delete update create get filter exclude all get_or_create update_or_create bulk_create as_manager iterator count exists"
        ),
        "django.db.models.Field": (
            "deconstruct from_db_value to_python get_prep_value get_db_prep_value pre_save value_to_string contribute_to_class formfield "
            "db_type clean validate get_internal_type value_from_object check get_default run_validators get_db_prep_save save_form_data"
        ),
        "django.forms.Form": "clean clean_* is_valid full_clean add_error has_changed get_context add_prefix",
        "django.forms.ModelForm": "clean clean_* save save_m2m is_valid full_clean validate_unique _post_clean add_error has_changed",
        "django.forms.BaseFormSet": "clean add_fields get_form_kwargs is_valid full_clean save",
        "django.forms.Field": "clean to_python validate run_validators prepare_value bound_data widget_attrs has_changed",
        "django.forms.Widget": "render get_context value_from_datadict format_value build_attrs use_required_attribute id_for_label",
        "django.core.management.base.BaseCommand": "handle add_arguments execute create_parser print_help run_from_argv check get_version",
        "django.apps.AppConfig": "ready get_models import_models",
        "django.contrib.admin.ModelAdmin": "*",
        "django.contrib.admin.AdminSite": "*",
        "django.contrib.admin.TabularInline": "*",
        "django.contrib.admin.StackedInline": "*",
        "django.contrib.admin.SimpleListFilter": "lookups queryset choices value",
        "django.contrib.syndication.views.Feed": "items item_* get_object title link description feed_*",
        "django.contrib.sitemaps.Sitemap": "items lastmod location priority changefreq get_urls",
        "django.contrib.sessions.backends.base.SessionBase": (
            "load save delete exists create encode decode flush cycle_key get_expiry_age get_expiry_date clear_expired"
        ),
        "django.contrib.sessions.backends.db.SessionStore": (
            "load save delete exists create encode decode get_model_class create_model_instance clear_expired flush cycle_key"
        ),
        "django.template.Node": "render",
        "django.core.files.storage.Storage": "*",
        "django.core.cache.backends.base.BaseCache": "*",
        "django.core.mail.backends.base.BaseEmailBackend": "send_messages open close",
        "django.contrib.auth.tokens.PasswordResetTokenGenerator": "_make_hash_value make_token check_token",
        "django.db.models.Lookup": "as_sql process_lhs process_rhs get_prep_lookup",
        "django.db.models.Func": "as_sql resolve_expression as_* get_source_expressions",
        "django.dispatch.Signal": "send connect",
        "django_filters.FilterSet": "filter_* filter_queryset qs is_valid",
        "rest_framework.views.APIView": f"{_VIEW} {_DRF_VIEW}",
        "rest_framework.generics.GenericAPIView": _DRF_GENERIC,
        "rest_framework.generics.ListAPIView": "get list",
        "rest_framework.generics.CreateAPIView": "post create perform_create",
        "rest_framework.generics.RetrieveAPIView": "get retrieve",
        "rest_framework.generics.UpdateAPIView": "put patch update partial_update perform_update",
        "rest_framework.generics.DestroyAPIView": "delete destroy perform_destroy",
        "rest_framework.generics.ListCreateAPIView": "get post list create perform_create",
        "rest_framework.generics.RetrieveUpdateAPIView": "get put patch retrieve update partial_update perform_update",
        "rest_framework.generics.RetrieveDestroyAPIView": "get delete retrieve destroy perform_destroy",
        "rest_framework.generics.RetrieveUpdateDestroyAPIView": (
            "get put patch delete retrieve update partial_update destroy perform_update perform_destroy"
        ),
        "rest_framework.mixins.CreateModelMixin": "create perform_create get_success_headers",
        "rest_framework.mixins.ListModelMixin": "list",
        "rest_framework.mixins.RetrieveModelMixin": "retrieve",
        "rest_framework.mixins.UpdateModelMixin": "update partial_update perform_update",
        "rest_framework.mixins.DestroyModelMixin": "destroy perform_destroy",
        "rest_framework.viewsets.ModelViewSet": (
            "list create retrieve update partial_update destroy perform_create perform_update perform_destroy get_success_headers"
        ),
        "rest_framework.viewsets.ReadOnlyModelViewSet": "list retrieve",
        "rest_framework.viewsets.ViewSetMixin": "initialize_request reverse_action get_extra_actions get_extra_action_url_map",
        "rest_framework.serializers.BaseSerializer": (
            "create update save is_valid to_representation to_internal_value run_validation data errors validated_data"
        ),
        "rest_framework.serializers.Serializer": "validate validate_* get_fields get_initial get_value run_validators",
        "rest_framework.serializers.ModelSerializer": "build_* get_field_names get_extra_kwargs get_unique_together_validators",
        "rest_framework.serializers.Field": (
            "to_representation to_internal_value get_attribute get_value validate_empty_values run_validation get_default bind get_initial"
        ),
        "rest_framework.relations.RelatedField": "get_queryset get_choices display_value use_pk_only_optimization many_init",
        "rest_framework.permissions.BasePermission": "has_permission has_object_permission",
        "rest_framework.authentication.BaseAuthentication": (
            "authenticate authenticate_header authenticate_credentials enforce_csrf get_user"
        ),
        "rest_framework.throttling.BaseThrottle": "allow_request wait get_ident get_cache_key get_rate",
        "rest_framework.pagination.BasePagination": (
            "paginate_queryset get_paginated_response get_paginated_response_schema get_page_size get_page_number get_results "
            "get_count get_limit"
        ),
        "rest_framework.filters.BaseFilterBackend": "filter_queryset get_schema_operation_parameters get_schema_fields get_search_fields",
        "rest_framework.renderers.BaseRenderer": "render get_* ",
        "rest_framework.parsers.BaseParser": "parse",
        "rest_framework.routers.BaseRouter": "get_urls get_default_basename get_routes get_lookup_regex get_method_map",
        "rest_framework.schemas.openapi.AutoSchema": "get_*",
        "flask.Flask": "make_response dispatch_request handle_* full_dispatch_request create_* log_exception select_jinja_autoescape run",
        "flask.views.View": "dispatch_request as_view",
        "flask.json.provider.JSONProvider": "dumps loads default dump load response",
        "flask.sessions.SessionInterface": "open_session save_session",
        "flask_restful.Api": "handle_error error_router make_response owns_endpoint add_resource",
        "flask_admin.base.BaseView": "is_accessible inaccessible_callback render get_url",
        "flask_admin.contrib.sqla.ModelView": "*",
        "wtforms.Form": "validate validate_* populate_obj process",
        "wtforms.Field": "process_data process_formdata _value pre_validate post_validate populate_obj",
        "flask_wtf.FlaskForm": "validate validate_*",
        "marshmallow.Schema": "load dump validate get_attribute handle_error on_bind_field",
        "marshmallow.fields.Field": "_serialize _deserialize _bind_to_schema",
        "fastapi.routing.APIRoute": "get_route_handler handle matches",
        "fastapi.FastAPI": "openapi setup build_middleware_stack",
        "fastapi.security.base.SecurityBase": "__call__",
        "starlette.middleware.base.BaseHTTPMiddleware": "dispatch",
        "starlette.staticfiles.StaticFiles": "get_response lookup_path file_response is_not_modified get_path check_config",
        "starlette.types.ASGIApp": "__call__",
        "pydantic.BaseModel": "model_post_init model_dump dict json model_validate copy parse_obj",
        "pydantic_settings.BaseSettings": "settings_customise_sources customise_sources",
        "sqlalchemy.types.TypeDecorator": (
            "process_bind_param process_result_value process_literal_param load_dialect_impl coerce_compared_value compare_values "
            "bind_processor result_processor copy"
        ),
        "sqlalchemy.types.UserDefinedType": "get_col_spec bind_processor result_processor",
        "logging.Handler": "emit handle flush close format",
        "logging.handlers.BaseRotatingHandler": "shouldRollover doRollover rotate rotation_filename emit getFilesToDelete",
        "logging.handlers.RotatingFileHandler": "shouldRollover doRollover rotate rotation_filename emit",
        "logging.handlers.TimedRotatingFileHandler": (
            "shouldRollover doRollover rotate rotation_filename emit getFilesToDelete computeRollover"
        ),
        "logging.Formatter": "format formatTime formatException formatMessage",
        "logging.Filter": "filter",
        "logging.LoggerAdapter": "process",
        "json.JSONEncoder": "default encode iterencode",
        "json.JSONDecoder": "decode raw_decode",
        "threading.Thread": "run start join",
        "multiprocessing.Process": "run",
        "unittest.TestCase": "*",
        "html.parser.HTMLParser": "handle_* error feed close",
        "ast.NodeVisitor": "visit visit_* generic_visit",
        "ast.NodeTransformer": "visit visit_* generic_visit",
        "enum.Enum": "_missing_ _generate_next_value_",
        "argparse.Action": "__call__",
        "argparse.ArgumentParser": "error parse_args",
        "celery.Task": "run on_failure on_success on_retry before_start after_return apply_async delay",
        "celery.Celery": "on_configure gen_task_name",
        "socketserver.BaseRequestHandler": "handle setup finish",
        "http.server.BaseHTTPRequestHandler": "do_* log_message",
        "string.Formatter": "*",
        "collections.UserDict": "*",
        "channels.generic.websocket.WebsocketConsumer": "connect disconnect receive",
        "channels.generic.websocket.AsyncWebsocketConsumer": "connect disconnect receive",
        "channels.generic.websocket.JsonWebsocketConsumer": "connect disconnect receive receive_json",
        "channels.generic.websocket.AsyncJsonWebsocketConsumer": "connect disconnect receive receive_json encode_json decode_json",
        "tornado.web.RequestHandler": "prepare on_finish initialize write_error set_default_headers get_current_user",
        "graphene.ObjectType": "resolve_*",
        "graphene.Mutation": "mutate",
        "click.ParamType": "convert get_metavar",
        "click.Group": "get_command list_commands resolve_command invoke format_*",
        "click.Command": "invoke format_* parse_args get_help",
        "import_export.resources.ModelResource": "*",
        "allauth.account.adapter.DefaultAccountAdapter": "*",
        "allauth.socialaccount.adapter.DefaultSocialAccountAdapter": "*",
        "object": "",
        "abc.ABC": "",
        "typing.Generic": "",
        "typing.Protocol": "",
        "typing.NamedTuple": "",
        "typing.TypedDict": "",
        "Exception": "with_traceback",
        "dict": "*",
        "list": "*",
        "str": "*",
    },
)
