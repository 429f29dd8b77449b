"""How an initiative reaches a country: named itself, through a group, or before it joined."""

from dataclasses import dataclass, field

from actors.models import Country, Membership
from initiatives.insights.reach import overlaps, period
from initiatives.models import Initiative


@dataclass
class Reached:
    """Initiatives told apart by how they reach the country."""

    direct: list = field(default_factory=list)  # (initiative, kinds of reach)
    through: list = field(default_factory=list)  # (initiative, memberships)
    before: list = field(default_factory=list)  # (initiative, memberships)

    @property
    def count(self) -> int:
        return len(self.direct) + len(self.through) + len(self.before)


def reached_country(country: Country, initiatives, memberships) -> Reached:
    """Sort initiatives (with reach prefetched) that the filter ``country`` found.

    ``memberships`` are the country's, with their groups.  The filter takes today's members.  One
    that joined only after an initiative was over is told apart: the work went to the group before
    it belonged to it.
    """
    by_group: dict[int, list[Membership]] = {}
    for membership in memberships:
        by_group.setdefault(membership.group_id, []).append(membership)
    found = Reached()
    for initiative in initiatives:
        _place(found, country, initiative, by_group)
    return found


def _place(found: Reached, country: Country, initiative: Initiative, by_group: dict) -> None:
    rows = list(initiative.reach.all())
    kinds = [row.get_kind_display() for row in rows if row.country_id == country.pk]
    if kinds:
        found.direct.append((initiative, kinds))
        return
    when = period(initiative)
    ways = [m for row in rows if row.group_id for m in by_group.get(row.group_id, ())]
    then = [membership for membership in ways if overlaps(membership, when)]
    if then:
        found.through.append((initiative, then))
    else:
        found.before.append((initiative, ways))
