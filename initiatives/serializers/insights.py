"""Comparison and briefing as the API describes them; the views give plain data of this shape."""

from rest_framework import serializers

from atlas.kit.api.insights import LeftOutSerializer


class LinkSerializer(serializers.Serializer):
    title = serializers.CharField()
    url = serializers.CharField()


class ComparedSerializer(LinkSerializer):
    id = serializers.CharField(help_text="What the parameter `id` takes for it.")


class ComparedValueSerializer(serializers.Serializer):
    value = serializers.CharField()
    url = serializers.CharField(allow_blank=True, help_text="The record that the value names.")
    sources = serializers.CharField(allow_blank=True, help_text="Where its sources stand.")
    held_by = serializers.IntegerField(help_text="How many of the records have this value.")
    disputed = serializers.BooleanField(help_text="Whether a source says another value.")
    part_of = serializers.CharField(
        allow_blank=True, help_text="A value of another record that this actor is a part of."
    )


class ComparedCellSerializer(serializers.Serializer):
    values = ComparedValueSerializer(many=True)
    missing = serializers.CharField(allow_blank=True, help_text="What it means that none is here.")


class ComparedRowSerializer(serializers.Serializer):
    label = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    agreement = serializers.ChoiceField(
        ["same", "partly", "different", "gap", "numbers"],
        help_text="`numbers`: counts, whose agreement says nothing of what they count.",
    )
    agreement_label = serializers.CharField(allow_blank=True)
    cells = ComparedCellSerializer(many=True, help_text="One a record, in the order asked.")


class ComparisonSerializer(serializers.Serializer):
    """Two to four records of one kind, fact by fact."""

    noun = serializers.ChoiceField(["initiative", "actor", "country"])
    records = ComparedSerializer(many=True)
    rows = ComparedRowSerializer(many=True)


class FigureSerializer(serializers.Serializer):
    words = serializers.CharField()
    number = serializers.IntegerField()
    url = serializers.CharField(allow_blank=True, help_text="Where the records counted stand.")


class WeakSumSerializer(serializers.Serializer):
    """What of a sum rests on sources whose publishers are of reliability D or E only."""

    words = serializers.CharField()
    figures = serializers.IntegerField()
    low = serializers.DecimalField(20, 2)
    high = serializers.DecimalField(20, 2)


class SumSerializer(serializers.Serializer):
    currency = serializers.CharField()
    type = serializers.CharField()
    words = serializers.CharField()
    figures = serializers.IntegerField(help_text="How many figures are added.")
    low = serializers.DecimalField(20, 2)
    high = serializers.DecimalField(20, 2)
    weak = WeakSumSerializer(
        allow_null=True,
        help_text="How much of it no better source gives than one of reliability D or E.",
    )


class NotedSumSerializer(serializers.Serializer):
    """A figure that is in a sum, and what its source says it was for."""

    amount = serializers.CharField()
    type = serializers.CharField()
    note = serializers.CharField()
    url = serializers.CharField(help_text="The figure with its sources.")


class BriefPictureSerializer(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    caveats = serializers.ListField(
        child=serializers.CharField(), help_text="What a number of the title does not mean."
    )
    count = serializers.IntegerField(help_text="Records the search finds.")
    drawn = serializers.IntegerField(help_text="Records in the picture.")
    left_out = LeftOutSerializer(many=True)
    url = serializers.CharField(help_text="The picture.")
    data = serializers.CharField(help_text="Its numbers.")


class StandingOutSerializer(serializers.Serializer):
    """Overlaps, gaps or disputed facts: how many, and the first of them."""

    words = serializers.CharField(help_text="How many, and of what.")
    url = serializers.CharField(help_text="Where all of them stand.")
    named = LinkSerializer(many=True, help_text="The first of them.")
    aside = serializers.CharField(allow_blank=True, help_text="What the number does not mean.")


class BriefSourceSerializer(LinkSerializer):
    publisher = serializers.CharField()
    reliability = serializers.CharField()
    initiatives = serializers.IntegerField(help_text="Initiatives found that it speaks of.")


class BriefSerializer(serializers.Serializer):
    """One search in brief, as its page prints it."""

    count = serializers.IntegerField(help_text="Records the search finds.")
    figures = FigureSerializer(many=True)
    sums = SumSerializer(many=True, help_text="Never added across currencies or kinds.")
    noted = NotedSumSerializer(
        many=True, help_text="The largest of the figures added that bear a note."
    )
    more_noted = serializers.IntegerField(help_text="Figures added that bear a note beyond these.")
    undisclosed = serializers.IntegerField(help_text="Sums not stated, in none of these.")
    stands_out = StandingOutSerializer(many=True, help_text="Overlaps, gaps, disputed facts.")
    pictures = BriefPictureSerializer(many=True)
    initiatives = LinkSerializer(many=True, help_text="Those with most sources.")
    more_initiatives = serializers.IntegerField(help_text="How many more the list holds.")
    sources = BriefSourceSerializer(many=True, help_text="Those that speak of most of them.")
    more_sources = serializers.IntegerField()
    url = serializers.CharField(help_text="The page.")
