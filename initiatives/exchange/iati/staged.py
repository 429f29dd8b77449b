"""The staging of one IATI file, which can say what became of each activity."""

from collections.abc import Iterator

from atlas.kit.resolving import gone, typed
from atlas.kit.staging import Scope, Staging
from atlas.kit.tables import TABLES, Part
from initiatives.exchange.iati.organisations import SCHEME

DOOR = "import"
LISTED = 1000  # activities named for each outcome; the counts are whole

OUTCOMES = """
CREATE TEMP TABLE iati_outcome ON COMMIT DROP AS
SELECT s.slug, r.identifier, s.title, CASE
    WHEN p.id IS NULL AND t.id IS NULL THEN 'kept'
    WHEN p.id IS NULL THEN 'new'
    WHEN p.id IN (SELECT root FROM iati_differing) THEN 'changed' ELSE 'unchanged' END AS outcome
FROM stage_initiatives s JOIN stage_source_records r ON r.initiative = s.slug
LEFT JOIN initiatives_initiative p ON p.slug = s.slug
LEFT JOIN typed_initiative t ON t.slug = s.slug
"""

# rows (initiative, kind, target, path) of ties between two activities that are both here
TIES = """
SELECT DISTINCT ON (1, 2, 3) x.initiative, x.kind, x.target, x.base, x.path, x.source FROM (
    SELECT coalesce(c.initiative, r.slug) AS initiative, replace(r.kind, 'child:', '') AS kind,
        CASE WHEN r.kind LIKE 'child:%%' THEN r.slug
            ELSE coalesce(t.initiative, (SELECT p.slug FROM initiatives_initiativeidentifier d
                JOIN initiatives_initiative p ON p.id = d.initiative_id
                WHERE d.scheme = %s AND d.code = r.identifier)) END AS target,
        CASE WHEN r.kind LIKE 'child:%%' THEN left(c.key, -6) ELSE r.base END AS base,
        r.path, r.source, r.kind LIKE 'child:%%' AS from_parent
    FROM iati_related r
    LEFT JOIN stage_source_records t ON t.identifier = r.identifier
    LEFT JOIN stage_source_records c ON c.identifier = r.identifier AND r.kind LIKE 'child:%%'
    WHERE r.kind NOT LIKE 'child:%%' OR c.key IS NOT NULL) x
WHERE x.target IS NOT NULL AND x.target <> x.initiative
ORDER BY 1, 2, 3, x.from_parent, x.path
"""


class ImportStaging(Staging):
    """``dry``: everything is judged and compared, nothing is written."""

    def __init__(self, again: bool, dry: bool):
        super().__init__(Scope(door=DOOR, within="initiative" if again else ""))
        self.dry = dry

    def in_order(self) -> None:
        """Tables by dependency, in whichever order they were staged."""
        order = list(TABLES)
        self.staged.sort(key=lambda table: order.index(table.name))

    def _write(self, parts: list[Part], filled: list[Part]) -> None:
        self._note_outcomes(parts, filled)
        if not self.dry:
            super()._write(parts, filled)

    def _note_outcomes(self, parts: list[Part], filled: list[Part]) -> None:
        """Which initiatives differ: by own rows, by rows of links, by rows that go."""
        selects = ["SELECT t.id AS root FROM typed_initiative t"]
        for part in parts:
            root = getattr(part.model, "ROOTS", {}).get("initiative", "")
            if not root.startswith("r.") or root == "r.id":
                if part.table != "statements":
                    continue
                root = "r.initiative_id"
            column = root.replace("r.", "t.")
            if part in filled:
                selects.append(f"SELECT {column} FROM {typed(part)} t")
            if self._deletes:
                selects.append(
                    f"SELECT {column} FROM {part.db_table} t JOIN {gone(part)} g ON g.id = t.id"
                )
        self._execute("DROP TABLE IF EXISTS iati_outcome, iati_differing")
        union = " UNION ".join(selects)
        self._execute(f"CREATE TEMP TABLE iati_differing ON COMMIT DROP AS {union}")
        self._execute(OUTCOMES)

    def outcomes(self) -> dict[str, int]:
        return dict(self._fetch("SELECT outcome, count(*) FROM iati_outcome GROUP BY 1"))

    def listed(self, outcome: str) -> list[tuple[str, str, str]]:
        """(identifier, title, slug) of the first activities with this outcome."""
        return self._fetch(
            "SELECT identifier, title, slug FROM iati_outcome WHERE outcome = %s"
            ' ORDER BY identifier COLLATE "C" LIMIT %s',
            [outcome, LISTED],
        )

    def ties(self, related: Iterator[tuple]) -> list[tuple]:
        """(initiative, kind, target, base, path, source) of what names an activity that is here."""
        self._execute(
            "DROP TABLE IF EXISTS iati_related; CREATE TEMP TABLE iati_related (slug text,"
            " base text, kind text, identifier text, path text, source text) ON COMMIT DROP"
        )
        rows = list(related)
        if rows:
            cells = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
            flat = [cell for row in rows for cell in row]
            self._execute(f"INSERT INTO iati_related VALUES {cells}", flat)
        return self._fetch(TIES, [SCHEME]) if rows else []
