"""Flask's extensions: RESTful, RESTX, smorest, Login, WTF, JWT, HTTPAuth, Caching, PyMongo, webargs and others."""

from __future__ import annotations

from backend_lint.libraries.notation import table

REST = table(
    "flask rest extensions",
    """
alias flask_restplus = flask_restx
alias flask.ext.restful = flask_restful
alias flask_restx.api.Api = flask_restx.Api
alias flask_restx.resource.Resource = flask_restx.Resource
alias flask_restx.namespace.Namespace = flask_restx.Namespace
alias flask_restx.errors.abort = flask_restx.abort
alias flask_smorest.blueprint.Blueprint flask_rest_api.Blueprint = flask_smorest.Blueprint
alias flask_rest_api.Api = flask_smorest.Api
alias flask_rest_api.abort = flask_smorest.abort

module flask_restful
class Resource < flask.views.MethodView
    dispatch_request
    .method_decorators -> list
class Api
    add_resource resource init_app representation handle_error make_response output
    url_for -> str
def abort = aborts ! werkzeug.exceptions.HTTPException
def marshal -> dict
def marshal_with marshal_with_field
def url_for -> str

module flask_restful.reqparse
class RequestParser
    add_argument copy replace_argument remove_argument -> Self
    parse_args = validates -> .Namespace ! werkzeug.exceptions.BadRequest
class Namespace < dict
class Argument

module flask_restful.fields
class Raw
class String Integer Float Boolean DateTime Url Nested List Fixed Arbitrary Price FormattedString < .Raw
class MarshallingException < Exception

module flask_restful.inputs
def url int_range natural positive boolean iso8601interval date datetime_from_rfc822 datetime_from_iso8601 regex = converts ! ValueError

module flask_restx
class Resource < flask.views.MethodView
    dispatch_request validate_payload
    .api -> .Api
    .method_decorators -> list
class Api
    add_namespace add_resource route errorhandler init_app representation handle_error doc expect response marshal_with marshal_list_with
    namespace -> .Namespace
    model inherit clone schema_model -> .Model
    parser -> .reqparse.RequestParser
    marshal -> dict
    abort = aborts ! werkzeug.exceptions.HTTPException
    url_for -> str
    .payload = input-body
class Namespace
    route add_resource errorhandler doc expect response marshal_with marshal_list_with param header hide deprecated
    model inherit clone schema_model -> .Model
    parser -> .reqparse.RequestParser
    marshal -> dict
    abort = aborts ! werkzeug.exceptions.HTTPException
    .payload = input-body
class SchemaModel
class Model OrderedModel < dict
class RestError < Exception
class SpecsError < .RestError
class ValidationError < .RestError
def abort = aborts ! werkzeug.exceptions.HTTPException
def marshal -> dict
def marshal_with marshal_with_field

module flask_restx.reqparse
class RequestParser
    add_argument copy replace_argument remove_argument -> Self
    parse_args = validates -> .ParseResult ! werkzeug.exceptions.BadRequest
class ParseResult < dict
class Argument

module flask_restx.fields
class Raw
class String Integer Float Boolean DateTime Date Url Nested List Fixed Arbitrary FormattedString Wildcard Polymorph < .Raw

module flask_smorest
class Blueprint < flask.Blueprint
    arguments response alt_response paginate doc etag check_etag set_etag
class Api
    register_blueprint init_app
class Page
def abort = aborts ! werkzeug.exceptions.HTTPException

module flask_apispec
class MethodResource < flask.views.MethodView
class FlaskApiSpec
def use_kwargs = validates
def marshal_with doc
""",
)

FORMS = table(
    "wtforms and webargs",
    """
alias flask_wtf.form.FlaskForm flask_wtf.Form flask.ext.wtf.Form = flask_wtf.FlaskForm
alias flask_wtf.csrf.CSRFProtect flask_wtf.CsrfProtect = flask_wtf.CSRFProtect
alias wtforms.form.Form wtforms.form.BaseForm = wtforms.Form
alias wtforms.fields wtforms.fields.core wtforms.fields.simple wtforms.fields.html5 wtforms.fields.choices wtforms.fields.datetime = wtforms
alias wtforms.fields.numeric wtforms.fields.form wtforms.fields.list = wtforms
alias wtforms.ValidationError = wtforms.validators.ValidationError
alias webargs.core = webargs
alias webargs.flaskparser.FlaskParser = webargs.Parser
alias webargs.djangoparser.parser webargs.aiohttpparser.parser webargs.falconparser.parser = webargs.flaskparser.parser
alias webargs.djangoparser.use_args webargs.aiohttpparser.use_args = webargs.flaskparser.use_args
alias webargs.djangoparser.use_kwargs webargs.aiohttpparser.use_kwargs = webargs.flaskparser.use_kwargs

module wtforms
class Form
    validate = checks -> bool
    populate_obj process
    .data .errors -> dict
class Field
    validate = checks -> bool
    .data
    .errors -> list[str]
class StringField SearchField TelField URLField EmailField TextAreaField HiddenField PasswordField SelectField RadioField < .Field
class IntegerField DecimalField FloatField BooleanField DateField DateTimeField DateTimeLocalField TimeField MonthField WeekField < .Field
class FileField MultipleFileField SubmitField SelectMultipleField FormField FieldList TextField ColorField IntegerRangeField < .Field
class DecimalRangeField < .Field

module wtforms.validators
class ValidationError < ValueError
class StopValidation < Exception
class AnyOf DataRequired Email EqualTo InputRequired IPAddress Length MacAddress NoneOf NumberRange Optional Regexp URL UUID

module flask_wtf
class FlaskForm < wtforms.Form
    validate_on_submit = checks -> bool
    is_submitted -> bool
    hidden_tag
class RecaptchaField < wtforms.Field
class CSRFProtect
    exempt init_app

module flask_wtf.file
class FileField < wtforms.Field
class FileAllowed FileRequired FileSize

module wtforms_sqlalchemy.orm
def model_form -> type:flask_wtf.FlaskForm

module webargs
class Parser
    parse = validates -> dict ! werkzeug.exceptions.UnprocessableEntity
    use_args use_kwargs error_handler location_loader

module webargs.flaskparser
def use_args use_kwargs = validates
def abort = aborts ! werkzeug.exceptions.HTTPException
object parser -> webargs.Parser
""",
)

