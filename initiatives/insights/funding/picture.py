"""Money as a picture: who pays in a search, or the chain around one record."""

from django.utils.translation import gettext_lazy

from atlas.kit.pictures import Insight, Parameter, Picture, Search, choice
from initiatives.insights.finding import record_called
from initiatives.insights.funding.of_record import of_record
from initiatives.insights.funding.of_search import GIVERS, RECEIVERS, of_search


def read(search: Search, options: dict) -> Insight:
    """The chain of the record chosen, else everybody on one side of the money."""
    if options["of"]:
        return of_record(search, options["of"])
    return of_search(search, options["side"])


FUNDING = Picture(
    "funding",
    gettext_lazy("Funding"),
    gettext_lazy("Who pays for what, and the way money takes through funds."),
    read,
    (
        Parameter(
            "of",
            gettext_lazy("Chain of a record"),
            gettext_lazy("An initiative or an actor by name or slug, such as ajccbc"),
            parse=record_called,
            example="ajccbc",
        ),
        choice(
            "side",
            gettext_lazy("Without a record"),
            (
                (GIVERS, gettext_lazy("Who pays")),
                (RECEIVERS, gettext_lazy("Who is paid")),
            ),
        ),
    ),
)
