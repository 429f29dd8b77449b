"""Reads over publishers and sources."""

from django.db import models
from django.db.models import Count, Q


class PublisherQuerySet(models.QuerySet):
    def search(self, text: str):
        return self.filter(Q(name__icontains=text) | Q(website__icontains=text) | Q(slug=text))

    def with_source_counts(self):
        return self.annotate(source_count=Count("sources"))


class SourceQuerySet(models.QuerySet):
    def search(self, text: str):
        """Sources whose title, author, publisher or address contains ``text``."""
        return self.filter(
            Q(title__icontains=text)
            | Q(author__icontains=text)
            | Q(publisher__name__icontains=text)
            | Q(url__icontains=text)
            | Q(slug=text)
        )

    def for_page(self):
        return self.select_related("publisher", "derived_from")
