"""Django REST framework and its extensions, Django Ninja, Channels.

Sources: the documentation and source of DRF 3.9 to 3.16, Django Ninja 0.13 to 1.4, Channels 3 and 4.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

REST = table(
    "rest_framework",
    """
alias rest_framework.serializers.ValidationError rest_framework.fields.ValidationError = rest_framework.exceptions.ValidationError
alias rest_framework.views.Response rest_framework.generics.Response = rest_framework.response.Response
alias rest_framework.views.Request = rest_framework.request.Request
alias rest_framework.generics.mixins rest_framework.viewsets.mixins = rest_framework.mixins
alias rest_framework.fields rest_framework.relations = rest_framework.serializers
alias rest_framework.generics.get_object_or_404 = django.shortcuts.get_object_or_404
alias rest_framework.utils.serializer_helpers.ReturnDict = dict
alias rest_framework.utils.serializer_helpers.ReturnList = list

module rest_framework.request
# Not a subclass, but it passes every other attribute on to the HttpRequest it wraps.
class Request < django.http.HttpRequest
    .data = input-body -> django.http.QueryDict
    .DATA = input-body
    .query_params .QUERY_PARAMS = input-query -> django.http.QueryDict
    .stream = input-body
    .auth .authenticators .successful_authenticator .accepted_renderer .version
    ._request -> django.http.HttpRequest

module rest_framework.response
class Response < django.template.response.SimpleTemplateResponse
    .data -> dict

module rest_framework.exceptions
# An APIException is an answer: its detail is what the client reads.
class APIException < Exception = response
    get_codes get_full_details
    .detail .default_detail .default_code
    .status_code -> int
class AuthenticationFailed MethodNotAllowed NotAcceptable NotAuthenticated NotFound ParseError PermissionDenied Throttled < .APIException
class UnsupportedMediaType ValidationError < .APIException
class ErrorDetail < str
def server_error bad_request = response -> django.http.JsonResponse

module rest_framework.views
class APIView < django.views.generic.View
    initial initialize_request finalize_response handle_exception permission_denied throttled perform_authentication
    perform_content_negotiation check_permissions check_object_permissions check_throttles get_permissions get_authenticators
    get_throttles get_parsers get_renderers get_exception_handler get_view_name get_view_description
    raise_uncaught_exception determine_version get_exception_handler_context get_parser_context get_renderer_context get_format_suffix
    .request -> rest_framework.request.Request
def exception_handler = response -> rest_framework.response.Response

module rest_framework.generics
class GenericAPIView < rest_framework.views.APIView
    get_object = reads blocks not-found-404 ! django.http.Http404
    get_queryset filter_queryset -> django.db.models.QuerySet
    get_serializer get_serializer_class
    get_serializer_context -> dict
    paginate_queryset = reads blocks
    get_paginated_response = response -> rest_framework.response.Response
    .paginator
class CreateAPIView < rest_framework.mixins.CreateModelMixin .GenericAPIView
class DestroyAPIView < rest_framework.mixins.DestroyModelMixin .GenericAPIView
class ListAPIView < rest_framework.mixins.ListModelMixin .GenericAPIView
class RetrieveAPIView < rest_framework.mixins.RetrieveModelMixin .GenericAPIView
class UpdateAPIView < rest_framework.mixins.UpdateModelMixin .GenericAPIView
class ListCreateAPIView < rest_framework.mixins.ListModelMixin rest_framework.mixins.CreateModelMixin .GenericAPIView
class RetrieveDestroyAPIView < rest_framework.mixins.RetrieveModelMixin rest_framework.mixins.DestroyModelMixin .GenericAPIView
class RetrieveUpdateAPIView < rest_framework.mixins.RetrieveModelMixin rest_framework.mixins.UpdateModelMixin .GenericAPIView
class RetrieveUpdateDestroyAPIView < rest_framework.mixins.RetrieveModelMixin \
    rest_framework.mixins.UpdateModelMixin rest_framework.mixins.DestroyModelMixin .GenericAPIView

