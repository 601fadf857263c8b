"""What the system writes about its own running, and what it leaves out: whatever could name a person.

A line says event, route, keys and times. It never holds an address with its values, the words of an error or
the arguments of a job: names and numbers stand in those. Fields of a record come through when they are in
`FIELDS`, and no others. In development an error keeps its words.
"""

import logging
import re
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.stdlib import ExtraAdder, ProcessorFormatter

Line = MutableMapping[str, Any]
FIELDS = frozenset({"route", "method", "status", "ms", "task", "state"})
_UNTOLD = frozenset({"exc", "traceback", "return_value", "args", "kwargs"})
"""What Celery says of a job beside its name, key and time."""
_LONG_NUMBER = re.compile(r"(?<![0-9A-Fa-f-])\d{7,}[Xx]?(?![0-9A-Fa-f-])")
_MOST_CAUSES = 5


def logging_settings(*, production: bool, level: str) -> dict[str, Any]:
    """Django's `LOGGING`: one handler, lines of JSON in production and readable ones elsewhere."""
    console = {"handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": line_formatter, "production": production}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Without the handlers of its own; its DEBUG lines hold statements and the words of pages.
            "django": {"handlers": [], "level": level if level != "DEBUG" else "INFO"},
            "django.request": {"level": "ERROR"},  # what was refused stands in our own line
            "django.server": console | {"level": "INFO"},
            "_granian": console | {"level": level},
            # Its DEBUG lines hold whole addresses, and those of WeChat hold the token.
            "urllib3": {"level": "WARNING"},
            # `config.celery` says how a job ended; here it is said once more, with what it returned.
            "celery.app.trace": {"level": "ERROR"},
        },
    }


def line_formatter(*, production: bool) -> ProcessorFormatter:
    """What makes a line of a record."""
    shown: list[Any] = (
        [outline_error, structlog.processors.TimeStamper(fmt="iso"), _JSON]
        if production
        else [structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False), _READABLE]
    )
    return ProcessorFormatter(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            ExtraAdder(allow=FIELDS),
            cover_values,
            ProcessorFormatter.remove_processors_meta,
            *shown,
        ],
        pass_foreign_args=True,
    )


def cover_values(_logger: object, _method: str, line: Line) -> Line:
    """The words of a line without addresses, without the words of errors, without long numbers."""
    record: logging.LogRecord = line["_record"]
    arguments = line.pop("positional_args", ())
    request = getattr(record, "request", None)
    if record.name.startswith("django.security."):
        line["event"] = record.name.rpartition(".")[2]  # its words repeat what was sent
    elif arguments:
        line["event"] = str(record.msg) % _told(arguments, request)
    line["event"] = _LONG_NUMBER.sub("******", line["event"])
    line.pop("stack_info", None)
    return line


def outline_error(_logger: object, _method: str, line: Line) -> Line:
    """An error and its causes: of which kind, and through which lines of code; never in its own words."""
    if trouble := line.pop("exc_info", None):
        line["error"] = [
            {"kind": type(error).__qualname__, "at": [_place(frame) for frame in _frames(error)]}
            for error in _causes(trouble[1])
        ]
    return line


def route_of(request: HttpRequest) -> str:
    """The name of the address that was asked for, such as `students:detail`; empty when there is none."""
    return request.resolver_match.view_name if request.resolver_match else ""


def _told(arguments: Any, request: object) -> Any:
    if isinstance(arguments, Mapping):
        return {name: "…" if name in _UNTOLD else _value(value) for name, value in arguments.items()}
    if isinstance(request, HttpRequest):
        # Django escapes what it logs.
        paths = {request.path, request.path.encode("unicode_escape").decode("ascii")}
        arguments = (route_of(request) or "?" if value in paths else value for value in arguments)
    return tuple(map(_value, arguments))


def _value(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _step in range(_MOST_CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)


def _place(frame: traceback.FrameSummary) -> str:
    return f"{frame.filename}:{frame.lineno} {frame.name}"


_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)
_READABLE = structlog.dev.ConsoleRenderer(
    colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
)
