"""Errors as RFC 9457 problems: one shape for all of them."""

import logging
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from atlas.kit.filters.fields import Problem

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)


class BadQuery(exceptions.APIException):
    """The query string has mistakes; each is named."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__(" ".join(f"{p.parameter}: {p.reason}" for p in problems))


class Unfit(exceptions.APIException):
    """A document is refused; each fault names its place by a JSON Pointer."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        first, more = problems[0], len(problems) - 1
        text = f"{first.pointer or 'The document'}: {first.reason}"
        super().__init__(f"Nothing was changed. {text}{f' ({more} more)' if more else ''}")


class Conflict(exceptions.APIException):
    """It cannot be done as things stand; ``location`` leads to what stands in the way."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, detail: str, location: str = "", pointer: str | None = None):
        super().__init__(detail)
        self.headers = {"Location": location} if location else {}
        self.problems = [Problem("", detail, [], pointer)] if pointer is not None else []


class Unconditional(exceptions.APIException):
    """A change must say which state of the record it is meant for."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = (
        "Say which state you change: send the ETag that `document/` gave you as If-Match."
    )


class Overtaken(exceptions.APIException):
    """The record is no longer what the client saw."""

    status_code = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, etag: str):
        super().__init__(
            "Somebody changed it since you read it: read it again, then make your change anew."
        )
        self.headers = {"ETag": etag}


class Withdrawn(exceptions.APIException):
    """The record was public once and is no longer."""

    status_code = HTTPStatus.GONE
    default_detail = "This record was withdrawn."


class UnknownFormat(exceptions.NotAcceptable):
    """The format asked for, by ``?format=`` or ``Accept``, is not one we give."""

    def __init__(self, parameter: str, value: str, allowed: list[str]):
        self.problems = [Problem(parameter, f"There is no format “{value[:100]}”.", allowed)]
        super().__init__(f"Use one of these formats: {', '.join(allowed)}.")


class Moved(Exception):
    """The record goes by another slug now."""

    def __init__(self, path: str):
        self.path = path


class TooMuch(exceptions.APIException):
    """What was sent is larger than we read."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "What you sent is larger than this address takes."


def described(status: int, detail: str, request, errors=()) -> dict:
    """The members of a problem."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        body["errors"] = [_error(error) for error in errors]
    return body


def _error(error: Problem) -> dict:
    meant = {"meant": error.meant} if error.meant else {}
    return {**error.place, "reason": error.reason, "allowed": error.allowed, **meant}


def problem(status: int, detail: str, request, errors=(), headers=None) -> Response:
    body = described(status, detail, request, errors)
    return Response(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def plain_problem(request, status: int, detail: str, headers=None) -> HttpResponse:
    """A problem that comes from no view."""
    body = described(status, detail, request)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def problem_handler(exc, context) -> Response:
    """Every exception of a view as a problem; unforeseen ones are logged as ever."""
    request = context["request"]
    if isinstance(exc, Moved):
        query = request.META.get("QUERY_STRING", "")
        target = f"{exc.path}?{query}" if query else exc.path
        return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": target})
    if isinstance(exc, Http404):
        exc = exceptions.NotFound("There is nothing at this address.")
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, RequestDataTooBig):
        exc = TooMuch()
    elif isinstance(exc, SuspiciousOperation):
        exc = exceptions.ParseError("The request cannot be read.")
    if not isinstance(exc, exceptions.APIException):
        logger.exception("API error at %s", request.path)
        got_request_exception.send(sender=problem_handler, request=request._request)
        return problem(500, "Something went wrong on our side.", request)
    return problem(
        exc.status_code,
        str(exc.detail),
        request,
        getattr(exc, "problems", ()) or _of_body(exc, context["view"]),
        _headers(exc),
    )


def _of_body(exc, view) -> list[Problem]:
    """What is wrong with the media type of what was sent."""
    if not isinstance(exc, exceptions.UnsupportedMediaType):
        return []
    types = [parser.media_type for parser in view.get_parsers()]
    return [Problem("Content-Type", "We do not read this media type.", types)]


def _headers(exc) -> dict[str, str]:
    headers = dict(getattr(exc, "headers", {}))
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(max(1, int(exc.wait)))
    return headers