module rest_framework.mixins
class CreateModelMixin
    create = writes blocks response -> rest_framework.response.Response
    perform_create = writes blocks
    get_success_headers -> dict
class ListModelMixin
    list = reads blocks response -> rest_framework.response.Response
class RetrieveModelMixin
    retrieve = reads blocks response -> rest_framework.response.Response
class UpdateModelMixin
    update partial_update = reads writes blocks response -> rest_framework.response.Response
    perform_update = writes blocks
class DestroyModelMixin
    destroy = reads writes blocks response -> rest_framework.response.Response
    perform_destroy = writes blocks

module rest_framework.viewsets
class ViewSetMixin
    as_view initialize_request reverse_action get_extra_actions get_extra_action_url_map
    .action -> str
class ViewSet < .ViewSetMixin rest_framework.views.APIView
class GenericViewSet < .ViewSetMixin rest_framework.generics.GenericAPIView
class ReadOnlyModelViewSet < rest_framework.mixins.RetrieveModelMixin rest_framework.mixins.ListModelMixin .GenericViewSet
class ModelViewSet < rest_framework.mixins.CreateModelMixin rest_framework.mixins.UpdateModelMixin \
    rest_framework.mixins.RetrieveModelMixin rest_framework.mixins.DestroyModelMixin rest_framework.mixins.ListModelMixin .GenericViewSet

module rest_framework.serializers
class Field
    to_internal_value to_representation get_value get_attribute get_default bind fail
    run_validation = validates ! rest_framework.exceptions.ValidationError
    run_validators validate_empty_values
    .context -> dict
    .parent .root
class BaseSerializer < .Field
    is_valid = checks -> bool
    save = writes blocks
    create update = writes blocks
    .validated_data .data .errors -> dict
    .initial_data = input-body -> dict
    .instance
class Serializer < .BaseSerializer
    validate get_fields get_validators get_initial
    .fields -> dict
class ListSerializer < .BaseSerializer
    many_init validate
    .validated_data .data .errors -> list
class ModelSerializer < .Serializer
    build_field get_field_names get_extra_kwargs build_standard_field build_relational_field get_unique_together_validators
class HyperlinkedModelSerializer < .ModelSerializer
class BooleanField NullBooleanField CharField ChoiceField DateField DateTimeField DecimalField DictField DurationField FileField < .Field
class FloatField HiddenField IntegerField JSONField ListField ManyRelatedField ModelField ReadOnlyField RelatedField < .Field
class SerializerMethodField TimeField UUIDField < .Field
class EmailField IPAddressField RegexField SlugField URLField < .CharField
class FilePathField MultipleChoiceField < .ChoiceField
class HStoreField < .DictField
class HyperlinkedRelatedField PrimaryKeyRelatedField SlugRelatedField StringRelatedField < .RelatedField
class ImageField < .FileField
class HyperlinkedIdentityField < .HyperlinkedRelatedField
class CurrentUserDefault CreateOnlyDefault empty
class SkipField < Exception
def as_serializer_error

module rest_framework.decorators
def api_view action permission_classes authentication_classes parser_classes renderer_classes throttle_classes schema
def detail_route list_route

module rest_framework.permissions
class BasePermission
    has_permission has_object_permission -> bool
class AllowAny DjangoModelPermissions IsAdminUser IsAuthenticated IsAuthenticatedOrReadOnly < .BasePermission
class DjangoModelPermissionsOrAnonReadOnly DjangoObjectPermissions < .DjangoModelPermissions

module rest_framework.authentication
class BaseAuthentication
    authenticate authenticate_header
class RemoteUserAuthentication < .BaseAuthentication
class BasicAuthentication < .BaseAuthentication
    authenticate_credentials
class SessionAuthentication < .BaseAuthentication
    enforce_csrf
