"""``/api/v1/changes/``: what changed, in the order of commits; what a mirror follows."""

from __future__ import annotations  # the method ``list`` hides the type

from django.core.signing import BadSignature, Signer
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from atlas.kit.api.problems import BadQuery
from atlas.kit.api.schema import AtlasSchema, parameter
from atlas.kit.api.views import OpenView
from atlas.kit.changes.following import FOLLOWED, KINDS, told
from atlas.kit.filters import BadValue, Problem, SinceFilter
from atlas.kit.models import DataVersion, FeedEntry

SIGNER = Signer(salt="atlas.kit.api.changes")
PAGE, MOST = 50, 200
LONGEST = 400  # characters of a cursor
NOW = "now"
KNOWN = ("since", "noun", "page_size", "format")
EXPECTED = [
    "the cursor in `next`",
    "a date or time such as 2026-11-22 or 2026-11-22T08:30:00Z",
    f"`{NOW}`",
]
SINCE_HELP = (
    "Where to go on: the cursor that `next` carries, or a time (changes at or after it; a date "
    "means its first second in UTC), or `now` for none but a cursor to begin with. Without it, "
    "everything ever told, oldest first."
)


class FactSerializer(serializers.Serializer):
    """One difference between two public documents."""

    pointer = serializers.CharField(
        help_text="JSON Pointer into the document after the change (`?as_of=`, `?format=ndjson`); "
        "of a row that is gone, into the one before."
    )
    key = serializers.CharField(allow_null=True, help_text="Key of the row; null: the record's.")
    old = serializers.JSONField(help_text="Any value; null: there was none.")
    new = serializers.JSONField(help_text="Any value; null: there is none.")


class ChangeSerializer(serializers.Serializer):
    """What one transaction did to what the public reads of one record."""

    kind = serializers.ChoiceField(list(KINDS.items()))
    kind_label = serializers.CharField()
    noun = serializers.ChoiceField(FOLLOWED)
    uid = serializers.UUIDField(allow_null=True, help_text="Permanent id, where it has one.")
    slug = serializers.CharField(
        allow_null=True,
        help_text="As the public knows it since, or last knew it. Null: the whole list is meant.",
    )
    old_slug = serializers.CharField(allow_null=True, help_text="Of a `rename`.")
    into = serializers.CharField(
        allow_null=True, help_text="Slug of the record that a `merge` made it one with."
    )
    label = serializers.CharField(
        allow_null=True, help_text="Its title or name; null where it is not public today."
    )
    version = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()
    api_url = serializers.CharField(allow_null=True, help_text="The record as it is today.")
    url = serializers.CharField(allow_null=True, help_text="Its page.")
    facts = FactSerializer(
        many=True,
        help_text="What differs from what was public before, of `update`, `rename` and `restore`.",
    )


@extend_schema_serializer(many=False)
class ChangesSerializer(serializers.Serializer):
    """Changes in the order of their commits."""

    next = serializers.CharField(help_text="Where to go on, also when there is nothing yet.")
    more = serializers.BooleanField(help_text="Whether there is more behind `next` already.")
    results = ChangeSerializer(many=True)


