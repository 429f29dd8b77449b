"""Actors, their names and memberships, and countries as the API gives them."""

from actors.models import Actor, ActorIdentifier, ActorName, Country, Membership
from atlas.kit.api.serializers import (
    AddressedSerializer,
    PathField,
    PublishedSerializer,
    RowSerializer,
)

NAME_FIELDS = ("key", "name", "language", "kind", "kind_label")


class ActorNameSerializer(RowSerializer):
    """A name of an actor, with its language."""

    class Meta:
        model = ActorName
        fields = NAME_FIELDS


class ActorIdentifierSerializer(RowSerializer):
    """What another register calls an actor."""

    class Meta:
        model = ActorIdentifier
        fields = ("key", "scheme", "code")


class MembershipSerializer(RowSerializer):
    """A country or an actor in a group, from one date to another."""

    class Meta:
        model = Membership
        fields = (
            "key",
            "group",
            "group_label",
            "member_country",
            "member_country_label",
            "member_actor",
            "member_actor_label",
            "status",
            "status_label",
            "since",
            "until",
            "note",
        )


class ActorSerializer(PublishedSerializer):
    """A body that acts, as a row of a list."""

    ENDPOINT = "actors"

    class Meta:
        model = Actor
        fields = (
            "slug",
            "uid",
            "name",
            "kind",
            "kind_label",
            "country",
            "country_label",
            "parent",
            "parent_label",
            "website",
            "summary",
            "digest",
            "updated_at",
            "version",
            "url",
            "api_url",
        )


class CountrySerializer(AddressedSerializer):
    """A country or territory with its codes, M49 regions and centroid."""

    url = PathField(source="get_absolute_url", read_only=True, help_text="Its page.")

    ENDPOINT = "countries"
    KEY = "iso2"

    class Meta:
        model = Country
        fields = (
            "iso2",
            "iso3",
            "m49",
            "name",
            "region",
            "subregion",
            "latitude",
            "longitude",
            "note",
            "url",
            "api_url",
        )


class CountryDetailSerializer(CountrySerializer):
    """The same with the groups it belongs to or belonged to."""

    memberships = MembershipSerializer(many=True, read_only=True)

    class Meta:
        model = Country
        fields = (*CountrySerializer.Meta.fields, "memberships")
