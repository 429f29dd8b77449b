"""What every writing endpoint does alike: who asks, which state is meant, what is refused."""

import hashlib
import json
import re
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.urls import reverse
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from atlas.accounts.tokens import ScopedTokens
from atlas.desk import actions
from atlas.kit import gate, versions
from atlas.kit.api import bodies
from atlas.kit.api.bodies import DocumentParser, MergeParser
from atlas.kit.api.problems import BadQuery, Conflict, Overtaken, Unconditional, Unfit
from atlas.kit.api.throttling import WriteThrottle
from atlas.kit.api.views import READING
from atlas.kit.filters import Problem

WHY = 1000  # characters
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Authorization"}
MERGES = ("partial_update", "propose")


def tag(value: dict) -> str:
    """The entity tag of a document."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return f'"d.{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def demand(request, *etags: str) -> None:
    """Refuse a change that was not meant for the present state, or does not say for which.

    An address's public ETag counts too: its number is that of all data, so nothing has changed.
    A tag weakened on the way (by compression) names the same document.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Unconditional
    given = [part.strip().removeprefix("W/") for part in header.split(",")]
    if "*" in given or set(given) & set(etags):
        return
    version = f'"{versions.read().version}.'
    if not any(part.startswith(version) for part in given):
        raise Overtaken(etags[0])


class Door:
    """Mixin: writing methods by token; all else of the view stays open to everybody."""

    http_method_names = [*READING, "post", "put", "patch", "delete"]
    BY_TOKEN: tuple[str, ...] = ()  # actions
    CHANGES = ("create", "update", "partial_update", "destroy", "propose")

    @property
    def by_token(self) -> bool:
        """Whether this request needs a token; asked before the action is known."""
        request = getattr(self, "request", None)
        known = getattr(self, "action_map", None) or {}
        method = request.method.lower() if request is not None else ""
        return (known.get(method) or getattr(self, "action", None)) in self.BY_TOKEN

    def get_authenticators(self):
        return [ScopedTokens()] if self.by_token else []

    def get_renderers(self):
        return [JSONRenderer()] if self.by_token else super().get_renderers()

    def get_parsers(self):
        action = getattr(self, "action", None)
        if self.by_token and action is None and self.request is not None:
            action = self.action_map.get(self.request.method.lower())
        return [MergeParser(), DocumentParser()] if action in MERGES else [DocumentParser()]

    def perform_authentication(self, request):
        """The address is counted first, so that tokens cannot be guessed at leisure."""
        if self.by_token:
            super().check_throttles(request)
        super().perform_authentication(request)

    def check_throttles(self, request):
        if not self.by_token:
            super().check_throttles(request)
        elif request.auth is not None and self.action in self.CHANGES:
            throttle = WriteThrottle()
            if not throttle.allow_request(request, self):
                self.throttled(request, throttle.wait())

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.by_token:
            for name, value in PRIVATE.items():
                response[name] = value
        if response.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            response["Accept-Patch"] = f"{MergeParser.media_type}, {DocumentParser.media_type}"
        return response

    # ------------------------------------------------------------ what was sent

    def why(self, request, *known: str) -> str:
        """The reason given; unknown parameters are refused."""
        allowed = [*known, "why", "format"]
        wrong = [
            Problem(name[:100], "There is no such parameter.", allowed)
            for name in request.query_params
            if name not in allowed
        ]
        why = request.query_params.get("why", "").strip()
        if bodies.BAD_TEXT.search(why) or len(why) > WHY:
            expected = [f"at most {WHY} characters of plain text"]
            wrong.append(Problem("why", "This cannot be kept in the history.", expected))
        if wrong:
            raise BadQuery(wrong)
        return why

    def body(self, request, noun: str) -> dict:
        """The part of a document that was sent; faults of its shape are refused."""
        given = request.data
        if not isinstance(given, dict):
            raise ParseError("Send one JSON object: the document, or the part that changes.")
        if found := bodies.faults(noun, given):
            raise Unfit(found)
        return dict(given)

    def whole(self, noun: str, document: dict, before: str) -> dict:
        """The document with all its rows made whole."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", document["slug"] or ""):
            reason = "Give lower-case words joined by hyphens: asean-japan-fund."
            raise Unfit([bodies.wrong(["slug"], reason)])
        self.document, found = bodies.complete(noun, document, before)
        if found:
            raise Unfit(found)
        return self.document

    # ------------------------------------------------------------ what is refused

    def judged(self, noun: str, work):
        """Do the work as one transaction; every refusal becomes an answer that says why."""
        self.document = {}
        try:
            with transaction.atomic():
                return work()
        except actions.Taken as error:
            found = self.address_of(noun, error.slug)
            raise Conflict(error.messages[0], found, "/slug") from error
        except actions.Open as error:
            address = reverse("api-proposals-detail", args=[error.revision.pk])
            raise Conflict(error.messages[0], address) from error
        except (ProtectedError, RestrictedError) as error:
            named = ", ".join(sorted({str(row) for row in error.args[1]})[:5])
            raise Conflict(f"It cannot be deleted: it is still named by {named}.") from error
        except ValidationError as error:
            raise Unfit(bodies.problems_of(error, noun, self.document)) from error
        except IntegrityError as error:
            refused = gate.refusal(error)
            raise Unfit(bodies.problems_of(refused, noun, self.document)) from error
        except DataError as error:
            raise Unfit([bodies.wrong([], "A value does not fit into its column.")]) from error
        except PermissionDenied:
            raise

    def address_of(self, noun: str, slug: str) -> str:
        return reverse(f"api-{noun}s-detail", args=[slug])

    def answer(self, document: dict, status=HTTPStatus.OK, **headers) -> Response:
        return Response(document, status=status, headers={"ETag": tag(document), **headers})
