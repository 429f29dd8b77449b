"""Reads over publishers and sources."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from atlas.kit.choices import State
from atlas.kit.search import containing


class PublisherQuerySet(models.QuerySet):
    def search(self, text: str):
        return self.filter(Q(name__icontains=text) | Q(website__icontains=text) | Q(slug=text))

    def with_source_counts(self):
        return self.annotate(source_count=Count("sources"))


class SourceQuerySet(models.QuerySet):
    def search(self, text: str):
        """Sources whose title, author, publisher or address contains ``text``."""
        return self.filter(
            containing(text, "title", "author", "publisher__name", "url") | Q(slug=text)
        )

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