class TokenAuthentication < .BaseAuthentication
    authenticate_credentials get_model

module rest_framework.authtoken.models
class Token < django.db.models.Model
    generate_key -> str
    .key -> str

module rest_framework.authtoken.views
class ObtainAuthToken < rest_framework.views.APIView
    post

module rest_framework.authtoken.serializers
class AuthTokenSerializer < rest_framework.serializers.Serializer

module rest_framework.pagination
class BasePagination
    paginate_queryset = reads blocks
    get_paginated_response = response -> rest_framework.response.Response
    get_paginated_response_schema get_results to_html
class CursorPagination < .BasePagination
    get_page_size get_ordering
class LimitOffsetPagination < .BasePagination
    get_limit get_offset get_count
class PageNumberPagination < .BasePagination
    get_page_size get_page_number

module rest_framework.throttling
class BaseThrottle
    allow_request wait get_ident
class SimpleRateThrottle < .BaseThrottle
    get_cache_key get_rate parse_rate throttle_success throttle_failure
class AnonRateThrottle ScopedRateThrottle UserRateThrottle < .SimpleRateThrottle

module rest_framework.renderers
class BaseRenderer
    render
class BrowsableAPIRenderer JSONRenderer MultiPartRenderer TemplateHTMLRenderer < .BaseRenderer
class StaticHTMLRenderer < .TemplateHTMLRenderer

module rest_framework.parsers
class BaseParser
    parse
class FileUploadParser FormParser JSONParser MultiPartParser < .BaseParser

module rest_framework.filters
class BaseFilterBackend
    filter_queryset get_schema_operation_parameters
class SearchFilter < .BaseFilterBackend
    get_search_terms get_search_fields construct_search
class OrderingFilter < .BaseFilterBackend
    get_ordering get_valid_fields get_default_ordering get_default_valid_fields remove_invalid_fields

module rest_framework.validators
class UniqueValidator UniqueTogetherValidator UniqueForDateValidator

module rest_framework.routers
class BaseRouter
    register
    .urls -> list
class SimpleRouter < .BaseRouter
class DefaultRouter < .SimpleRouter

module rest_framework.reverse
def reverse reverse_lazy -> str

module rest_framework.settings
object api_settings -> django.conf.LazySettings

module rest_framework_nested.routers
class NestedSimpleRouter NestedDefaultRouter < rest_framework.routers.SimpleRouter

module rest_framework_extensions.mixins
class NestedViewSetMixin

module django_filters.rest_framework
class FilterSet
    filter_queryset get_filters
    is_valid = checks -> bool
    .qs -> django.db.models.QuerySet
class DjangoFilterBackend < rest_framework.filters.BaseFilterBackend

module rest_framework_simplejwt.tokens
class Token
    for_user -> Class
    verify check_blacklist = verifies ! rest_framework_simplejwt.exceptions.TokenError
class AccessToken SlidingToken < .Token
class RefreshToken < .Token
    blacklist = writes blocks
    .access_token -> .AccessToken

module rest_framework_simplejwt.exceptions
class TokenError < Exception
class InvalidToken < rest_framework.exceptions.AuthenticationFailed

module rest_framework_simplejwt.views
class TokenViewBase < rest_framework.generics.GenericAPIView
    post
class TokenObtainPairView TokenRefreshView TokenVerifyView TokenBlacklistView < .TokenViewBase

module rest_framework_simplejwt.serializers
class TokenObtainSerializer < rest_framework.serializers.Serializer
class TokenObtainPairSerializer < .TokenObtainSerializer
    get_token -> rest_framework_simplejwt.tokens.RefreshToken
class TokenRefreshSerializer TokenVerifySerializer < rest_framework.serializers.Serializer

module rest_framework_simplejwt.authentication
class JWTAuthentication < rest_framework.authentication.BaseAuthentication
    get_user get_validated_token get_raw_token

