"""What programs proposed: their own pending revisions, and what became of them."""

from http import HTTPStatus

from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from atlas.accounts.tokens import need
from atlas.desk import actions
from atlas.desk.api.doors import Door, demand
from atlas.desk.api.schema import WritingSchema
from atlas.desk.choices import RevisionState
from atlas.desk.models import Revision
from atlas.kit import differences
from atlas.kit.api import bodies
from atlas.kit.api.problems import BadQuery, Conflict, Unfit
from atlas.kit.api.views import OpenView
from atlas.kit.filters import Problem

PAGE = 50
OPEN = ["draft", "in-review", "sent-back"]


class ProposalSerializer(serializers.ModelSerializer):
    """A change that waits for a reviewer, or waited for one."""

    api_url = serializers.SerializerMethodField(help_text="Where its state is asked for.")
    record = serializers.SerializerMethodField(help_text="The record it is about, now.")
    state_label = serializers.CharField(source="get_state_display", help_text="`state` in words.")
    changes = serializers.SerializerMethodField(help_text="What it changes, in words.")

    class Meta:
        model = Revision
        fields = (
            "id", "api_url", "noun", "uid", "record", "title", "state", "state_label", "why",
            "answer", "made_at", "sent_at", "decided_at", "changes", "document",
        )  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Its number."},
            "noun": {"help_text": "What the record is: `initiative` or `actor`."},
            "title": {"help_text": "What the record was called then."},
            "state": {"help_text": "Where it stands."},
            "why": {"help_text": "The reason given."},
            "answer": {"help_text": "What the reviewer said."},
            "made_at": {"help_text": "When it was made."},
            "sent_at": {"help_text": "When it was sent to review."},
            "decided_at": {"help_text": "When it was decided."},
            "document": {"help_text": "What the record would say."},
        }

    def get_api_url(self, revision) -> str:
        return address(revision, self.context["request"])

    def get_record(self, revision) -> str | None:
        record = actions.record_named(revision.noun, revision.uid)
        request = self.context["request"]
        if record is None:
            return None
        return reverse(f"api-{revision.noun}s-detail", args=[record.slug], request=request)

    def get_changes(self, revision) -> list[str]:
        found = differences.items(revision.noun, revision.base, revision.document)
        return [item.sentence for item in found]


class ProposalListSerializer(serializers.Serializer):
    """Proposals, the latest first."""

    count = serializers.IntegerField(help_text="How many there are in all.")
    next = serializers.CharField(allow_null=True, help_text="The next page; null on the last one.")
    previous = serializers.CharField(allow_null=True, help_text="Null: pages go on only.")
    results = ProposalSerializer(many=True, help_text="The proposals of this page.")


BOTH = (ProposalSerializer, ProposalListSerializer)


def address(revision: Revision, request) -> str:
    return reverse("api-proposals-detail", args=[revision.pk], request=request)


def tag_of(revision: Revision) -> str:
    return f'"p.{revision.pk}.{revision.stamp}"'


def told(revision: Revision, request, status=HTTPStatus.OK) -> Response:
    data = ProposalSerializer(revision, context={"request": request}).data
    headers = {"ETag": tag_of(revision), "Location": address(revision, request)}
    return Response(data, status=status, headers=headers)


def listed(found, request, record=None) -> Response:
    """One page of proposals; ``before`` is the number of the last one of the page before."""
    if record is not None:
        found = found.about(record)
    before = request.query_params.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
        raise BadQuery([Problem("before", "This is no number of a proposal.", ["a number"])])
    rows = list(found.before(before)[: PAGE + 1])
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    path = request.build_absolute_uri(request.path)
    context = {"request": request}
    return Response(
        {
            "count": found.count(),
            "next": f"{path}?before={more}" if more else None,
            "previous": None,
            "results": ProposalSerializer(rows[:PAGE], many=True, context=context).data,
        }
    )


class ProposalViewSet(Door, OpenView, GenericViewSet):
    """Proposals: your changes that wait for a reviewer, and what became of them."""

    schema = WritingSchema()
    PROPOSALS = BOTH
    BY_TOKEN = (*Door.CHANGES, "list", "retrieve")
    queryset = Revision.objects.none()
    serializer_class = ProposalSerializer
    pagination_class = None
    filter_backends = []
    lookup_value_regex = "[^/]+"

    def list(self, request):
        """All that you proposed, the latest first."""
        need(request, "read")
        self.why(request, "before")
        return listed(Revision.objects.by(request.user), request)

    def retrieve(self, request, pk):
        """One of your proposals: its state, the reviewer's answer, the document proposed."""
        need(request, "read")
        self.why(request)
        return told(self.mine(request, pk), request)

    def partial_update(self, request, pk):
        """Change what an open proposal of yours says (RFC 7396) and send it to review again."""
        need(request, "propose")
        revision, why = self.mine(request, pk), self.why(request)
        given = self.body(request, revision.noun)

        def work():
            self.still_open(request, revision)
            held = revision.document
            for name in ("uid", "state"):
                if given.get(name, held[name]) != held[name]:
                    raise Unfit([bodies.wrong([name], "A proposal leaves it as it is.")])
            wanted = self.whole(revision.noun, held | given, held["slug"])
            return actions.hand_in_again(
                revision=revision, document=wanted, by=request.user, why=why
            )

        return told(self.judged(revision.noun, work), request)

    def destroy(self, request, pk):
        """Withdraw an open proposal of yours; it stays listed."""
        need(request, "propose")
        revision = self.mine(request, pk)
        self.why(request)

        def work():
            self.still_open(request, revision)
            actions.give_up(revision=revision, by=request.user)

        self.judged(revision.noun, work)
        return Response(status=HTTPStatus.NO_CONTENT)

    def mine(self, request, pk: str) -> Revision:
        number = pk.isascii() and pk.isdecimal() and len(pk) < 19
        found = Revision.objects.by(request.user).numbered(pk) if number else None
        if found is None:
            raise Http404
        return found

    def still_open(self, request, revision: Revision) -> None:
        demand(request, tag_of(revision))
        if not revision.is_open:
            said = RevisionState(revision.state).label.lower()
            raise Conflict(f"It was decided already: {said}.")
