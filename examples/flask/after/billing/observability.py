"""Request IDs and one JSON object a log line."""

import json
import logging
import uuid

from flask import Flask, Response, g, has_request_context


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "request_id": g.get("request_id") if has_request_context() else None,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def configure_logging() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def set_request_id() -> None:
    g.request_id = uuid.uuid4().hex


def send_request_id(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    return response


def register_request_ids(app: Flask) -> None:
    app.before_request(set_request_id)
    app.after_request(send_request_id)
