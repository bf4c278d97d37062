"""Under a WSGI server: a body is measured before Django reads it, and one without a length (chunked) gets it."""

from collections.abc import Callable, Iterable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings

from config.bodies.limits import TOO_LARGE, drained_after, limit_of, smallest_limit

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
PIECE = 64 * 1024


def measured(application: Application) -> Application:
    """Django reads no more than CONTENT_LENGTH says, so to it a chunked body would be empty."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and environ.get("wsgi.input_terminated"):
            _collect(environ)
        else:
            _check(environ)
        return application(environ, start_response)

    return answer


def _check(environ: Environ) -> None:
    announced = environ.get("CONTENT_LENGTH") or ""
    length = int(announced) if announced.isascii() and announced.isdigit() else 0
    limit = _limit(environ, length)
    if length > limit:
        _drain(environ["wsgi.input"], min(length, drained_after(limit)))
        _leave_unread(environ)


def _collect(environ: Environ) -> None:
    source = environ["wsgi.input"]
    # Django reads it until the request ends
    kept = SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115
    del environ["HTTP_TRANSFER_ENCODING"]
    length, limit = 0, _limit(environ, 0)
    while piece := source.read(PIECE):
        length += len(piece)
        if length > limit and length > (limit := _limit(environ, length)):
            kept.close()
            _drain(source, drained_after(limit))
            _leave_unread(environ)
            return
        kept.write(piece)
    kept.seek(0)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = kept, str(length)


def _limit(environ: Environ, length: int) -> int:
    path = environ.get("PATH_INFO", "")
    smallest = smallest_limit(path)
    return smallest if length <= smallest else limit_of(path, environ.get("HTTP_COOKIE", ""))


def _drain(source: IO[bytes], left: int) -> None:
    while left > 0 and (piece := source.read(min(left, PIECE))):
        left -= len(piece)


def _leave_unread(environ: Environ) -> None:
    environ[TOO_LARGE] = True
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"
