"""Payments of a search one by one: all of them, or one payer's, in its sums or in none."""

from dataclasses import replace

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from atlas.kit import wording
from atlas.kit.pictures import Insight, Parameter, Picture, Search, choice
from initiatives.insights.behind import PAGE, PART
from initiatives.insights.finding import record_called
from initiatives.insights.funding import queries
from initiatives.insights.funding.of_search import GIVERS, RECEIVERS
from initiatives.insights.funding.payments import PAYMENTS, payments
from initiatives.insights.money import OUR_OWN
from initiatives.models import FundingLink

FATES = {
    "all": ("true", gettext_lazy("All payments")),
    "summed": ("j.reason = ''", gettext_lazy("Those in a sum")),
    "unsummed": ("j.reason <> ''", gettext_lazy("Those in no sum")),
    "undisclosed": ("j.reason = 'undisclosed'", gettext_lazy("Sum not stated")),
    "contained": ("j.reason = 'contained'", gettext_lazy("Already part of another")),
    "shared": ("j.reason = 'shared'", gettext_lazy("Shared with others")),
}
COLUMNS = tuple(
    replace(one, label=gettext_lazy("In a sum")) if one.name == "side" else one for one in PAYMENTS
)


def read(search: Search, options: dict) -> Insight:
    """A part of the payments of a search; ``count`` is how many there are in all."""
    one, of = options["payer"], options["of"]
    ids, every = _found(search, options, (options["part"] - 1) * PART)
    known = {link.pk: link for link in FundingLink.objects.filter(pk__in=ids).for_money()}
    said = {
        "": _("yes"),
        "undisclosed": _("no: not stated"),
        "contained": _("no: already part of another"),
        "shared": _("no: shared with others"),
    }
    sides = {pk: said[reason] for pk, reason in ids.items()}
    rows = payments([known[pk] for pk in ids], sides)
    text = ngettext("%s payment", "%s payments", every) % wording.number(every)
    title = f"{one}: {text}" if one else text
    if of != "all":
        title = f"{title} ({FATES[of][1]})"
    return Insight(title, "", every, len(rows), COLUMNS, rows)


def _found(search: Search, options: dict, start: int) -> tuple[dict[int, str], int]:
    """The links with why each is in no sum, and how many there are with those of other parts."""
    found, parameters = Search.sql(search.found)
    one = options["payer"]
    ends = queries.GIVEN if options["side"] == GIVERS else queries.RECEIVED
    statement = queries.LINKS + (ends if one else queries.WHOLE) + queries.JUDGED
    statement = (
        statement.removesuffix(",\n") + "," + queries.OF_ONE.format(fate=FATES[options["of"]][0])
    )
    whose = (one._meta.model_name, one.pk) if one else ("all", 0)
    values = [*parameters, [str(word) for word in OUR_OWN], *whose, PART, start]
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{search}", found), values)
        rows = cursor.fetchall()
    if start and not rows:  # beyond the last part
        return {}, _found(search, options, 0)[1]
    return {pk: reason for pk, reason, _every in rows}, rows[0][2] if rows else 0


LISTED = Picture(
    "funding/payments",
    gettext_lazy("Payments"),
    gettext_lazy("Every payment of a search, each with its sources, and whether a sum adds it."),
    read,
    (
        Parameter(
            "payer",
            gettext_lazy("Of one payer or receiver"),
            gettext_lazy("Its name or slug, such as japan-gov; it counts with its parts"),
            parse=record_called,
            example="japan-gov",
        ),
        choice(
            "side",
            gettext_lazy("This one"),
            ((GIVERS, gettext_lazy("Pays")), (RECEIVERS, gettext_lazy("Is paid"))),
        ),
        choice(
            "of", gettext_lazy("Which"), tuple((n, label) for n, (_sql, label) in FATES.items())
        ),
        PAGE,
    ),
)
