"""Log lines that a machine can read, each with the id of its request."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def logging_of(level: str, style: str) -> dict[str, Any]:
    """The logging of every process of Alur. `style` is "json" or "text"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {
            "json": {"()": JsonFormatter},
            "text": {"format": "{asctime} {levelname:<7} {name} [{request_id}] {message}", "style": "{"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": style}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django-q": {"level": level},  # it sets none of its own once the root logger has a handler
            "axes": {"level": "WARNING"},
            # below this they write the addresses of calls, and the address of a calendar is a secret
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
