"""Mail, and the SDKs of outside services: payment, messages, language models, identity.

Sources: the libraries' documentation and source.
"""

from __future__ import annotations

from backend_lint.libraries.notation import table

MAIL = table(
    "mail",
    """
alias flask_mail.Connection = flask_mail.Mail
alias flask_mailman.EmailMessage = django.core.mail.EmailMessage
alias flask_mailman.EmailMultiAlternatives = django.core.mail.EmailMultiAlternatives
alias flask_mailman.send_mail = django.core.mail.send_mail
alias django.core.mail.message = django.core.mail
alias brevo_python = sib_api_v3_sdk
alias sib_api_v3_sdk.api brevo_python.api = sib_api_v3_sdk
alias sib_api_v3_sdk.api.transactional_emails_api brevo_python.api.transactional_emails_api = sib_api_v3_sdk
alias sib_api_v3_sdk.api.transactional_sms_api brevo_python.api.transactional_sms_api = sib_api_v3_sdk
alias sib_api_v3_sdk.api.contacts_api brevo_python.api.contacts_api = sib_api_v3_sdk
alias sib_api_v3_sdk.api.email_campaigns_api brevo_python.api.email_campaigns_api = sib_api_v3_sdk

module flask_mail
class Mail
    send send_message = email blocks outbound ! smtplib.SMTPException OSError
    connect = opens context blocks outbound -> .Mail
    init_app
class Message
    attach
    send = email blocks outbound ! smtplib.SMTPException OSError

module django.core.mail
class EmailMessage
    send = email blocks outbound ! smtplib.SMTPException OSError
    attach
    attach_file = blocks path-sink
class EmailMultiAlternatives < .EmailMessage
    attach_alternative
class BadHeaderError < ValueError
def send_mail send_mass_mail mail_admins mail_managers = email blocks outbound ! smtplib.SMTPException OSError
def get_connection

module fastapi_mail
class FastMail
    send_message = email coroutine outbound ! fastapi_mail.errors.ConnectionErrors
class MessageSchema ConnectionConfig MessageType

module fastapi_mail.errors
class ConnectionErrors < Exception

module aiosmtplib
class SMTP = opens context
    connect login starttls = coroutine outbound ! .SMTPException OSError
    send_message sendmail = email coroutine outbound ! .SMTPException OSError
    quit = closes coroutine
    close = closes
class SMTPException < Exception
def send = email coroutine outbound ! .SMTPException

module sendgrid
class SendGridAPIClient
    send = email blocks outbound ! python_http_client.exceptions.HTTPError

module python_http_client.exceptions
class HTTPError < Exception
class UnauthorizedError BadRequestsError ForbiddenError < .HTTPError

module sendgrid.helpers.mail
class Mail

module emails
class Message
    send = email blocks outbound
def html -> .Message

module resend
class Emails
    send = email blocks outbound ! .exceptions.ResendError

module resend.exceptions
class ResendError < Exception

module sib_api_v3_sdk
class TransactionalEmailsApi
    send_transac_email send_transac_email_with_http_info = email blocks outbound ! .rest.ApiException
    get_transac_emails_list get_transac_email_content get_email_event_report = blocks outbound ! .rest.ApiException
    get_smtp_templates get_smtp_template create_smtp_template update_smtp_template = blocks outbound ! .rest.ApiException
    send_test_template = email blocks outbound ! .rest.ApiException
class TransactionalSMSApi
    send_transac_sms send_transac_sms_with_http_info = blocks outbound ! .rest.ApiException
class ContactsApi
    create_contact get_contact_info update_contact delete_contact get_contacts create_doi_contact = blocks outbound ! .rest.ApiException
    add_contact_to_list remove_contact_from_list import_contacts create_list get_lists get_list = blocks outbound ! .rest.ApiException
class EmailCampaignsApi
    create_email_campaign get_email_campaign get_email_campaigns update_email_campaign = blocks outbound ! .rest.ApiException
    send_email_campaign_now send_test_email = email blocks outbound ! .rest.ApiException
class AccountApi
    get_account = blocks outbound ! .rest.ApiException
class ApiClient Configuration SendSmtpEmail SendSmtpEmailTo SendSmtpEmailSender SendTransacSms CreateContact UpdateContact

module sib_api_v3_sdk.rest
class ApiException < Exception

module yagmail
class SMTP = context
    send = email blocks outbound
    close = closes

module mailjet_rest
class Client
""",
)

_STRIPE = (
    "Account BalanceTransaction Charge Coupon Customer Dispute Event Invoice InvoiceItem PaymentIntent PaymentMethod Payout Plan Price "
    "Product PromotionCode Refund SetupIntent Source Subscription SubscriptionItem TaxRate Token Transfer"
)

