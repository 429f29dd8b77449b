"""What can fall short in the atlas, as conditions on rows: one definition for counts and lists.

``t`` is the record (initiative, actor or source), ``d`` its digest where it has one.  ``%(today)s``
and ``%(stale)s`` are days.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Gap:
    """One way of falling short: words, how much it weighs, where in the form it is mended."""

    label: str | Promise
    condition: str
    anchor: str = ""
    weight: int = 1


@dataclass(frozen=True)
class Measure:
    """One list.  ``conditions`` by noun, or ``gaps`` by noun: a record is listed for any of them
    and weighs what they weigh together.  ``weight`` orders the others, the heaviest first.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    conditions: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, tuple[Gap, ...]] = field(default_factory=dict)
    weight: str = "0"
    facts: bool = False  # its items are facts, judged by comparison

    @property
    def nouns(self) -> list[str]:
        return [*self.conditions, *self.gaps]

    def condition(self, noun: str) -> str:
        if noun in self.gaps:
            return " OR ".join(f"({gap.condition})" for gap in self.gaps[noun])
        return self.conditions[noun]

    def weighed(self, noun: str) -> str:
        """SQL of how much a record falls short."""
        if noun not in self.gaps:
            return self.weight
        each = (f"CASE WHEN {g.condition} THEN {g.weight} ELSE 0 END" for g in self.gaps[noun])
        return " + ".join(each)

    def named(self, noun: str) -> str:
        """SQL of the numbers of the gaps that a record has."""
        each = (
            f"CASE WHEN {gap.condition} THEN {number} END"
            for number, gap in enumerate(self.gaps.get(noun, ()))
        )
        return f"array_remove(ARRAY[{', '.join(each)}]::int[], NULL)"


def _unexplained(noun: str, *fields: str) -> str:
    """No reason is given why these are missing."""
    names = ", ".join(f"'{name}'" for name in fields)
    return (
        f"NOT EXISTS (SELECT FROM initiatives_{noun}missing m WHERE m.{noun}_id = t.id"
        f" AND m.link_ref = '' AND m.field IN ({names}))"
    )


def _none(table: str, column: str = "initiative_id") -> str:
    return f"NOT EXISTS (SELECT FROM {table} r WHERE r.{column} = t.id)"


def _empty(noun: str, *fields: str) -> str:
    return " AND ".join([*(f"t.{f} = ''" for f in fields), _unexplained(noun, *fields)])


def _both(fact: str) -> dict[str, str]:
    return {"initiative": fact, "actor": fact}


_MISSING = {
    "initiative": (
        Gap(_("no summary"), _empty("initiative", "summary"), "id_summary", 3),
        Gap(
            _("no start, planned or actual"),
            _empty("initiative", "planned_start", "actual_start"),
            "id_actual_start",
            3,
        ),
        Gap(
            _("nobody takes part"),
            _none("initiatives_participation"),
            "participations-group",
            3,
        ),
        Gap(
            _("no country and no group reached"),
            _none("initiatives_initiativereach"),
            "reach-group",
            2,
        ),
        Gap(_("no theme"), _none("initiatives_initiativetheme"), "theme_links-group", 2),
        Gap(_("no status"), _empty("initiative", "status"), "id_status", 1),
        Gap(_("nobody who pays"), _none("initiatives_fundinglink"), "funding-group", 1),
        Gap(_("no website"), _empty("initiative", "website"), "id_website", 1),
    ),
    "actor": (
        Gap(
            _("no country, no members"),
            f"t.country_id IS NULL AND {_none('actors_membership', 'group_id')}"
            f" AND {_unexplained('actor', 'country')}",
            "id_country",
            2,
        ),
        Gap(_("no website"), _empty("actor", "website"), "id_website", 1),
        Gap(
            _("no identifier"), _none("actors_actoridentifier", "actor_id"), "identifiers-group", 1
        ),
    ),
}

