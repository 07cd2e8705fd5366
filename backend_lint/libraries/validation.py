"""Schemas and validators: pydantic 1 and 2, marshmallow 2 to 4, msgspec, jsonschema, cerberus, voluptuous and others."""

from __future__ import annotations

from backend_lint.libraries.notation import table

PYDANTIC = table(
    "pydantic",
    """
alias pydantic.v1 pydantic.main pydantic.types pydantic.networks pydantic.fields pydantic.functional_validators = pydantic
alias pydantic.functional_serializers pydantic.type_adapter pydantic.class_validators pydantic.tools pydantic.config = pydantic
alias pydantic.v1.main pydantic.v1.types pydantic.v1.fields pydantic.root_model pydantic.generics = pydantic
alias pydantic.error_wrappers.ValidationError pydantic.v1.error_wrappers.ValidationError = pydantic.ValidationError
alias pydantic_core.ValidationError pydantic_core._pydantic_core.ValidationError = pydantic.ValidationError
alias pydantic.BaseSettings pydantic.env_settings.BaseSettings pydantic.v1.BaseSettings = pydantic_settings.BaseSettings
alias pydantic_settings.main.BaseSettings = pydantic_settings.BaseSettings
alias pydantic.generics.GenericModel pydantic.v1.generics.GenericModel = pydantic.BaseModel

module pydantic
class BaseModel = validates ! .ValidationError
    model_validate model_validate_json model_validate_strings = validates -> Class ! .ValidationError
    parse_obj parse_raw from_orm = validates -> Class ! .ValidationError
    parse_file = validates blocks path-sink -> Class ! .ValidationError
    validate = validates -> Class ! .ValidationError
    model_construct construct -> Class
    model_dump dict -> dict
    model_dump_json json -> str
    model_copy copy -> Self
    model_json_schema schema -> dict
    schema_json -> str
    model_post_init model_rebuild update_forward_refs
    .model_fields .model_extra .__fields__ -> dict
    .model_fields_set .__fields_set__ -> set
    .model_config
class RootModel < .BaseModel
    .root .__root__
class ValidationError < ValueError
    errors -> list[dict]
    error_count -> int
    json -> str
    .title -> str
class SecretStr
    get_secret_value -> str
class SecretBytes
    get_secret_value -> bytes
class TypeAdapter
    __new__ -> .TypeAdapter[Arg0]
    validate_python validate_json validate_strings = validates -> Elem ! .ValidationError
    dump_python dump_json
class EmailStr < str
class NameEmail AnyUrl AnyHttpUrl HttpUrl FileUrl PostgresDsn RedisDsn AmqpDsn MongoDsn MySQLDsn KafkaDsn NatsDsn IPvAnyAddress
class PydanticUserError < RuntimeError
class PydanticSchemaGenerationError < .PydanticUserError
class PydanticUndefinedAnnotation < NameError
class Extra
class ConfigDict < dict
class BaseConfig
def parse_obj_as = validates -> Arg0 ! .ValidationError
def create_model -> type:.BaseModel
def Field PrivateAttr conint constr confloat conlist condecimal condate conset conbytes StringConstraints
def validator field_validator root_validator model_validator field_serializer model_serializer computed_field
def validate_call validate_arguments
def AfterValidator BeforeValidator PlainValidator WrapValidator InstanceOf

module pydantic.dataclasses
def dataclass

module pydantic_settings
class BaseSettings < pydantic.BaseModel
    settings_customise_sources
class SettingsConfigDict < dict

module pydantic_extra_types.phone_numbers
class PhoneNumber < str

module pydantic_core
class PydanticCustomError < ValueError
class PydanticKnownError < ValueError
def to_jsonable_python
""",
)

