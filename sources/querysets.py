"""Reads over publishers and sources."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from atlas.kit.choices import State
from atlas.kit.search import SearchedQuerySet, Term, containing


class PublisherQuerySet(models.QuerySet):
    def search(self, text: str):
        return self.filter(containing(text, "name", "website") | Q(slug=text))

    def with_source_counts(self):
        return self.annotate(source_count=Count("sources"))


class SourceQuerySet(SearchedQuerySet):
    """Searched by title, author, address and by the name of the publisher."""

    TEXT = ""
    PROSE = ("title", "author", "url")

    def _in_text(self, term: Term) -> list:
        publishers = self.model._meta.get_field("publisher").related_model._default_manager
        named = publishers.filter(containing(term.text, "name"))
        return [
            *super()._in_text(term),
            self._rows().filter(publisher__in=named.order_by().values("pk")).values("pk"),
        ]

    def for_hit(self):
        """What the search shows of each."""
        return self.select_related("publisher")

    def for_page(self):
        """With publisher, origin and how many facts of public records cite it."""
        return self.select_related("publisher", "derived_from").annotate(
            citation_count=self._cited("initiative") + self._cited("actor")
        )

    def _cited(self, noun: str):
        citations = self.model._meta.get_field(f"{noun}citations").related_model._default_manager
        public = citations.filter(source=OuterRef("pk"), **{f"{noun}__state": State.PUBLISHED})
        found = public.order_by().values("source").annotate(found=Count("pk")).values("found")
        return Coalesce(Subquery(found), 0)
