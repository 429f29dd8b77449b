"""The tree an initiative stands in: the wholes it is part of, their other parts, its phases.

Ties say “part of” and “follows”; they never run in a circle (the database refuses that).  A part
may belong to several wholes; each is then a tree of its own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from initiatives.choices import TieKind
from initiatives.models import Initiative

TIES_AWAY = 6  # ties between the record and the furthest that is shown
MOST_TIES = 300
MOST_PARTS = 25  # of one whole that are listed; the others are counted

NEAR = """
WITH RECURSIVE near(id, far) AS (
    SELECT %s::bigint, 0
    UNION
    SELECT other.id, near.far + 1 FROM near CROSS JOIN LATERAL (
        SELECT target_id FROM initiatives_initiativetie
            WHERE initiative_id = near.id AND kind IN ('part-of', 'follows')
        UNION ALL
        SELECT initiative_id FROM initiatives_initiativetie
            WHERE target_id = near.id AND kind IN ('part-of', 'follows')) other(id)
    WHERE near.far < %s
)
SELECT t.key, t.kind, t.initiative_id, t.target_id FROM initiatives_initiativetie t
WHERE t.kind IN ('part-of', 'follows') AND t.initiative_id IN (SELECT id FROM near)
    AND t.target_id IN (SELECT id FROM near)
ORDER BY t.key LIMIT %s
"""


@dataclass(frozen=True)
class Tie:
    """``initiative`` says of itself that it is part of, or follows, ``target``; both are ids."""

    key: str
    kind: str
    initiative: int
    target: int


@dataclass
class Node:
    """One initiative; ``tie`` is what puts it below the one above, ``more`` counts parts unseen."""

    initiative: Initiative
    tie: Tie | None = None
    parts: list["Node"] = field(default_factory=list)
    more: int = 0


@dataclass
class Phase:
    """One initiative of a chain; ``after`` are the ties to those it follows."""

    initiative: Initiative
    after: list[Tie] = field(default_factory=list)


@dataclass
class Family:
    """``trees`` are the wholes from the top; ``phases`` are in their order, oldest first."""

    trees: list[Node]
    phases: list[Phase]
    known: dict[int, Initiative]

    @property
    def ties(self) -> set[str]:
        """Keys of all ties that it shows."""
        found = {tie.key for phase in self.phases for tie in phase.after}
        waiting = list(self.trees)
        for node in waiting:
            found |= {node.tie.key} if node.tie else set()
            waiting += node.parts
        return found


def family(record: Initiative) -> Family:
    """Two queries, and none for a record that is neither a part nor a phase of anything."""
    rows = [*record.ties.all(), *record.tied_from.all()]
    if all(row.kind == TieKind.RELATED for row in rows):
        return Family([], [], {})
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [record.pk, TIES_AWAY, MOST_TIES])
        ties = [Tie(*row) for row in cursor.fetchall()]
    ids = {end for tie in ties for end in (tie.initiative, tie.target)}
    known = {one.pk: one for one in Initiative.objects.published().filter(pk__in=ids)}
    ties = [tie for tie in ties if tie.initiative in known and tie.target in known]
    parts = [tie for tie in ties if tie.kind == TieKind.PART_OF]
    phases = [tie for tie in ties if tie.kind == TieKind.FOLLOWS]
    return Family(_trees(record.pk, parts, known), _chain(record.pk, phases, known), known)


def _trees(pk: int, ties: list[Tie], known: dict[int, Initiative]) -> list[Node]:
    """The wholes above the record that are part of nothing themselves, each with all below it."""
    below: dict[int, list[Tie]] = defaultdict(list)
    above: dict[int, list[int]] = defaultdict(list)
    for tie in ties:
        below[tie.target].append(tie)
        above[tie.initiative].append(tie.target)
    line = [pk]
    for one in line:
        line += [whole for whole in above[one] if whole not in line]
    roots = [one for one in line if not above[one]]
    return [_node(known[one], None, below, known, set(line)) for one in roots if below[one]]


def _node(initiative: Initiative, tie: Tie | None, below, known, line: set[int]) -> Node:
    """``line`` are the record and what is above it; these are never left out."""
    ties = sorted(below[initiative.pk], key=lambda tie: _age(known[tie.initiative]))
    shown = ties[:MOST_PARTS] + [tie for tie in ties[MOST_PARTS:] if tie.initiative in line]
    parts = [_node(known[one.initiative], one, below, known, line) for one in shown]
    return Node(initiative, tie, parts, len(ties) - len(shown))


def _chain(pk: int, ties: list[Tie], known: dict[int, Initiative]) -> list[Phase]:
    """All that the record follows and that follows it; who follows stands after whom it follows."""
    after: dict[int, list[Tie]] = defaultdict(list)
    beside: dict[int, set[int]] = defaultdict(set)
    for tie in ties:
        after[tie.initiative].append(tie)
        beside[tie.initiative].add(tie.target)
        beside[tie.target].add(tie.initiative)
    chain = [pk]
    for one in chain:
        chain += sorted(beside[one] - set(chain))
    order = _in_order(chain, after, known)
    return [Phase(known[one], after[one]) for one in order] if len(chain) > 1 else []


def _in_order(chain: Iterable[int], after, known: dict[int, Initiative]) -> list[int]:
    waiting, order = sorted(chain, key=lambda one: _age(known[one])), []
    while waiting:
        free = (one for one in waiting if all(tie.target in order for tie in after[one]))
        order.append(next(free, waiting[0]))
        waiting.remove(order[-1])
    return order


def _age(initiative: Initiative) -> tuple:
    start = initiative.actual_start_earliest or initiative.planned_start_earliest
    return start or date.max, initiative.sort_key
