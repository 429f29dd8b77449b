"""How an initiative reaches a country: named itself, through a group, or before it joined."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from actors.choices import MembershipStatus
from actors.models import Country, Membership
from atlas.kit.pictures import Search
from initiatives.insights.pairs import PAIRS
from initiatives.insights.reach import overlaps, period
from initiatives.models import Initiative

SQL = (
    "WITH "
    + PAIRS
    + """
SELECT way, id, found FROM (
  SELECT p.way, p.id, count(*) OVER (PARTITION BY p.way) AS found,
         row_number() OVER (PARTITION BY p.way ORDER BY i.sort_key, i.slug) AS place
  FROM pairs p JOIN initiatives_initiative i ON i.id = p.id WHERE p.country = %s) placed
WHERE place <= %s ORDER BY way, place
"""
)


@dataclass
class Way:
    """The initiatives that reach the country in one way: how many, and the first of them."""

    count: int = 0
    rows: list = field(default_factory=list)  # (initiative, kinds of reach or memberships)

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass
class Reached:
    """Initiatives told apart by how they reach the country."""

    direct: Way = field(default_factory=Way)
    through: Way = field(default_factory=Way)
    before: Way = field(default_factory=Way)

    @property
    def count(self) -> int:
        return self.direct.count + self.through.count + self.before.count


def reached_country(country: Country, found, memberships, most: int) -> Reached:
    """Tell apart the initiatives that the filter ``country`` found, by ``pairs``; the first
    ``most`` of each way are read.

    ``memberships`` are the country's, with their groups.  The filter takes today's members.  One
    that joined only after an initiative was over is told apart: the work went to the group before
    it belonged to it.
    """
    search, parameters = Search.sql(found)
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(found=search), [*parameters, country.pk, most])
        places = cursor.fetchall()
    records = Initiative.objects.prefetch_related("reach").in_bulk(
        [pk for _way, pk, _count in places]
    )
    by_group: dict[int, list[Membership]] = {}
    for membership in memberships:
        by_group.setdefault(membership.group_id, []).append(membership)
    reached = Reached()
    for way, pk, count in places:
        here = (reached.direct, reached.through, reached.before)[way - 1]
        here.count = count
        here.rows.append((records[pk], _how(way, country, records[pk], by_group)))
    return reached


def ended(memberships) -> list[Membership]:
    """The full memberships that are over for certain."""
    today = timezone.now().date()
    full = (one for one in memberships if one.status == MembershipStatus.MEMBER)
    return [one for one in full if one.until_latest and one.until_latest < today]


def while_member(country: Country, left: list[Membership], then, found, most: int) -> Way:
    """What reached a group while the country belonged to it (``then`` is that reach) and is not
    among ``found``, since it has ``left``: the first ``most`` by title, with the memberships."""
    if not left:
        return Way()
    by_group = defaultdict(list)
    for membership in left:
        by_group[membership.group_id].append(membership)
    records = Initiative.objects.published().filter(pk__in=then.values("initiative"))
    records = records.exclude(pk__in=found.values("pk")).order_by("sort_key", "slug")
    first = records.prefetch_related("reach")[: most + 1]
    rows = [(record, _how(2, country, record, by_group)) for record in first]
    return Way(records.count() if len(rows) > most else len(rows), rows[:most])


def _how(way: int, country: Country, initiative: Initiative, by_group: dict) -> list:
    """The kinds of reach that name the country, or its memberships of the groups that are named."""
    rows = initiative.reach.all()
    if way == 1:
        return [row.get_kind_display() for row in rows if row.country_id == country.pk]
    ways = [m for row in rows if row.group_id for m in by_group.get(row.group_id, ())]
    if way == 3:
        return ways
    when = period(initiative)
    return [membership for membership in ways if overlaps(membership, when)]