EXTENSIONS = table(
    "flask extensions",
    """
alias flask_login.login_manager.LoginManager = flask_login.LoginManager
alias flask_login.mixins.UserMixin = flask_login.UserMixin
alias flask_login.utils = flask_login
alias flask.ext.login = flask_login
alias flask.ext.cors flask_cors.extension = flask_cors
alias flask_jwt_extended.utils flask_jwt_extended.view_decorators = flask_jwt_extended
alias flask_migrate.cli = flask_migrate

module flask_login
class UserMixin AnonymousUserMixin
    get_id -> str
    .is_authenticated .is_active .is_anonymous -> bool
class LoginManager
    init_app user_loader request_loader unauthorized_handler unauthorized
def login_user logout_user confirm_login -> bool
def login_required fresh_login_required

module flask_jwt_extended
class JWTManager
    user_lookup_loader user_identity_loader token_in_blocklist_loader expired_token_loader invalid_token_loader unauthorized_loader init_app
def create_access_token create_refresh_token get_csrf_token -> str
def get_jwt get_jwt_header decode_token -> dict
def get_jwt_identity get_current_user
def verify_jwt_in_request = verifies
def jwt_required

module flask_jwt_extended.exceptions
class JWTExtendedException < Exception
class JWTDecodeError NoAuthorizationError CSRFError WrongTokenError RevokedTokenError FreshTokenRequired < .JWTExtendedException
class InvalidHeaderError InvalidQueryParamError UserLookupError UserClaimsVerificationError < .JWTExtendedException

module flask_httpauth
class HTTPBasicAuth HTTPTokenAuth HTTPDigestAuth MultiAuth
    login_required verify_password verify_token error_handler get_user_roles
    current_user

module flask_bcrypt
class Bcrypt
    generate_password_hash = blocks-briefly -> bytes
    check_password_hash = blocks-briefly verifies -> bool
    init_app
def generate_password_hash = blocks-briefly -> bytes
def check_password_hash = blocks-briefly verifies -> bool

module flask_caching
class Cache
    get get_many set set_many add delete delete_many clear inc dec = blocks
    cached memoize init_app delete_memoized

module flask_limiter
class Limiter
    limit exempt shared_limit init_app request_filter

module flask_cors
class CORS
def cross_origin

module flask_talisman
class Talisman

module flask_migrate
class Migrate
    init_app
def upgrade downgrade stamp = blocks

module flask_pymongo
class PyMongo
    init_app
    save_file = blocks writes
    send_file = blocks response -> flask.wrappers.Response
    .db -> .wrappers.Database
    .cx -> pymongo.MongoClient

module flask_pymongo.wrappers
class Database < pymongo.database.Database
    __getitem__ -> .Collection
class Collection < pymongo.collection.Collection
    find_one_or_404 = reads blocks not-found-404 -> dict

module flask_mongoengine
class MongoEngine
    init_app
    .Document -> type:.Document
    .DynamicDocument -> type:.Document
    .EmbeddedDocument -> type:mongoengine.EmbeddedDocument
class Document < mongoengine.Document
    .objects -> .BaseQuerySet[Class]
class BaseQuerySet < mongoengine.QuerySet
    get_or_404 first_or_404 = reads blocks not-found-404 -> Elem
    paginate = reads blocks

module flask_marshmallow
class Marshmallow
    init_app
    .Schema -> type:marshmallow.Schema
    .SQLAlchemySchema -> type:marshmallow_sqlalchemy.SQLAlchemySchema
    .SQLAlchemyAutoSchema -> type:marshmallow_sqlalchemy.SQLAlchemyAutoSchema
    .ModelSchema -> type:marshmallow_sqlalchemy.SQLAlchemyAutoSchema

module flask_redis
class FlaskRedis < redis.Redis
    init_app

module flask_socketio
class SocketIO
    on on_event event run init_app on_namespace default_error_handler
    emit send
    start_background_task = offloads
    sleep
class Namespace
def emit send
def join_room leave_room close_room disconnect

module flask_admin
class Admin
    add_view add_link
class BaseView

module flask_admin.contrib.sqla
class ModelView < flask_admin.BaseView

module flask_security
def hash_password = blocks-briefly -> str
def verify_password = blocks-briefly verifies -> bool
def login_user logout_user
def auth_required roles_required login_required
class UserMixin < flask_login.UserMixin
class RoleMixin SQLAlchemyUserDatastore Security

module flask_classful
class FlaskView
    register
""",
)

LIBRARIES = (REST, FORMS, EXTENSIONS)