_STATUS = (
    Gap(
        _("running, but its end has passed"),
        "t.status = 'implementation' AND t.actual_end_latest < %(today)s",
        "id_status",
        3,
    ),
    Gap(
        _("closed, but its end lies ahead"),
        "t.status = 'closed' AND t.actual_end_earliest > %(today)s",
        "id_status",
        3,
    ),
    Gap(
        _("planned, but it has begun"),
        "t.status = 'pipeline' AND t.actual_start_latest < %(today)s",
        "id_status",
        3,
    ),
    Gap(
        _("running, but its start lies ahead"),
        "t.status = 'implementation' AND t.actual_start_earliest > %(today)s",
        "id_status",
        3,
    ),
    Gap(
        _("planned, but its planned start has passed"),
        "t.status = 'pipeline' AND t.actual_start = '' AND t.planned_start_latest < %(today)s",
        "id_status",
        2,
    ),
    Gap(
        _("running, but its planned end has passed"),
        "t.status = 'implementation' AND t.actual_end = '' AND t.planned_end_latest < %(today)s",
        "id_status",
        2,
    ),
    Gap(
        _("closed, and nobody says when"),
        f"t.status = 'closed' AND t.planned_end = '' AND {_empty('initiative', 'actual_end')}",
        "id_actual_end",
        1,
    ),
)

_TIED = (
    ("initiatives_participation", "actor_id"),
    ("initiatives_fundinglink", "funder_actor_id"),
    ("initiatives_fundinglink", "recipient_id"),
    ("initiatives_fundingjointfunder", "actor_id"),
    ("initiatives_initiativereach", "group_id"),
    ("initiatives_event", "actor_id"),
    ("initiatives_statement", "actor_id"),
    ("actors_membership", "group_id"),
    ("actors_membership", "member_actor_id"),
    ("actors_actor", "parent_id"),
)
_LINK = (
    "EXISTS (SELECT FROM sources_linkcheck l WHERE l.source_id = t.id AND l.url = t.url"
    " AND l.state {})"
)
UNDATED = "f.amount IS NOT NULL AND f.value_date = '' AND f.period = ''"

MEASURES = (
    Measure(
        "uncited",
        _("Without a source"),
        _("Facts that no source supports. Published records have none: the gate sees to it."),
        _both("d.uncited > 0"),
        weight="d.uncited",
        facts=True,
    ),
    Measure(
        "disputed",
        _("Disputed"),
        _("Facts on which sources disagree: is ours the better one, and does the note say why?"),
        _both("d.disputed > 0"),
        weight="d.disputed",
        facts=True,
    ),
    Measure(
        "stale",
        _("Not checked lately"),
        _("Facts whose last supporting check is too long ago."),
        _both("d.oldest_check < %(stale)s"),
        weight="%(today)s::date - d.oldest_check",
        facts=True,
    ),
    Measure(
        "unchecked",
        _("Never checked"),
        _("Facts entered from memory, whose source nobody has opened: open it and compare."),
        _both("d.oldest_check = DATE '1900-01-01'"),
        facts=True,
    ),
    Measure(
        "single-source",
        _("One source only"),
        _("Facts that rest on one independent source."),
        _both("d.single_source > 0"),
        weight="d.single_source",
        facts=True,
    ),
    Measure(
        "missing",
        _("Missing, by weight"),
        _("What a reader would look for first and does not find, where no reason is given."),
        gaps=_MISSING,
    ),
    Measure(
        "status",
        _("Status against dates"),
        _("What the status says and what the dates say cannot both be so."),
        gaps={"initiative": _STATUS},
    ),
    Measure(
        "undated",
        _("Amounts without a date"),
        _("Sums of which nobody can tell what year they belong to."),
        {
            "initiative": "EXISTS (SELECT FROM initiatives_fundinglink f"
            f" WHERE f.initiative_id = t.id AND {UNDATED})"
        },
    ),
    Measure(
        "orphan",
        _("Actors of nothing"),
        _("Actors that no initiative, sum, group, event or other actor names."),
        {
            "actor": "t.parent_id IS NULL AND "
            + " AND ".join(_none(table, column) for table, column in _TIED)
        },
    ),
    Measure(
        "unarchived",
        _("Without an archived copy"),
        _("Sources on the web of which no copy is kept elsewhere."),
        {"source": "t.archived_url = '' AND t.url <> ''"},
    ),
    Measure(
        "doubled",
        _("Likely twins"),
        _("Records that may be one; sources of one publisher under one title."),
        {
            "source": "t.id IN (SELECT unnest(array_agg(s.id)) FROM sources_source s"
            " GROUP BY s.publisher_id, lower(s.title) HAVING count(*) > 1)"
        },
    ),
    Measure(
        "dead",
        _("Dead links"),
        _("Addresses that failed on three days, and those that are no public address."),
        {"source": _LINK.format("IN ('dead', 'unsafe')")},
    ),
    Measure(
        "moved",
        _("Moved links"),
        _("Addresses that lead elsewhere for good."),
        {"source": _LINK.format("= 'moved'")},
    ),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
