"""Mixin of endpoints whose records programs may write: create, change, propose, delete."""

import re
from http import HTTPStatus

from django.http import Http404
from rest_framework.decorators import action
from rest_framework.response import Response

from atlas.accounts.tokens import need
from atlas.desk import actions
from atlas.desk.api.doors import Door, demand, tag
from atlas.desk.api.proposals import BOTH, listed, told
from atlas.desk.api.schema import WritingSchema
from atlas.desk.models import Revision
from atlas.kit import records
from atlas.kit.api import bodies
from atlas.kit.api.problems import BadQuery, Conflict, Unfit
from atlas.kit.choices import State
from atlas.kit.fields import KEY
from atlas.kit.filters import Problem

REASON = Problem("why", "Say why: the reviewer and the history need it.", ["a sentence"])
KEPT = ("uid", "state")  # given by us, moved by rules


class Writing(Door):
    """Adds writing to an endpoint of records that go by their slug.

    What is sent is the record document (``document/``), or the part of it that changes.
    """

    schema = WritingSchema()
    PROPOSALS = BOTH
    BY_TOKEN = (*Door.CHANGES, "document")

    # ------------------------------------------------------------ reading what is written

    @action(detail=True, url_path="document", filter_backends=[], pagination_class=None)
    def document(self, request, **kwargs):
        """The record as it is written, drafts included, with the ETag that changes ask for."""
        self.allow("read", "view")
        self.why(request)
        return self.answer(records.document(self.held(kwargs["slug"])))

    # ------------------------------------------------------------ writing

    def create(self, request):
        """Make a draft of a document; a source or publisher is public at once."""
        self.allow("write", "add")
        why, given = self.why(request), self.body(request, self.writes)
        for name in KEPT:
            if given.pop(name, None) not in (None, State.DRAFT.value if name == "state" else None):
                reason = "Leave it out: a new record is a draft, and its uid comes from us."
                raise Unfit([bodies.wrong([name], reason)])

        def work():
            title = given.get("title") or given.get("name") or ""
            if not given.get("slug") and not title.strip():
                name = "title" if "title" in bodies.blank(self.writes) else "name"
                raise Unfit([bodies.wrong([name], "is empty but required")])
            slug = actions.new_slug(self.model, given.get("slug"), title)
            wanted = bodies.blank(self.writes) | given | {"slug": slug}
            wanted = self.whole(self.writes, wanted, slug)
            return actions.create(model=self.model, document=wanted, by=request.user, why=why)

        record = self.judged(self.writes, work)
        where = self.reverse_action("detail", args=[record.slug])
        return self.answer(records.document(record), HTTPStatus.CREATED, Location=where)

    def update(self, request, **kwargs):
        """Make the record say what the document says: what it leaves out is emptied.

        A public record stays as it is, and the change waits as a proposal (202), unless you may
        publish and may approve your own work.
        """
        return self.change(request, kwargs["slug"], bodies.blank(self.writes))

    def partial_update(self, request, **kwargs):
        """Change the parts of the document that are given (RFC 7396).

        `null` empties, a list replaces the whole list.  A public record stays as it is, and the
        change waits as a proposal (202), unless you may publish and may approve your own work.
        """
        return self.change(request, kwargs["slug"], None)

    def change(self, request, slug: str, blank: dict | None) -> Response:
        self.allow("propose", "change")
        why, given = self.why(request), self.body(request, self.writes)

        def work():
            record, wanted = self.wanted(request, slug, given, blank)
            public = getattr(record, "is_public", False)
            state = wanted.get("state")
            moves = state != getattr(record, "state", None)
            if moves:
                least = state == State.IN_REVIEW and not public
                self.allow("write" if least else "publish", "change" if least else "publish")
            alone = wanted | {"state": None} == records.document(record) | {"state": None}
            at_once = not public or (moves and alone) or self.may_at_once(record)
            if not at_once:
                if moves:
                    reason = "Change the state by itself: the rest of this waits for a reviewer."
                    raise Unfit([bodies.wrong(["state"], reason)])
                return self.handed_in(record, wanted, why)
            self.allow("write", "change")
            given_ = {"record": record, "document": wanted, "by": request.user, "why": why}
            return actions.write(**given_)

        return self.told(self.judged(self.writes, work))

    def destroy(self, request, **kwargs):
        """Delete a record that is not public; what is public is withdrawn instead."""
        self.allow("write", "delete")
        self.why(request)

        def work():
            record = self.held(kwargs["slug"], lock=True)
            demand(request, tag(records.document(record)))
            if getattr(record, "is_public", False):
                raise Conflict("It is public: withdraw it, so that its address says so.")
            self.remove(record, request.user)

        self.judged(self.writes, work)
        return Response(status=HTTPStatus.NO_CONTENT)

    def remove(self, record, by) -> None:
        """Delete it by the rules of its noun."""
        actions.delete(record=record, by=by)

    # ------------------------------------------------------------ parts of these

    @property
    def writes(self) -> str:
        """The noun as documents know it."""
        return self.model._meta.model_name

    @property
    def model(self):
        return self.get_queryset().model

    def allow(self, scope: str, verb: str) -> None:
        opts = self.model._meta
        need(self.request, scope, f"{opts.app_label}.{verb}_{opts.model_name}")

    def may_at_once(self, record) -> bool:
        mine = self.request.auth.may("publish")
        return mine and actions.may_write_at_once(self.request.user, record)

    def held(self, slug: str, *, lock: bool = False):
        """The record in whatever state, or the reason why there is none."""
        if len(slug) > 200 or not re.fullmatch(KEY, slug.lower(), re.ASCII):
            raise Http404
        record = actions.locked(self.model, slug) if lock else actions.named(self.model, slug)
        if record is None:
            raise self._absence(slug)
        return record

    def wanted(self, request, slug: str, given: dict, blank: dict | None) -> tuple:
        """(record, the document it is to have), where the client knows the present one."""
        record = self.held(slug, lock=True)
        now = records.document(record)
        demand(request, tag(now))
        kept = {name: now[name] for name in ("slug", *KEPT) if name in now}
        wanted = (now if blank is None else blank | kept) | given
        for name in KEPT:
            if name in now and wanted[name] is None:
                wanted[name] = now[name]
        if wanted.get("uid") != now.get("uid"):
            raise Unfit([bodies.wrong(["uid"], f"It stays what it is: {now['uid']}.")])
        if wanted.get("state") and wanted["state"] not in State.values:
            raise Unfit([bodies.wrong(["state"], "There is no such state.", State.values)])
        return record, self.whole(self.writes, wanted, record.slug)

    def handed_in(self, record, wanted: dict, why: str):
        if not why and wanted != records.document(record):
            raise BadQuery([REASON])
        given = {"record": record, "document": wanted, "by": self.request.user, "why": why}
        return actions.hand_in(**given)

    def told(self, done) -> Response:
        """The record as it is now, or the proposal that waits."""
        if done.revision is not None:
            return told(done.revision, self.request, HTTPStatus.ACCEPTED)
        where = self.reverse_action("detail", args=[done.record.slug])
        return self.answer(done.document, **{"Content-Location": where})


class Proposing(Writing):
    """Adds proposals to an endpoint of records that are reviewed."""

    BY_TOKEN = (*Writing.BY_TOKEN, "proposals")

    @action(detail=True, url_path="proposals", filter_backends=[], pagination_class=None)
    def proposals(self, request, **kwargs):
        """What you proposed for this record, and what became of it."""
        self.allow("read", "view")
        self.why(request)
        return listed(Revision.objects.by(request.user), request, self.held(kwargs["slug"]))

    @proposals.mapping.post
    def propose(self, request, **kwargs):
        """Propose a change (RFC 7396) for review; the record stays as it is."""
        self.allow("propose", "change")
        why, given = self.why(request), self.body(request, self.writes)

        def work():
            record, wanted = self.wanted(request, kwargs["slug"], given, None)
            if wanted["state"] != record.state:
                raise Unfit([bodies.wrong(["state"], "A proposal leaves the state as it is.")])
            return self.handed_in(record, wanted, why)

        return self.told(self.judged(self.writes, work))
