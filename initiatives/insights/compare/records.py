"""Which records are compared, and what is read from each kind of them."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from actors.models import Actor, Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit import wording
from atlas.kit.dates import words
from atlas.kit.evidence import CONTRADICTS, stances
from atlas.kit.filters import BadValue
from atlas.kit.footnotes import anchor_of
from initiatives.choices import ReachKind, Role, TieKind
from initiatives.insights.compare.parts import tell_parts
from initiatives.insights.compare.table import Comparison, Value
from initiatives.insights.finding import find as called
from initiatives.insights.finding import meant
from initiatives.insights.money import totals
from initiatives.models import FundingLink, Initiative, InitiativeCitation, InitiativeReach

FEWEST, MOST = 2, 4


class Unfit(Exception):
    """Why these records cannot be compared, in words; ``offered``, as of BadValue, for ``text``."""

    def __init__(self, words: str, text: str = "", offered=()):
        super().__init__(words)
        self.text, self.offered = text, offered


def find(ids: list[str]) -> tuple[str, list]:
    """(noun, records) in the order asked; a country by its ISO code, the rest by slug, all by name.

    Raises Unfit for an unknown id, for more than ``MOST`` and for records of different kinds.
    """
    ids = list(dict.fromkeys(text.strip() for text in ids if text.strip()))
    if len(ids) > MOST:
        raise Unfit(_("At most four records fit beside each other; these are %d.") % len(ids))
    found = [_one(text) for text in ids]
    nouns = {record._meta.model_name for record in found}
    if len(nouns) > 1:
        words_ = _("Records of one kind are compared: initiatives, or actors, or countries.")
        raise Unfit(f"{words_} " + ", ".join(f"{r} ({r._meta.verbose_name})" for r in found))
    records = list({(r._meta.model_name, r.pk): r for r in found}.values())
    return (nouns.pop() if nouns else ""), records


def _one(text: str):
    if "\x00" in text:
        raise Unfit(_("An id is a slug or a country code."))
    code = text.upper() if re.fullmatch(r"[A-Za-z]{2}", text, re.ASCII) else ""
    if country := Country.objects.filter(pk=code).first():
        return country
    try:
        record = called(text)
    except BadValue as error:
        raise Unfit(error.messages[0], text, error.offered) from error
    if record := record or Country.objects.called(text).first():
        return record
    said = _(
        "There is no initiative, actor or country “%s”: give a name, a slug or a country’s code."
    )
    raise Unfit(said % text[:100], text, meant(text))


def comparison(noun: str, records: list) -> Comparison:
    """The table of two to four records of one kind."""
    table = Comparison(noun, records)
    {"initiative": _initiatives, "actor": _actors, "country": _countries}[noun](table)
    return table


def _again(model, records: list) -> list:
    """The same records with everything their pages show."""
    full = {r.pk: r for r in model.objects.for_record().filter(pk__in=[r.pk for r in records])}
    return [full[record.pk] for record in records]


def _ends(record, table: str, field: str, pairs: Iterable[tuple]) -> list[Value]:
    """Values that name a record each; ``pairs`` are (end, link with its key)."""
    page = record.get_absolute_url()

    def proof(link) -> str:
        return f"{page}#{anchor_of(f'{table}/{link.key}/{field}')}"

    return [Value(str(e), e.get_absolute_url(), proof(link), record=e) for e, link in pairs]


def _said(record, field: str, said: str, disputed: set[tuple[int, str]]) -> list[Value]:
    at = f"{record.get_absolute_url()}#{anchor_of(field)}"
    return [Value(said, proof=at, disputed=(record.pk, field) in disputed)] if said else []


def _disputed(records: list[Initiative]) -> set[tuple[int, str]]:
    """(id, field) of what these records say themselves and a source says otherwise."""
    found = stances("initiative", [record.pk for record in records])
    keys = [key for key, stance in found.items() if stance == CONTRADICTS]
    cited = InitiativeCitation.objects.filter(key__in=keys, link_ref="")
    return set(cited.values_list("initiative_id", "field"))


def _plain(said: Iterable[str]) -> list[Value]:
    return [Value(str(text)) for text in said if text]


# ------------------------------------------------------------------ initiatives


def _initiatives(table: Comparison) -> None:
    table.records = records = _again(Initiative, table.records)
    ours = _("our classification")
    table.add(_("Kind"), [_plain([r.get_kind_display()]) for r in records], note=ours)
    known = _disputed(records)
    status = [_said(r, "status", r.status and r.get_status_display(), known) for r in records]
    table.add(_("Status"), status)
    for name, label in (
        ("planned_start", _("Planned start")),
        ("actual_start", _("Start")),
        ("planned_end", _("Planned end")),
        ("actual_end", _("End")),
    ):
        table.add(label, [_said(r, name, words(getattr(r, name)), known) for r in records])
    themes = [[Value(str(t), t.get_absolute_url()) for t in r.themes.all()] for r in records]
    table.add(_("Themes"), themes, note=ours)
    table.add(_("Scope"), [_plain([r.get_scope_display()]) for r in records], note=ours)
    for kind, label in ReachKind.choices:
        table.add(label, [_reach(r, kind) for r in records], note=_("where it reaches"))
    _in_any_role(table)
    for role, label in Role.choices:
        table.add(label, [_acting(r, role) for r in records], note=_("an actor’s role"))
    table.add(_("Paid for by"), [_payers(r) for r in records])
    sums = [_sums(r.funding.all()) for r in records]
    table.add(_("Money in, by currency and kind"), sums, missing=_("no sum stated"))
    for kind, label in TieKind.choices:
        table.add(label, [_tied(r, kind) for r in records], missing=_("none on file"))
    tell_parts(table)
    table.add_count(_("Independent sources"), [_weight(r) for r in records])


def _reach(record: Initiative, kind: str) -> list[Value]:
    rows = [(row.country or row.group, row) for row in record.reach.all() if row.kind == kind]
    return _ends(record, "initiative_reach", "place", rows)


def _in_any_role(table: Comparison) -> None:
    """What they reach, told once more where two reach the same place in different roles."""
    roles: dict[str, set[tuple]] = {}
    for record in table.records:
        for row in record.reach.all():
            roles.setdefault(str(row.country or row.group), set()).add((record.pk, row.kind))
    if any(
        len({pk for pk, _kind in r}) > 1 < len({kind for _pk, kind in r}) for r in roles.values()
    ):
        columns = [[v for kind in ReachKind for v in _reach(r, kind)] for r in table.records]
        once = [list({v.words: v for v in reversed(column)}.values()) for column in columns]
        table.add(_("Reach, in whatever role"), once)


def _acting(record: Initiative, role: str) -> list[Value]:
    rows = [(row.actor, row) for row in record.participations.all() if row.role == role]
    return _ends(record, "participations", "role", rows)


def _payers(record: Initiative) -> list[Value]:
    rows = [(link.funder_actor or link.funder_initiative, link) for link in record.funding.all()]
    found = _ends(record, "funding_links", "funder", [row for row in rows if row[0]])
    for link in record.funding.all():
        joint = [(row.actor, row) for row in link.joint_links.all()]
        found += _ends(record, "funding_joint_funders", "actor", joint)
    return list({value.words: value for value in reversed(found)}.values())


def _sums(links) -> list[Value]:
    links = list(links)
    said = _plain(total.line for total in totals(links).sums)
    hidden = any(link.amount is None for link in links)
    return [*said, Value(_("a sum not stated"), unknown=True)] if hidden else said


def _tied(record: Initiative, kind: str) -> list[Value]:
    rows = [(row.target, row) for row in record.ties.all() if row.kind == kind]
    return _ends(record, "initiative_ties", "target", rows)


def _weight(record) -> list[Value]:
    digest = getattr(record, "digest", None)
    return [Value(str(digest.sources), f"{record.get_absolute_url()}#evidence")] if digest else []


# ------------------------------------------------------------------ actors


def _actors(table: Comparison) -> None:
    table.records = records = _again(Actor, table.records)
    table.add(
        _("Kind"), [_plain([r.get_kind_display()]) for r in records], note=_("our classification")
    )
    table.add(_("Country"), [[_named(r.country)] if r.country else [] for r in records])
    parents = [[Value(str(r.parent), r.parent.get_absolute_url(),
                      f"{r.get_absolute_url()}#{anchor_of('parent')}")] if r.parent else []
               for r in records]  # fmt: skip
    table.add(_("Part of"), parents)
    groups = [[_named(m.group) for m in r.memberships.all() if m.group.is_public] for r in records]
    table.add(_("Belongs to"), groups)
    for role, label in Role.choices:
        columns = [
            [_on_initiative(p.initiative, "participations", p.key, "role")
             for p in r.participations.all() if p.role == role]
            for r in records
        ]  # fmt: skip
        table.add(_("Role: %s") % label, columns, missing=_("none on file"))
    given = [_given(r) for r in records]
    table.add(
        _("Pays for (with its parts)"), [_paid_for(g) for g in given], missing=_("none on file")
    )
    sums = [_plain(_sums_given(r, g)) for r, g in zip(records, given, strict=True)]
    table.add(_("Money out, by currency and kind"), sums, missing=_("no sum of its own stated"))
    received = [list(r.funding_received.all()) for r in records]
    table.add(_("Is paid in"), [_paid_for(links) for links in received], missing=_("none on file"))
    table.add_count(_("Independent sources"), [_weight(r) for r in records])


def _named(record) -> Value:
    return Value(str(record), record.get_absolute_url())


def _on_initiative(initiative, table: str, key: str, field: str) -> Value:
    page = initiative.get_absolute_url()
    return Value(str(initiative), page, f"{page}#{anchor_of(f'{table}/{key}/{field}')}")


def _given(record: Actor) -> list[FundingLink]:
    parts = Actor.objects.with_parts([record.slug])
    return list(FundingLink.objects.published().given_by(parts).for_money())


def _paid_for(links: list[FundingLink]) -> list[Value]:
    found = [_on_initiative(x.initiative, "funding_links", x.key, "funder") for x in links]
    return list({value.words: value for value in reversed(found)}.values())


def _sums_given(record: Actor, links: list[FundingLink]) -> list[str]:
    parts = Actor.objects.filter(pk__in=Actor.objects.with_parts([record.slug]))
    slugs = list(parts.values_list("slug", flat=True))
    return [total.line for total in totals(links, slugs).sums]


# ------------------------------------------------------------------ countries


def _countries(table: Comparison) -> None:
    records = table.records
    table.add(_("Region"), [_plain([wording.place(r.subregion or r.region)]) for r in records])
    members = [list(MembershipQuerySet(Membership).of_country(r)) for r in records]
    table.add(_("Belongs to"), [_memberships(rows) for rows in members], missing=_("none on file"))
    named = [InitiativeReach.objects.published().filter(country=r) for r in records]
    table.add(_("Named by"), [_reaching(rows) for rows in named], missing=_("none on file"))
    current = MembershipQuerySet(Membership).current()
    through = [
        InitiativeReach.objects.published().filter(
            group__in=current.filter(member_country=r).values("group")
        )
        for r in records
    ]
    label = _("Reached through a group it belongs to now")
    table.add(label, [_reaching(rows) for rows in through], missing=_("none on file"))
    themes = [_themes(one, two) for one, two in zip(named, through, strict=True)]
    table.add(_("Themes of these"), themes, note=_("our classification"), missing=_("none on file"))
    actors = [[_named(a) for a in r.actors.published()] for r in records]
    table.add(_("Actors"), actors, missing=_("none on file"))


def _memberships(rows: Iterable[Membership]) -> list[Value]:
    return [
        Value(
            f"{row.group}"
            if row.status == "member"
            else f"{row.group} ({row.get_status_display()})",
            row.group.get_absolute_url(),
            f"{row.group.get_absolute_url()}#{anchor_of(f'memberships/{row.key}/status')}",
        )
        for row in rows
    ]


def _reaching(rows) -> list[Value]:
    rows = rows.select_related("initiative").order_by("initiative__sort_key", "key")
    found = [_on_initiative(r.initiative, "initiative_reach", r.key, "place") for r in rows]
    return list({value.words: value for value in reversed(found)}.values())


def _themes(*reach) -> list[Value]:
    ids = {pk for rows in reach for pk in rows.values_list("initiative", flat=True)}
    links = Initiative.themes.through.objects.filter(initiative__in=ids).select_related("theme")
    return [_named(theme) for theme in dict.fromkeys(link.theme for link in links)]
