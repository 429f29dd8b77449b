"""Money as a picture: who pays in a search, or the chain around one record."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.models import Actor
from atlas.kit.filters import BadValue
from atlas.kit.models import Redirect
from atlas.kit.pictures import Insight, Parameter, Picture, Search, choice
from initiatives.insights.funding.of_record import of_record
from initiatives.insights.funding.of_search import GIVERS, RECEIVERS, of_search
from initiatives.models import Initiative


def find(text: str) -> Initiative | Actor:
    """A public initiative or actor by its slug, old slugs understood; raises BadValue."""
    for noun, model in (("initiative", Initiative), ("actor", Actor)):
        moved = Redirect.objects.filter(kind=noun, old_slug=text).values_list("slug", flat=True)
        public = model.objects.published()
        if record := public.filter(slug=text).first() or public.filter(slug__in=moved).first():
            return record
    allowed = [_("the slug of an initiative or of an actor")]
    raise BadValue(_("There is no “%s”.") % text[:100], allowed)


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
            gettext_lazy("The slug of an initiative or an actor, such as ajccbc"),
            parse=find,
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