MARSHMALLOW = table(
    "marshmallow",
    """
alias marshmallow.schema.Schema = marshmallow.Schema
alias marshmallow.ValidationError = marshmallow.exceptions.ValidationError
alias apiflask.Schema = marshmallow.Schema
alias apiflask.fields = marshmallow.fields
alias apiflask.abort = flask.abort

module marshmallow
class Schema
    load loads = validates ! .exceptions.ValidationError
    validate = checks -> dict
    dump -> dict
    dumps -> str
    from_dict -> type:.Schema
    handle_error get_attribute on_bind_field
    .fields .context -> dict
class SchemaOpts
def pre_load post_load pre_dump post_dump validates validates_schema

module marshmallow.exceptions
class MarshmallowError < Exception
class ValidationError < .MarshmallowError
    normalized_messages -> dict
    .messages .valid_data .data
    .messages_dict -> dict
class RegistryError < NameError
class StringNotCollectionError < TypeError .MarshmallowError

module marshmallow.fields
class Field
    deserialize = validates ! marshmallow.exceptions.ValidationError
class IP Enum < .Field
class Raw Nested Mapping List Tuple String UUID Number Boolean DateTime Time Date TimeDelta Url Email Method Function Constant < .Field
class IP Enum < .Field
class Pluck < .Nested
class Dict < .Mapping
class Integer Float Decimal < .Number
class Str < .String
class Int < .Integer
class Bool < .Boolean
class AwareDateTime NaiveDateTime < .DateTime

module marshmallow.validate
class Length Range OneOf NoneOf ContainsOnly Regexp Equal Email URL Predicate And

module marshmallow_sqlalchemy
class SQLAlchemySchema < marshmallow.Schema
class SQLAlchemyAutoSchema < .SQLAlchemySchema
class ModelSchema < .SQLAlchemyAutoSchema
def auto_field

module marshmallow_enum
class EnumField < marshmallow.fields.Field

module marshmallow_dataclass
def class_schema -> type:marshmallow.Schema

module apiflask
class APIFlask < flask.Flask
    input output doc auth_required
class APIBlueprint < flask.Blueprint
    input output doc auth_required
class HTTPError < Exception = response
""",
)

OTHERS = table(
    "validators",
    """
alias jsonschema.ValidationError jsonschema.validators.ValidationError = jsonschema.exceptions.ValidationError
alias jsonschema.SchemaError = jsonschema.exceptions.SchemaError
alias jsonschema.validators.validate = jsonschema.validate
alias jsonschema.validators.Draft7Validator = jsonschema.Draft7Validator
alias cerberus.validator.Validator = cerberus.Validator
alias voluptuous.schema_builder.Schema = voluptuous.Schema
alias voluptuous.error = voluptuous
alias email_validator.exceptions_types = email_validator
alias attrs = attr
alias cattr = cattrs

module msgspec
class Struct
class Meta
class MsgspecError < Exception
class EncodeError < .MsgspecError
class DecodeError < .MsgspecError ValueError
class ValidationError < .DecodeError
def convert = validates -> Arg:type ! .ValidationError
def to_builtins asdict -> dict
def field

module msgspec.json
class Decoder
    decode = validates ! msgspec.ValidationError msgspec.DecodeError
class Encoder
    encode -> bytes
def decode = validates -> Arg:type ! msgspec.ValidationError msgspec.DecodeError
def encode -> bytes

module jsonschema
class Draft3Validator Draft4Validator Draft6Validator Draft7Validator Draft201909Validator Draft202012Validator
    validate = validates ! .exceptions.ValidationError
    is_valid -> bool
    iter_errors
    check_schema ! .exceptions.SchemaError
class FormatChecker RefResolver
def validate = validates ! .exceptions.ValidationError

module jsonschema.exceptions
class ValidationError SchemaError < Exception
    .message -> str

module fastjsonschema
class JsonSchemaException < ValueError
class JsonSchemaValueException < .JsonSchemaException
def validate = validates ! .JsonSchemaValueException
def compile

module cerberus
class Validator
    validate __call__ = checks -> bool
    validated = validates may-be-none -> dict
    normalized -> dict
    .document .errors -> dict

module voluptuous
class Invalid < Exception
class MultipleInvalid RequiredFieldInvalid TypeInvalid ValueInvalid < .Invalid
class Schema
    __call__ = validates ! .Invalid
    extend -> .Schema

module schematics.models
class Model
    validate = validates
    to_primitive to_native -> dict

module colander
class Invalid < Exception
class MappingSchema SequenceSchema SchemaNode
    deserialize = validates ! .Invalid

module trafaret
class DataError < ValueError
class Dict
    check = validates ! .DataError

module email_validator
class EmailNotValidError < ValueError
class EmailSyntaxError EmailUndeliverableError < .EmailNotValidError
def validate_email = validates ! .EmailNotValidError

module phonenumbers
class NumberParseException < Exception
def parse = converts ! .NumberParseException
def is_valid_number -> bool

module bleach
def clean = escapes -> str
def linkify -> str

module nh3
def clean clean_text = escapes -> str

module attr
def s ib define field frozen mutable attrib dataclass
def asdict -> dict

module dacite
class DaciteError < Exception
def from_dict = validates -> Arg:data_class|Arg0 ! .DaciteError

module cattrs
def structure = validates
def unstructure

module dataclasses_json
class DataClassJsonMixin
    from_json from_dict -> Class
    to_json -> str
    to_dict -> dict

module mashumaro
class DataClassDictMixin
    from_dict = validates -> Class
    to_dict -> dict
""",
)

LIBRARIES = (PYDANTIC, MARSHMALLOW, OTHERS)