SERVICES = table(
    "services",
    f"""
alias stripe.error stripe._error = stripe
alias openai.error = openai
alias openai.AzureOpenAI = openai.OpenAI
alias openai.AsyncAzureOpenAI = openai.AsyncOpenAI
alias slack.WebClient = slack_sdk.WebClient
alias slack_sdk.web.client.WebClient = slack_sdk.WebClient

module stripe
class {_STRIPE}
    create retrieve modify list delete confirm capture cancel attach detach pay void_invoice = blocks outbound ! .StripeError
    finalize_invoice search save = blocks outbound ! .StripeError
    create_async retrieve_async modify_async list_async delete_async confirm_async cancel_async = coroutine outbound ! .StripeError
class checkout.Session billing_portal.Session
    create retrieve expire list_line_items = blocks outbound ! .StripeError
    create_async retrieve_async = coroutine outbound ! .StripeError
class Webhook
    construct_event = verifies ! .SignatureVerificationError ValueError
class StripeError < Exception
    .user_message -> str
class APIConnectionError APIError AuthenticationError CardError IdempotencyError InvalidRequestError PermissionError < .StripeError
class RateLimitError < .StripeError
class SignatureVerificationError < .StripeError

module twilio.rest
class Client
    .messages .calls -> .Resources
    .verify
class Resources
    create fetch list = blocks outbound ! twilio.base.exceptions.TwilioException

module twilio.base.exceptions
class TwilioException < Exception
class TwilioRestException < .TwilioException

module openai
class OpenAI = per-request-costly context
    .chat .beta .audio .images -> .Chat
    .completions .embeddings .responses .moderations -> .Completions
    close = closes
class AsyncOpenAI = per-request-costly context
    .chat .beta .audio .images -> .AsyncChat
    .completions .embeddings .responses .moderations -> .AsyncCompletions
    close = closes coroutine
class Chat
    .completions .transcriptions .speech -> .Completions
    generate edit = blocks outbound ! .OpenAIError
class AsyncChat
    .completions .transcriptions .speech -> .AsyncCompletions
    generate edit = coroutine outbound ! .OpenAIError
class Completions
    create parse retrieve = blocks outbound ! .OpenAIError
class AsyncCompletions
    create parse retrieve = coroutine outbound ! .OpenAIError
class ChatCompletion Completion Embedding Image Moderation
    create = blocks outbound ! .OpenAIError
    acreate = coroutine outbound ! .OpenAIError
class OpenAIError < Exception
class APIError < .OpenAIError
class APIConnectionError APIStatusError < .APIError
class APITimeoutError < .APIConnectionError
class RateLimitError AuthenticationError BadRequestError NotFoundError PermissionDeniedError InternalServerError < .APIStatusError

module anthropic
class Anthropic = per-request-costly context
    .messages .completions -> .Messages
    close = closes
class AsyncAnthropic = per-request-costly context
    .messages .completions -> .AsyncMessages
    close = closes coroutine
class Messages
    create count_tokens = blocks outbound ! .AnthropicError
    stream = blocks outbound context
class AsyncMessages
    create count_tokens = coroutine outbound ! .AnthropicError
    stream = outbound context
class AnthropicError < Exception
class APIError < .AnthropicError
class APIConnectionError APIStatusError < .APIError
class RateLimitError AuthenticationError BadRequestError < .APIStatusError

module google.generativeai
class GenerativeModel
    generate_content = blocks outbound ! google.api_core.exceptions.GoogleAPIError
    generate_content_async = coroutine outbound ! google.api_core.exceptions.GoogleAPIError

module google.genai
class Client = per-request-costly
    .models .chats -> .Models
    .aio -> .AsyncClient
class Models
    generate_content embed_content generate_images = blocks outbound ! .errors.APIError
class AsyncClient
    .models -> .AsyncModels
class AsyncModels
    generate_content embed_content generate_images = coroutine outbound ! .errors.APIError

module google.genai.errors
class APIError < Exception
class ClientError ServerError < .APIError

module cloudinary.uploader
def upload destroy upload_large explicit rename = blocks outbound -> dict ! cloudinary.exceptions.Error

module cloudinary.exceptions
class Error < Exception
class NotFound NotAllowed AlreadyExists RateLimited BadRequest GeneralError AuthorizationRequired < .Error

module slack_sdk
class WebClient
    chat_postMessage chat_update files_upload files_upload_v2 = blocks outbound ! .errors.SlackApiError
    conversations_list users_info api_call = blocks outbound ! .errors.SlackApiError

module slack_sdk.errors
class SlackApiError < Exception

module razorpay
class Client
    .order .payment .refund .customer .subscription -> .Resource
    .utility
class Resource
    create fetch all capture refund = blocks outbound ! .errors.BadRequestError .errors.GatewayError .errors.ServerError

module razorpay.errors
class BadRequestError GatewayError ServerError SignatureVerificationError < Exception

module paramiko
class SSHClient = opens context
    connect = blocks outbound
    exec_command = blocks command-sink outbound
    open_sftp = opens context blocks outbound
    close = closes
class SSHException < Exception
class AuthenticationException < .SSHException

module docker
class DockerClient = opens context
    close = closes
    .containers .images .networks .volumes
def from_env = opens context per-request-costly -> .DockerClient

module pusher
class Pusher
    trigger = blocks outbound

module firebase_admin.messaging
def send send_multicast send_each send_each_for_multicast = blocks outbound ! firebase_admin.exceptions.FirebaseError
class Message MulticastMessage Notification
""",
)

LIBRARIES = (MAIL, SERVICES)
