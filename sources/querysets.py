"""Reads over publishers and sources."""

from django.db import models
from django.db.models import Count, F, Func, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from atlas.kit.choices import State
from atlas.kit.search import SearchedQuerySet, Term, containing
from sources.choices import LinkState


class SluggedQuerySet(models.QuerySet):
    def with_slug(self, slug: str):
        """The one row of this slug, or None."""
        return self.filter(slug=slug).first()

    def slugs_from(self, stem: str):
        """The slugs that begin with ``stem``."""
        return self.order_by().filter(slug__startswith=stem).values_list("slug", flat=True)


class PublisherQuerySet(SluggedQuerySet):
    def named(self, name: str):
        """The publisher of this name, however it is capitalised, or None."""
        return self.filter(name__iexact=name.strip()).order_by("pk").first()

    def search(self, text: str):
        return self.filter(containing(text, "name", "website") | Q(slug=text))

    def with_source_counts(self):
        return self.annotate(source_count=Count("sources"))

    def for_row(self):
        """What a row of the API shows."""
        return self.with_source_counts()


class LinkCheckQuerySet(models.QuerySet):
    def newest(self):
        """When an address was asked last; None where none ever was."""
        return self.aggregate(newest=Max("checked_at"))["newest"]

    def about(self, source):
        """The answer of the address that the source still has, or None."""
        return self.filter(source=source, url=source.url).first()


class SourceQuerySet(SearchedQuerySet, SluggedQuerySet):
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

    def on_file(self, url: str):
        """The source with this address, whatever its scheme, “www.” and closing slash; or None."""
        same = Func(Value(url), function="atlas_url_hash")
        found = self.select_related("publisher").filter(url_hash=same).order_by("pk")
        return found.first() if url else None

    def for_hit(self):
        """What the search shows of each."""
        return self.select_related("publisher")

    def to_ask(self, before, failing_before):
        """Sources whose address was not asked since; never asked ones come first."""
        since = Q(link_check__checked_at__gte=before) & ~Q(link_check__state=LinkState.FAILING)
        since |= Q(link_check__checked_at__gte=failing_before)
        fresh = Q(link_check__url=F("url")) & since
        waiting = self.exclude(url="").exclude(pk__in=self.filter(fresh).values("pk"))
        return waiting.order_by(F("link_check__checked_at").asc(nulls_first=True), "slug")

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