module dj_rest_auth.views
class LoginView PasswordResetView PasswordChangeView < rest_framework.generics.GenericAPIView
class LogoutView < rest_framework.views.APIView

module dj_rest_auth.registration.views
class RegisterView < rest_framework.generics.CreateAPIView

module rest_framework_jwt.views
class JSONWebTokenAPIView < rest_framework.views.APIView
    post
class ObtainJSONWebTokenView RefreshJSONWebTokenView VerifyJSONWebTokenView < .JSONWebTokenAPIView

module drf_spectacular.utils
def extend_schema extend_schema_view inline_serializer

module drf_yasg.utils
def swagger_auto_schema
""",
)

NINJA = table(
    "ninja",
    """
alias ninja.main.NinjaAPI = ninja.NinjaAPI
alias ninja.router.Router = ninja.Router
alias ninja.schema.Schema = ninja.Schema
alias ninja.orm.ModelSchema ninja.orm.metaclass.ModelSchema = ninja.ModelSchema
alias ninja.params ninja.params.functions ninja.params_models = ninja
alias ninja.files.UploadedFile ninja.UploadedFile = django.core.files.uploadedfile.UploadedFile

module ninja
class NinjaAPI
    get post put patch delete api_operation add_router exception_handler add_exception_handler
    create_response = response -> django.http.HttpResponse
    on_exception
    .urls
class Router
    get post put patch delete api_operation add_router add_api_operation
class Schema < pydantic.BaseModel
    from_orm model_validate -> Class
class ModelSchema < .Schema
class FilterSchema < .Schema
    filter = builds-query -> ArgElem
    get_filter_expression -> django.db.models.Q
class Query Path Body Form File Header Cookie PatchDict P
class Redoc Swagger

module ninja.errors
class ConfigError < Exception
class AuthenticationError < Exception
class ValidationError < Exception
    .errors -> list
class HttpError < Exception = response
    .status_code -> int
    .message -> str

module ninja.responses
class Response < django.http.JsonResponse

module ninja.security
class HttpBearer APIKeyHeader APIKeyQuery APIKeyCookie HttpBasicAuth
    authenticate
object django_auth -> .HttpBearer

module ninja.pagination
class PaginationBase LimitOffsetPagination PageNumberPagination
    paginate_queryset
def paginate

module ninja_extra
class NinjaExtraAPI < ninja.NinjaAPI
    register_controllers
class ControllerBase
def api_controller http_get http_post http_put http_patch http_delete http_generic

module ninja_extra.exceptions
class APIException < Exception = response
class NotFound ValidationError ParseError PermissionDenied AuthenticationFailed NotAuthenticated < .APIException
""",
)

CHANNELS = table(
    "channels",
    """
alias asgiref.sync.SyncToAsync = asgiref.sync.sync_to_async

module channels.db
def database_sync_to_async = offloads
def aclose_old_connections = coroutine closes

module channels.consumer
class AsyncConsumer SyncConsumer
    dispatch send
    as_asgi
    .scope -> dict
    .channel_layer -> channels.layers.BaseChannelLayer
    .channel_name -> str

module channels.generic.websocket
class WebsocketConsumer < channels.consumer.SyncConsumer
    connect disconnect receive accept close websocket_connect websocket_receive websocket_disconnect
    send = response
class JsonWebsocketConsumer < .WebsocketConsumer
    receive_json decode_json encode_json
    send_json = response
class AsyncWebsocketConsumer < channels.consumer.AsyncConsumer
    connect disconnect receive websocket_connect websocket_receive websocket_disconnect
    accept close = coroutine
    send = coroutine response
class AsyncJsonWebsocketConsumer < .AsyncWebsocketConsumer
    receive_json decode_json encode_json
    send_json = coroutine response

module channels.layers
class BaseChannelLayer
    send group_send group_add group_discard receive = coroutine
def get_channel_layer -> .BaseChannelLayer
""",
)

LIBRARIES = (REST, NINJA, CHANNELS)
