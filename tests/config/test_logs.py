"""A log line is one JSON object that names its request."""

import json
import logging
import sys

from config.logs import JsonFormatter, RequestIdFilter, current_request_id


def line(**extra) -> dict:
    record = logging.LogRecord("leads.intake", logging.INFO, "intake.py", 7, "took %s\nin", ("one",), **extra)
    token = current_request_id.set("abc123")
    RequestIdFilter().filter(record)
    current_request_id.reset(token)
    text = JsonFormatter().format(record)
    assert text.count("\n") == 0
    return json.loads(text)


def test_line_names_level_logger_request_and_message():
    written = line(exc_info=None)
    written.pop("at")
    assert written == {"level": "INFO", "logger": "leads.intake", "request_id": "abc123", "message": "took one\nin"}


def test_line_carries_the_trace_of_an_error():
    try:
        raise ValueError("odd")
    except ValueError:
        assert line(exc_info=sys.exc_info())["trace"].endswith("ValueError: odd")
