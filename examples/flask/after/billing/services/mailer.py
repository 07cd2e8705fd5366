import smtplib
from email.message import EmailMessage

from billing.errors import Unavailable

SENDER = "billing@example.com"


class Mailer:
    def __init__(self, host: str, user: str, password: str, timeout: float) -> None:
        self.host = host
        self.user = user
        self.password = password
        self.timeout = timeout

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises Unavailable when the mail server does not accept the mail."""
        message = EmailMessage()
        message["From"] = SENDER
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        try:
            with smtplib.SMTP(self.host, smtplib.SMTP_PORT, timeout=self.timeout) as server:
                server.starttls()
                server.login(self.user, self.password)
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("The mail cannot be sent at the moment") from error