class ChangesViewSet(OpenView, GenericViewSet):
    """Changes of public records, oldest first: what a mirror follows."""

    schema = AtlasSchema()
    serializer_class = ChangesSerializer
    queryset = FeedEntry.objects.none()
    pagination_class = None
    filter_backends = ()
    basename = "api-changes"

    @property
    def parameters(self) -> dict:
        nouns = {"type": "array", "items": {"type": "string", "enum": list(FOLLOWED)}}
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}
        return {
            "list": lambda: [
                parameter("since", SINCE_HELP, {"type": "string"}, example=NOW),
                parameter("noun", "Only these kinds of record.", nouns, explode=True),
                parameter("page_size", "Changes a page.", size),
            ]
        }

    def list(self, request):
        """In the order of commits; nothing of a transaction is told before all of it is there.

        Countries and themes are told by one entry without a slug: read their list again. A record
        is told too when only something that it names goes by another slug.
        """
        data = request.query_params
        unknown = [
            Problem(name[:100], "There is no such parameter.", list(KNOWN))
            for name in data
            if name not in KNOWN
        ]
        nouns, wrong = _nouns([noun for noun in data.getlist("noun") if noun])
        size, too_large = _size([text for text in data.getlist("page_size") if text])
        # read first: whatever is told of below has been committed when this is seen
        end = DataVersion.objects.values_list("commits", flat=True).get()
        place, unread = _place([text for text in data.getlist("since") if text], nouns, end)
        if problems := [*unknown, *wrong, *too_large, *unread]:
            raise BadQuery(problems)
        found = FeedEntry.objects.of_nouns(nouns).after(*place, end).with_before()
        entries = list(found[: size + 1])
        more, entries = len(entries) > size, entries[:size]
        place = (entries[-1].position, entries[-1].pk) if more else (end, LAST)
        results = [self._addressed(entry) for entry in told(entries)]
        return Response({"next": self._next(nouns, place), "more": more, "results": results})

    def _addressed(self, entry: dict) -> dict:
        whole = self.request.build_absolute_uri
        urls = {"api_url": entry.pop("path"), "url": entry.pop("page")}
        facts = entry.pop("facts")
        return {**entry, **{n: p and whole(p) for n, p in urls.items()}, "facts": facts}

    def _next(self, nouns: list[str], place: tuple[int, int]) -> str:
        query = self.request.query_params.copy()
        query["since"] = SIGNER.sign_object([sorted(nouns), *place])
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


LAST = 2**63 - 1  # behind every entry of a commit


def _nouns(given: list[str]) -> tuple[list[str], list[Problem]]:
    unknown = [noun for noun in given if noun not in FOLLOWED]
    reason = f"“{unknown[0][:100]}” is not a kind of record." if unknown else ""
    return given, [Problem("noun", reason, list(FOLLOWED))] if unknown else []


def _size(given: list[str]) -> tuple[int, list[Problem]]:
    text = given[0] if given else str(PAGE)
    fits = len(given) < 2 and text.isascii() and text.isdecimal() and len(text) < 5
    if fits and 1 <= int(text) <= MOST:
        return int(text), []
    return PAGE, [Problem("page_size", f"“{text[:100]}” is no page size.", [f"1 to {MOST}"])]


def _place(given: list[str], nouns: list[str], end: int) -> tuple[tuple[int, int], list[Problem]]:
    """(position, number) behind which to read, and what is wrong with ``since``."""
    start = (-1, 0)
    if not given:
        return start, []
    if len(given) > 1 or len(given[0]) > LONGEST:
        return start, [Problem("since", "Give one cursor or one time.", EXPECTED)]
    text = given[0]
    if text == NOW:
        return (end, LAST), []
    try:
        return _since(text, end), []
    except BadValue:
        pass
    try:
        scope, *place = SIGNER.unsign_object(text)
        position, number = map(int, place)
    except (BadSignature, ValueError, TypeError):
        return start, [Problem("since", "This is neither a cursor of ours nor a time.", EXPECTED)]
    if scope != sorted(nouns):
        reason = "This cursor was made for other kinds of record: keep `noun` as it was."
        return start, [Problem("since", reason, [f"noun={noun}" for noun in scope])]
    if position > end:
        reason = "This cursor is ahead of the data, which was restored since: begin anew."
        return start, [Problem("since", reason, EXPECTED)]
    return (position, number), []


def _since(text: str, end: int) -> tuple[int, int]:
    """Behind which commit to read for a time; raises BadValue where it is none."""
    moment = SinceFilter().parse(text)
    position = FeedEntry.objects.since(moment)
    return (end if position is None else position, LAST)
