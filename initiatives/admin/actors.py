"""The actor's form: its own part from ``actors.admin``, with events, statements and evidence."""

from django.contrib import admin

from actors.admin import ActorAdminBase
from actors.models import Actor
from initiatives import models
from initiatives.admin.bulk import BulkPages
from initiatives.admin.initiatives import EventInline, StatementInline
from sources.admin import CitationInline, MissingInline


class ActorEventInline(EventInline):
    verbose_name_plural = "events this body held"


class ActorStatementInline(StatementInline):
    verbose_name_plural = "statements about this actor"


class ActorCitationInline(CitationInline):
    model = models.ActorCitation


class ActorMissingInline(MissingInline):
    model = models.ActorMissing


@admin.register(Actor)
class ActorAdmin(BulkPages, ActorAdminBase):
    """Everything of one actor on one form."""

    inlines = (
        *ActorAdminBase.inlines,
        ActorEventInline,
        ActorStatementInline,
        ActorMissingInline,
        ActorCitationInline,
    )
