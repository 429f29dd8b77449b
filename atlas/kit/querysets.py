"""Reads over the rows that every noun shares."""

from collections.abc import Iterable

from django.db import models
from django.db.models import BooleanField, Func, OuterRef, Q, Subquery

from atlas.kit.choices import State
from atlas.kit.facts import REGISTRY, weak_sql


def weakly(model, name: str, citation: str, link: str) -> Func:
    """Whether weak sources alone support the fact ``name`` of a row; see ``facts.weak_sql``."""
    sql = weak_sql(model, name, citation, link, f"c.{link} = %(expressions)s")
    return Func("pk", template=f"EXISTS ({sql})", output_field=BooleanField())


class PublicChangeQuerySet(models.QuerySet):
    """Public changes; ``id`` is the order in which they were committed."""

    def shown(self):
        """Changes of what is public now, and withdrawals of what is withdrawn now.

        A record that went back to draft is not spoken of at all: its page answers 404.
        """
        condition = Q(pk__in=[])
        for noun, evidence in REGISTRY.items():
            records = evidence.model._default_manager.order_by()
            public = records.filter(state=State.PUBLISHED).values("pk")
            withdrawn = records.filter(state=State.WITHDRAWN).values("pk")
            condition |= Q(noun=noun, public=True, record_id__in=public)
            condition |= Q(noun=noun, public=False, record_id__in=withdrawn)
        return self.filter(condition).with_before()

    def of_noun(self, noun: str):
        """Changes of one kind of record; of all where ``noun`` is empty."""
        return self.filter(noun=noun) if noun else self

    def versions(self):
        """Without withdrawals."""
        return self.filter(public=True)

    def numbered(self, version: int):
        """The change that made this version, or None."""
        return self.filter(version=version).first()

    def of(self, record):
        """What the public saw of one record."""
        found = self.filter(noun=record._meta.model_name, record_id=record.pk)
        return found.with_before()

    def of_any(self, noun: str, records):
        """Changes of any of these records (a query set, all of them public)."""
        ids = records.order_by().values("pk")
        return self.filter(noun=noun, public=True, record_id__in=ids).with_before()

    def with_before(self):
        """Newest first, each with ``seen_xid`` (the public version before) and ``was_public``."""
        earlier = self.model.objects.filter(
            noun=OuterRef("noun"), record_id=OuterRef("record_id"), pk__lt=OuterRef("pk")
        ).order_by("-pk")
        return self.annotate(
            seen_xid=Subquery(earlier.filter(public=True).values("xid")[:1]),
            was_public=Subquery(earlier.values("public")[:1]),
        ).order_by("-pk")


class FeedEntryQuerySet(models.QuerySet):
    """Entries of the API's list of changes, in the order of commits."""

    def after(self, position: int, number: int, until: int):
        """Entries behind a place, up to a commit."""
        behind = Q(position__gt=position) | Q(position=position, pk__gt=number)
        return self.filter(behind, position__lte=until).order_by("position", "pk")

    def at(self, record, moment):
        """The last entry of a record at or before a moment; None before it was public."""
        return self.of(record._meta.model_name, record.pk).filter(at__lte=moment).first()

    def version(self, record, number: int):
        """The entry that made this version of a record, or None."""
        notes = self.model._meta.apps.get_model("kit", "PublicChange").objects
        mine = notes.filter(noun=record._meta.model_name, record_id=record.pk, public=True)
        xids = mine.filter(version=number).values("xid")
        return self.of(record._meta.model_name, record.pk).filter(xid__in=xids).first()

    def since(self, moment):
        """The position before the first change at or after a moment; None where there is none."""
        first = self.filter(at__gte=moment).order_by("position").values_list("position", flat=True)
        found = first.first()
        return None if found is None else found - 1

    def of_nouns(self, nouns):
        return self.filter(noun__in=nouns) if nouns else self

    def of(self, noun: str, record_id: int):
        """Entries of one record, newest first."""
        return self.filter(noun=noun, record_id=record_id).order_by("-position", "-pk")

    def with_before(self):
        """Each with its version, whether the record was public before, and where it last was."""
        earlier = self.model.objects.filter(
            noun=OuterRef("noun"), record_id=OuterRef("record_id")
        ).filter(
            Q(position__lt=OuterRef("position"))
            | Q(position=OuterRef("position"), pk__lt=OuterRef("pk"))
        )
        earlier = earlier.order_by("-position", "-pk")
        seen = earlier.filter(public=True)
        numbers = self.model._meta.apps.get_model("kit", "PublicChange").objects.filter(
            noun=OuterRef("noun"), record_id=OuterRef("record_id"), at__lte=OuterRef("at")
        )
        return self.annotate(
            version=Subquery(numbers.order_by("-pk").values("version")[:1]),
            was_public=Subquery(earlier.values("public")[:1]),
            seen_position=Subquery(seen.values("position")[:1]),
            seen_xid=Subquery(seen.values("xid")[:1]),
        )


class JudgementQuerySet(models.QuerySet):
    def of_pairs(self, kind: str, pairs: Iterable[tuple[str, str]]) -> dict:
        """Judgements of these pairs of uids, by the pair as a frozenset of two texts."""
        uids = {uid for pair in pairs for uid in pair}
        found = self.filter(kind=kind, first__in=uids, second__in=uids)
        return {frozenset((str(row.first), str(row.second))): row for row in found}
