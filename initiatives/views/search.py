"""The search over everything: the best of each noun, why each was found, what else was meant."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from actors.filters import ActorFilterSet, CountryFilterSet
from actors.models import Country
from atlas.kit import facets
from atlas.kit.filters import Problem
from atlas.kit.pages import reads
from atlas.kit.search import Asked, read
from atlas.kit.search.matching import BEGINS, EXACT, INSIDE, LIKE, STEP
from atlas.kit.search.showing import marked_alike
from initiatives.filters import InitiativeFilterSet, StatementFilterSet
from initiatives.insights.coverage import figures
from initiatives.insights.parted import parted
from initiatives.insights.shortcuts import shortcuts
from initiatives.insights.spelling import LETTERS, meant
from initiatives.views import hits
from initiatives.views.hits import Hit
from initiatives.views.lists import count_of
from sources.filters import SourceFilterSet

FOUND = 8  # of each noun
SUGGESTED = {"initiatives": 5, "actors": 4, "countries": 2, "sources": 2}
LITTLE = 3  # found altogether: so few that another spelling is offered
ALL_OF = "statements"  # they have no list of their own


@dataclass
class Group:
    """What was found of one noun; ``all_url`` leads to the list with the same words."""

    noun: str
    label: Promise
    count: int
    hits: list[Hit] = field(default_factory=list)
    all_url: str = ""
    place: int = 0  # of its best hit: see ``atlas.kit.search.matching``
    page: object = None


@dataclass(frozen=True)
class Noun:
    name: str
    label: Promise
    filterset: type
    hit: Callable

    def group(self, asked: Asked, most: int | None, page: str = "1") -> Group:
        """The first ``most``, or a page where all are asked for."""
        records = self.filterset({"q": [asked.text]}).qs
        found = records.best_first(asked.text).for_hit()
        pages = Paginator(found, most or FOUND * 5)
        page = pages.get_page(page)
        rows = list(page.object_list)
        group = Group(self.name, self.label, pages.count, [self.hit(r, asked) for r in rows])
        group.place = max((row.relevance // STEP for row in rows), default=0)
        group.all_url = self.all_url(asked) if most and group.count > most else ""
        group.page = None if most else page
        return group

    def all_url(self, asked: Asked) -> str:
        if self.name == ALL_OF:
            return f"{reverse('search')}?{urlencode({'q': asked.text, 'in': ALL_OF})}"
        return f"{reverse(self.name)}?{urlencode({'q': asked.text})}"


NOUNS = (
    Noun("initiatives", _("Initiatives"), InitiativeFilterSet, hits.initiative),
    Noun("actors", _("Actors"), ActorFilterSet, hits.actor),
    Noun("sources", _("Sources"), SourceFilterSet, hits.source),
    Noun("statements", _("Statements"), StatementFilterSet, hits.statement),
)


def countries(asked: Asked, most: int) -> Group:
    """Countries by name or code."""
    found = CountryFilterSet({"q": [asked.text]}).qs
    rows = list(found.with_counts().best_first(asked.text)[: most + 1])
    if not rows and len(asked.plain) >= LETTERS:
        rows = list(Country.objects.alike(asked.plain).with_counts()[:most])
        return Group("countries", _("Countries"), len(rows), _alike(rows, asked), place=LIKE)
    count = len(rows) if len(rows) <= most else found.count()
    names = [name for row in rows for name in hits.names_of(row)]
    group = Group("countries", _("Countries"), count, [hits.country(r, asked) for r in rows[:most]])
    begins = any(name.startswith(asked.plain) for name in names) and asked.plain
    group.place = EXACT if asked.plain in names else BEGINS if begins else INSIDE
    group.all_url = reverse("countries") if count > most else ""
    return group


def _alike(countries: list, asked: Asked) -> list[Hit]:
    found = [hits.country(country, asked) for country in countries]
    for hit, country in zip(found, countries, strict=True):
        hit.title = marked_alike(country.name, asked) or country.name
    return found


@reads("q", "in", "page")
def search(request):
    """The best of each noun; ``in=statements`` shows all statements found, in pages."""
    text = request.GET.get("q", "").strip()
    if not text:
        return render(request, "search.html", {"q": "", "figures": figures()})
    problems = InitiativeFilterSet({"q": [text]}).problems
    if request.GET.get("in", ALL_OF) not in (ALL_OF, ""):
        reason = _("in: all that was found can be shown of one noun only.")
        problems.append(Problem("in", reason, [ALL_OF]))
    if problems:
        context = {"q": text[:1000], "problem": problems[0], "figures": figures()}
        return render(request, "search.html", context, status=400)
    asked = read(text)
    if request.GET.get("in") == ALL_OF:
        groups = [NOUNS[-1].group(asked, None, request.GET.get("page", "1"))]
    else:
        groups = [noun.group(asked, FOUND) for noun in NOUNS]
        groups.insert(2, countries(asked, FOUND))
        groups.sort(key=lambda group: -group.place)  # stable: nouns keep their order
    context = _context(text, asked, groups)
    if not context["only"]:
        every = facets.select("initiatives", InitiativeFilterSet(QueryDict()))
        whole = shortcuts(asked, every, QueryDict())
        in_parts = context["guessed"] or not context["total"]
        context["shortcuts"] = whole or (parted(asked, QueryDict(), count_of) if in_parts else [])
    return render(request, "search.html", context)


def _context(text: str, asked: Asked, groups: list[Group]) -> dict:
    groups = [group for group in groups if group.count]
    total = sum(group.count for group in groups)
    guessed = bool(groups) and all(group.place == LIKE for group in groups)
    unsure = total < LITTLE and all(group.place < INSIDE for group in groups)
    return {
        "q": text,
        "groups": groups,
        "total": total,
        "guessed": guessed,
        "meant": meant(asked) if guessed or unsure else "",
        "parts": [term.text for term in asked.terms] if not total and asked.terms[1:] else [],
        "figures": figures() if not total else None,
        "only": len(groups) == 1 and groups[0].page is not None,
    }


def suggest(request):
    """Names that have the words typed so far, as options for the search field."""
    text = request.GET.get("q", "").strip()
    found: list[Hit] = []
    if text and not InitiativeFilterSet({"q": [text]}).problems:
        asked = read(text)
        for noun in NOUNS:
            if most := SUGGESTED.get(noun.name):
                public = noun.filterset({}).qs.search_names(text)
                rows = public.best_first(text).for_hit()[:most]
                found += [(row.relevance // STEP, noun.hit(row, asked)) for row in rows]
        group = countries(asked, SUGGESTED["countries"])
        found += [(group.place, hit) for hit in group.hits]
        found.sort(key=lambda pair: -pair[0])
    options = [hit for _place, hit in found]
    response = render(request, "_suggestions.html", {"options": options})
    response["Cache-Control"] = "public, max-age=60"
    return response
