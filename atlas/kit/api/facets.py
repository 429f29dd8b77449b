"""``facets/`` beside a list: how many records each choice of each facet would find."""

from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from atlas.kit import facets
from atlas.kit.api.problems import BadQuery
from atlas.kit.api.schema import parameter
from atlas.kit.filters import Problem

MOST, LIMIT = 100, 1000  # values of a long facet, by default and at most
OWN = ("facet", "most")

COUNT = {
    "type": "object",
    "required": ["value", "label", "count"],
    "properties": {
        "value": {"type": "string", "description": "As the filter of the same name takes it."},
        "label": {"type": "string"},
        "count": {
            "type": "integer",
            "description": "Records found with this value in place of the facet's present ones.",
        },
        "itself": {
            "type": "integer",
            "description": "Of these, records that name the country or group itself, or are filed "
            "under the region; the others reach it through a group that it is in, or through "
            "members or countries of it.",
        },
    },
}
ANSWER = {
    "type": "object",
    "description": "Facets by the name of their filter.",
    "additionalProperties": {"type": "array", "items": COUNT},
}


class Faceted:
    """Mixin of a list that is in the index of ``atlas.kit.facets``."""

    def get_renderers(self):
        return [JSONRenderer()] if self.action == "facets" else super().get_renderers()

    @property
    def answers(self) -> dict:
        return {"facets": ANSWER}

    @property
    def parameters(self) -> dict:
        return {"facets": lambda: facet_parameters(self.listed_as)}

    @action(detail=False, url_path="facets", url_name="facets")
    def facets(self, request):
        """Counts beside each choice of each facet, for the filters given.

        Takes the filters of the list. A facet ignores its own choice. `unstated` counts records
        without a value. Long facets (countries, actors ...) give their most frequent values only.
        """
        filterset = self.filterset_class(request.query_params, also=OWN)
        unknown = [
            Problem(name[:100], "There is no such parameter.", sorted(self._parameters(filterset)))
            for name in filterset.unknown_parameters
        ]
        names, most, wrong = self._facet_parameters(request.query_params)
        if unknown or filterset.problems or wrong:
            raise BadQuery([*unknown, *filterset.problems, *wrong])
        selection = facets.select(self.listed_as, filterset)
        names = names or list(selection.shelf.kind.facets)
        return Response({name: self._counted(selection, name, most) for name in names})

    def _counted(self, selection, name: str, most: int) -> list[dict]:
        return [
            {"value": c.value, "label": c.label, "count": c.count}
            | ({} if c.itself is None else {"itself": c.itself})
            for c in selection.counts(name, most)
        ]

    def _facet_parameters(self, data) -> tuple[list[str], int, list[Problem]]:
        """The facets asked for, how many values of long ones, and what is wrong with either."""
        known = facet_names(self.listed_as)
        names = [name for name in data.getlist("facet") if name]
        wrong = [
            Problem("facet", f"There is no facet “{name[:100]}”.", known)
            for name in names
            if name not in known
        ][:1]
        texts = [text for text in data.getlist("most") if text] or [str(MOST)]
        text = texts[0]
        fits = len(texts) == 1 and text.isascii() and text.isdecimal() and len(text) < 5
        most = int(text) if fits else 0
        if not 1 <= most <= LIMIT:
            reason = f"“{text[:100]}” is no number of values."
            wrong.append(Problem("most", reason, [f"1 to {LIMIT}"]))
        return names, most, wrong


def facet_names(noun: str) -> list[str]:
    return list(facets.kind(noun).facets)


def facet_parameters(noun: str) -> list[dict]:
    """``facet`` and ``most`` as OpenAPI describes them."""
    names = {"type": "string", "enum": facet_names(noun)}
    number = {"type": "integer", "minimum": 1, "maximum": LIMIT, "default": MOST}
    return [
        parameter("facet", "Only these facets.", {"type": "array", "items": names}, explode=True),
        parameter("most", "Values of a long facet, most frequent first.", number),
    ]
