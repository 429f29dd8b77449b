"""Filters of actors and countries; what lies above actors is reached by relation names."""

from dataclasses import dataclass

from django.db.models import Q

from actors.choices import INTERMEDIATE, ActorKind
from actors.models import Actor, Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit import wording
from atlas.kit.choices import State
from atlas.kit.filters import (
    MEANT,
    AtlasFilterSet,
    EvidenceFilter,
    Offer,
    RecordFilter,
    SinceFilter,
    TextFilter,
    UidFilter,
    WordFilter,
    named_like,
    several,
)

FUNDING = "funding"


def beyond(*relations: str):
    """The model at the end of a chain of relations that starts at Actor."""
    model = Actor
    for name in relations:
        model = model._meta.get_field(name).related_model
    return model


def regions() -> list[tuple[str, str]]:
    """M49 regions, subregions and those between, in words."""
    rows = Country.objects.order_by().values_list("region", "subregion").distinct()
    names = sorted({word for row in rows for word in row if word} | INTERMEDIATE.keys())
    return [(name, wording.place(name)) for name in names]


def roles() -> list[tuple[str, str]]:
    return beyond("participations")._meta.get_field("role").choices


def themes():
    return beyond("participations", "initiative", "themes").objects.all()


def current_members(group: Actor):
    """Memberships of ``group`` that stand today."""
    return MembershipQuerySet(Membership).current().filter(group=group)


class ActorsFilter(RecordFilter):
    """Actors named by slug; ``ids`` of a value holds the actor and everything below it."""

    def __init__(self, field_name=None, **kwargs):
        kwargs.setdefault("words", "the slug of an actor (/api/v1/actors/)")
        kwargs.setdefault("example", "asean")
        super().__init__(field_name, records=Actor.objects.published, kind="actor", **kwargs)

    def unknown(self, text):
        """A name that several have leads to each of them."""
        return several(text, Actor.objects.called(text)) or super().unknown(text)

    @staticmethod
    def ids(actor: Actor) -> set[int]:
        return Actor.objects.with_parts([actor.slug])


class CountryFilter(RecordFilter):
    """Countries named by ISO 3166-1 alpha-2 code, in either case."""

    def __init__(self, field_name=None, **kwargs):
        super().__init__(
            field_name,
            label="Country",
            records=Country.objects.all,
            key="iso2",
            example="TH",
            words="a two-letter country code of ISO 3166-1 such as TH (/api/v1/countries/)",
            **kwargs,
        )

    def spell(self, text):
        return text.upper()

    def meant(self, text):
        """A country spelt so; a group, where groups can be asked for."""
        groups = Actor.objects.groups()
        groups = groups.filter(Q(slug=text) | Q(pk__in=groups.called(text).values("pk")))
        asked = self.elsewhere("group", [(str(group), group.slug) for group in groups])
        return asked or [Offer(str(one), one.iso2) for one in Country.objects.meant(text)[:MEANT]]


@dataclass(frozen=True)
class Payer:
    """Who pays: an actor with its parts, or an initiative that is a fund, or both by one slug."""

    slug: str
    name: str
    actor_ids: frozenset
    fund_id: int | None

    def __str__(self) -> str:
        return self.name

    def paid(self) -> Q:
        """The condition on funding links that this payer gave them, alone or jointly."""
        condition = Q(funder_actor__in=self.actor_ids)
        condition |= Q(pk__in=self._joint().filter(actor__in=self.actor_ids).values("link"))
        return condition | Q(funder_initiative=self.fund_id) if self.fund_id else condition

    @staticmethod
    def _joint():
        return beyond("joint_funding_links").objects


class FunderFilter(RecordFilter):
    """Payers named by the slug of an actor, or of an initiative that is a fund."""

    def __init__(self, **kwargs):
        super().__init__(
            "funder",
            example="jaif",
            records=Actor.objects.published,
            words="the slug of an actor or of an initiative that is a fund",
            **kwargs,
        )

    def meant(self, text):
        """Those that pay, funds among them, before other actors."""
        funds = beyond("participations", "initiative").objects.funds()
        payers = Actor.objects.published().funders()
        offers = [*named_like(payers, text), *named_like(funds, text), *super().meant(text)]
        return list({offer.value: offer for offer in offers}.values())[:MEANT]

    def find(self, wanted):
        self.kind, self.records = "actor", Actor.objects.published
        actors = super().find(wanted)
        self.kind, self.records = "initiative", beyond("participations", "initiative").objects.funds
        funds = super().find(wanted)
        return {slug: self._payer(actors.get(slug), funds.get(slug)) for slug in actors | funds}

    @staticmethod
    def _payer(actor, fund) -> Payer:
        parts = Actor.objects.with_parts([actor.slug]) if actor else ()
        named = actor or fund
        return Payer(named.slug, str(named), frozenset(parts), fund.pk if fund else None)


