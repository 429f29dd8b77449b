"""``?as_of=``: a record as it was public at a moment, or as one of its versions."""

import re

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from atlas.kit.api.problems import BadQuery, Withdrawn
from atlas.kit.api.schema import parameter
from atlas.kit.api.views import RecordViewSet
from atlas.kit.changes.documents import Point, documents_at, heads_at
from atlas.kit.choices import State
from atlas.kit.filters import BadValue, Problem, SinceFilter
from atlas.kit.models import FeedEntry
from atlas.kit.tables import NOUNS

EXPECTED = ["the number of a version", SinceFilter.expected]
HELP = (
    "The record as it was public then: the number of a version, or a time (a date means its first "
    "second in UTC). The answer is the record's document as `ndjson` gives it, without labels and "
    "stances, with deleted links, by the slugs of that moment. 404 before it was first public and "
    "while it was a draft, 410 while it was withdrawn."
)


class PastSerializer(serializers.Serializer):
    """A record's document (as in `ndjson`) as it was public once."""

    as_of = serializers.DateTimeField(help_text="Since when it read so.")
    version = serializers.IntegerField()
    url = serializers.CharField(help_text="The page of this version.")
    slug = serializers.CharField()


class Remembering:
    """Mixin of records whose history is kept; ``for_whole`` joins what a record in full shows."""

    OF_DETAILS = (*RecordViewSet.OF_DETAILS, "as_of")

    @property
    def parameters(self) -> dict:
        word = parameter("as_of", HELP, {"type": "string"}, example="1")
        return {**super().parameters, "retrieve": lambda: [word]}

    @property
    def answers(self) -> dict:
        both = PolymorphicProxySerializer(
            component_name=f"{self.noun.capitalize()}NowOrThen",
            serializers=[self.detail_serializer_class, PastSerializer],
            resource_type_field_name=None,
        )
        return {**super().answers, "retrieve": both}

    def retrieve(self, request, **kwargs):
        """One public record in full, as it is or as it was."""
        given = [text for text in request.query_params.getlist("as_of") if text]
        if not given:
            return super().retrieve(request, **kwargs)
        others = [name for name in request.query_params if name not in ("as_of", "format")]
        wrong = [
            Problem(name[:100], "The past is given whole: leave this parameter out.", ["as_of"])
            for name in others
        ]
        if self.asked_for:
            wrong.append(Problem("format", "The past is given as JSON only.", ["json"]))
        moment, problems = self._moment(given)
        if problems := [*wrong, *problems]:
            raise BadQuery(problems)
        return Response(self._past(self.find(kwargs[self.lookup_field]), moment))

    def for_detail(self, queryset):
        """Of a past record only which one it is."""
        past = self.request.query_params.get("as_of")
        return queryset if past else self.for_whole(queryset)

    def _moment(self, given: list[str]):
        """The version or the time asked for, and what is wrong with it."""
        text = given[0]
        if len(given) > 1:
            return None, [Problem("as_of", "Give one version or one time.", EXPECTED)]
        if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            return int(text), []
        try:
            moment = SinceFilter().parse(text)
        except BadValue:
            reason = f"“{text[:100]}” is neither a version nor a time."
            return None, [Problem("as_of", reason, EXPECTED)]
        if moment > timezone.now():
            return None, [Problem("as_of", "This lies in the future.", EXPECTED)]
        return moment, []

    def _past(self, record, moment) -> dict:
        entries = FeedEntry.objects.with_before()
        if isinstance(moment, int):
            entry, lacking = entries.version(record, moment), "The record has no such version."
        else:
            entry = entries.at(record, moment)
            lacking = f"The record was not public then, at {moment.isoformat()}."
        if entry is None:
            raise NotFound(lacking)
        point = Point(record.pk, entry.position, entry.xid)
        if not entry.public:
            head = heads_at(self.noun, [point])[point]
            gone = head and head.state == State.WITHDRAWN
            raise Withdrawn() if gone else NotFound("The record was not public then.")
        document = documents_at(self.noun, [point])[point]
        path = f"/{NOUNS[self.noun][0]}/{record.slug}/versions/{entry.version}/"
        whole = self.request.build_absolute_uri(path)
        return {**document, "version": entry.version, "as_of": entry.at, "url": whole}
