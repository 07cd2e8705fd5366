import smtplib
from email.message import EmailMessage

from flask import current_app


def send_invoice_mail(to, subject, text):  # expect: BL702
    message = EmailMessage()
    message["From"] = "billing@example.com"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    server = smtplib.SMTP("smtp.billing.internal", 587)  # expect: BL503, BL612, BL902
    server.starttls()
    server.login("billing", current_app.config["MAIL_PASSWORD"])
    server.send_message(message)
    server.quit()
