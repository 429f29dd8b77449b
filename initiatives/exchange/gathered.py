"""What hangs on a record, gathered into cells of its row: which lists, which values.

Values are SQL over the row ``t`` of the list; ``{name}`` in them stands for the label of a code or
the name of a record in that column, ``"actor_row"`` for the row a reference leads to.
"""

from dataclasses import dataclass

from initiatives.models.money import AMOUNT_SQL


@dataclass(frozen=True)
class Gathered:
    """One list of a record: cell header -> SQL of one value.

    With ``distinct`` (one of the headers) equal values appear once, in its order.
    """

    list: str
    values: dict[str, str]
    distinct: str = ""

    def expressions(self, labels: dict[str, str]) -> dict[str, str]:
        """The values with the labels put in."""
        found = {}
        for header, sql in self.values.items():
            for name, label in labels.items():
                sql = sql.replace("{" + name + "}", label)
            found[header] = sql
        return found

    def __hash__(self) -> int:
        return hash((self.list, tuple(self.values)))


SOURCES = Gathered(
    "citations",
    {
        "sources": '"source_row".slug',
        "source_titles": '"source_row".title',
        "source_urls": '"source_row".url',
    },
    distinct="sources",
)
NAMED = {"names": "t.name"}
IDENTIFIED = {"identifiers": "t.scheme || ':' || t.code"}
PLACE = 'coalesce(t.country_id, "group_row".slug)'
FUNDER = 'coalesce("funder_actor_row".slug, "funder_initiative_row".slug)'

GATHERED: dict[str, tuple[Gathered, ...]] = {
    "initiatives": (
        Gathered("initiative_names", NAMED),
        Gathered("initiative_identifiers", IDENTIFIED),
        Gathered("initiative_themes", {"themes": "t.theme_id", "themes_label": "{theme}"}),
        Gathered(
            "initiative_reach",
            {
                "reach": f"t.kind || ':' || {PLACE}",
                "reach_label": "coalesce({country}, {group}) || ' (' || {kind} || ')'",
            },
        ),
        Gathered(
            "initiative_ties",
            {
                "ties": "t.kind || ':' || \"target_row\".slug",
                "ties_label": "{kind} || ' ' || {target}",
            },
        ),
        Gathered(
            "participations",
            {
                "participants": "t.role || ':' || \"actor_row\".slug",
                "participants_label": "{actor} || ' (' || {role} || ')'",
            },
        ),
        Gathered(
            "funding_links",
            {
                "funders": FUNDER,
                "funders_label": "coalesce({funder_actor}, {funder_initiative})",
                "amounts": AMOUNT_SQL,
                "amounts_type": "t.type",
            },
        ),
        Gathered("events", {"events": "t.title", "events_date": "t.date"}),
        Gathered(
            "results",
            {
                "results": "t.indicator || CASE WHEN t.approximate THEN ': about ' ELSE ': ' END"
                " || trim_scale(t.value) || ' ' || t.unit"
            },
        ),
    ),
    "actors": (
        Gathered("actor_names", NAMED),
        Gathered("actor_identifiers", IDENTIFIED),
        Gathered(
            "memberships",
            {
                "members": 'coalesce(t.member_country_id, "member_actor_row".slug)',
                "members_label": "coalesce({member_country}, {member_actor})",
                "members_status": "t.status",
            },
        ),
    ),
    "funding_links": (
        Gathered(
            "funding_joint_funders",
            {"joint_funders": '"actor_row".slug', "joint_funders_label": "{actor}"},
        ),
        Gathered("funding_includes", {"includes": '"includes_row".key'}),
    ),
}