class PaidByFilter(FunderFilter):
    """Actors that receive the payer's money or take part in an initiative it pays for."""

    def condition(self, value):
        links = beyond("funding_given").objects.published().filter(value.paid())
        takes_part = beyond("participations").objects.published()
        return Q(pk__in=links.filter(recipient__isnull=False).values("recipient")) | Q(
            pk__in=takes_part.filter(initiative__in=links.values("initiative")).values("actor")
        )


class ActorGroupFilter(ActorsFilter):
    """A group itself with its parts, its current members, and the actors of member countries."""

    def condition(self, value):
        members = current_members(value)
        return (
            Q(pk__in=self.ids(value))
            | Q(pk__in=members.filter(member_actor__isnull=False).values("member_actor"))
            | Q(country__in=members.filter(member_country__isnull=False).values("member_country"))
        )


class ActorRoleFilter(WordFilter):
    """A role in a published initiative; ``funding`` follows from funding links."""

    def condition(self, value):
        if value == FUNDING:
            return Q(pk__in=Actor.objects.with_ancestors(Actor.objects.funders()))
        taken = beyond("participations").objects.published().filter(role=value)
        return Q(pk__in=taken.values("actor"))


class ActorThemeFilter(RecordFilter):
    """Actors that take part in, pay for or are paid in an initiative on the theme."""

    def __init__(self, field_name=None, **kwargs):
        super().__init__(
            "theme", records=themes, words="the slug of a theme (/api/v1/themes/)", **kwargs
        )

    def condition(self, value):
        on_theme = beyond("participations", "initiative").objects.published().filter(themes=value)
        return Q(pk__in=Actor.objects.acting_in(on_theme))


class RegionFilter(WordFilter):
    """A region of M49; ``field_name`` leads to the country (empty: is the country)."""

    def condition(self, value):
        countries = Country.objects.in_regions([value])
        return Q(**{f"{self.field_name or 'pk'}__in": countries.values("pk")})


class ActorFilterSet(AtlasFilterSet):
    q = TextFilter(label="Search", help="Words in any of the actor's names or its summary.")
    kind = WordFilter("kind", choices=ActorKind, help="Kind of actor (our classification).")
    country = CountryFilter(
        "country_id", missing=Q(country=None), help="Country the actor belongs to."
    )
    group = ActorGroupFilter(
        "group",
        help="Slug of a group such as `asean`: the group with its parts, the actors that are "
        "members now, and the actors of countries that are members now.",
    )
    region = RegionFilter(
        "country",
        label="Region",
        choices=regions,
        fixed=False,
        missing=Q(country=None) | Q(country__region=""),
        help="Region of M49, of whatever level, of the actor's country.",
    )
    role = ActorRoleFilter(
        "role",
        choices=roles,
        also=[(FUNDING, "Funds")],
        missing=~Q(participations__initiative__state=State.PUBLISHED),
        help="Role in any initiative. `funding` follows from funding links, joint funders "
        "included; an actor also funds when a part of it does.",
    )
    funder = PaidByFilter(
        help="Actors that are paid by, or take part in an initiative paid by, this actor (with "
        "its parts) or fund, named by slug.",
    )
    theme = ActorThemeFilter(
        help="Slug of a theme: actors that take part in, pay for or are paid in such initiatives."
    )
    parent = ActorsFilter(
        "parent_id", label="Parent", missing=Q(parent=None), help="Slug of the parent actor."
    )
    evidence = EvidenceFilter(label="Evidence", help="How well the record is supported.")
    uid = UidFilter()
    updated_since = SinceFilter(
        "digest__updated_at",
        label="Updated since",
        help="Records changed, with their links and citations, at or after this date or time.",
    )

    class Meta:
        model = Actor
        fields = []

    @classmethod
    def public(cls):
        return Actor.objects.published()


class CountryGroupFilter(ActorsFilter):
    """Countries that are members of the group now."""

    def condition(self, value):
        members = current_members(value).filter(member_country__isnull=False)
        return Q(pk__in=members.values("member_country"))


class CountryFilterSet(AtlasFilterSet):
    q = TextFilter(label="Search", help="Words in the name, or an ISO code.")
    region = RegionFilter(
        "",
        label="Region",
        choices=regions,
        fixed=False,
        missing=Q(region=""),
        help="Region of M49, of whatever level.",
    )
    group = CountryGroupFilter("group", help="Slug of a group: countries that are members now.")

    class Meta:
        model = Country
        fields = []

    @classmethod
    def public(cls):
        return Country.objects.all()
