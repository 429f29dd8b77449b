"""The page of a picture, and its files: the filters of the list, the drawing, its table.

A bad value keeps the form and says what is wrong (400); an unknown parameter is named and ignored.
Everything is kept for one state of the data and one day, by query string.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from atlas.kit.facets.index import database
from atlas.kit.filters import Problem
from atlas.kit.listing import Listing
from atlas.kit.listing.parts import Option, Shown
from atlas.kit.models import DataVersion
from atlas.kit.pictures import files
from atlas.kit.pictures.reading import Insight, Picture, Search

TALL = 1.25  # times its width
FORMATS = {
    "svg": ("SVG", "image/svg+xml"),
    "png": ("PNG", "image/png"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
}


@dataclass(frozen=True)
class Form:
    """What the pages of one noun share: its name in the API, its filters, where its list is;
    ``said`` gives the context for what they say of a search, as its list does."""

    noun: str
    filterset: type
    facets: tuple
    orderings: dict
    list_path: str
    pictures: tuple[Picture, ...] = ()
    said: Callable[[Listing], dict] = lambda _listing: {}


@dataclass(frozen=True)
class Drawing:
    """How a picture is drawn: ``draw(insight, options)`` gives the context of ``template``.

    ``width`` is that of the SVG's own coordinates; a context may set ``height``.
    """

    picture: Picture
    template: str
    draw: Callable[[Insight, dict], dict]
    form: Form
    width: int = 960
    page: str = "pictures/picture.html"


class PictureListing(Listing):
    """The filters of the list on the page of a picture, with the picture's own parameters."""

    def __init__(self, request, drawing: Drawing):
        self.picture = drawing.picture
        self.own = self.picture.own
        form = drawing.form
        super().__init__(
            request,
            form.filterset,
            noun=form.noun,
            facets=form.facets,
            orderings=form.orderings,
            also=self.own,
        )
        self.options, problems = self.picture.options(request.GET)
        self.errors |= {problem.parameter: problem for problem in problems}
        self.valid = not self.errors and not self.ordering_error
        self.status = 200 if self.valid else 406 if "format" in self.errors else 400
        self.search = Search(form.filterset, request.GET, form.list_path, self.own)
        if self.valid and self.selection:
            self.search.shelf = self.selection.shelf

    def _format(self) -> str | None:
        """The name of the file's format, checked; None for the page itself."""
        name = self.data.get("format")
        if name and name not in FORMATS:
            words = _("There is no format “%s”.") % name[:100]
            self.errors["format"] = Problem("format", words, list(FORMATS))
        return name if name in FORMATS else None

    def own_fields(self) -> list[Shown]:
        """The picture's own parameters as fields of the form."""
        return [self._own(parameter) for parameter in self.picture.parameters]

    def _own(self, parameter) -> Shown:
        values = self.data.getlist(parameter.name)
        value = values[0] if values else str(parameter.default or "")
        style = "choice" if parameter.options else "text"
        options = [Option(word, str(label), word == value) for word, label in parameter.options]
        return Shown(
            name=parameter.name,
            style=style,
            label=str(parameter.label),
            hint=str(parameter.help),
            value=value,
            options=options,
            error=self._error(parameter.name),
        )

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super().kept if name not in self.own]

    @property
    def files(self) -> list[tuple[str, str]]:
        found = []
        for name, (label, _type) in FORMATS.items():
            data = self.without("format")
            data["format"] = name
            found.append((label, self.url(data)))
        api = f"/api/v1/insights/{self.picture.name}/"
        data = self.without("format")
        data.pop("ordering", None)
        found.append(("JSON", f"{api}?{data.urlencode()}" if data else api))
        return found

    @property
    def drawn_url(self) -> str:
        """Where the records that the caption counts stand."""
        return self._behind(self.without("format"))

    @property
    def counted_url(self) -> str:
        """Where all that a picture looks at stand, if these are more than the search finds."""
        data = self.without("format")
        data["which"] = "all"
        return self._behind(data)

    def _behind(self, data: QueryDict) -> str:
        return f"{self.picture.path}drawn/" + (f"?{data.urlencode()}" if data else "")

    @property
    def permanent(self) -> str:
        return self.request.build_absolute_uri(self.url(self.without("format")))


def show(drawing: Drawing) -> Callable:
    """The view of one picture."""

    def view(request):
        return kept(request, lambda: _answer(request, drawing))

    view.__name__ = drawing.picture.name.replace("-", "_")
    view.__doc__ = drawing.picture.help
    return view


def kept(request, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of the same address for the same state of the data and the same day."""
    key = _key(request.build_absolute_uri())
    store = caches["pictures"]
    found = store.get(key)
    if found is None:
        response = make()
        found = (response.content, response.status_code, dict(response.headers))
        if response.status_code == 200:
            store.set(key, found)
    content, status, headers = found
    response = HttpResponse(content, status=status, headers=headers)
    if status == 200:
        response.headers["ETag"] = f'"{key[:32]}"'
    return response


def _key(address: str) -> str:
    parts = (database(), DataVersion.current(), timezone.now().date(), address)
    return hashlib.sha256("\n".join(map(str, parts)).encode(errors="replace")).hexdigest()


def small(drawing: Drawing, query: str = "") -> dict:
    """A picture to stand on another page: ``svg``, ``title``, ``count`` and ``drawn``.

    Made once for one state of the data and one day.  Its parts are reached by the pointer; the
    keyboard reaches them on the picture's own page, to which that page has to lead.
    """
    picture, form = drawing.picture, drawing.form
    key, store = _key(f"small {picture.path}?{query}"), caches["pictures"]
    found = store.get(key)
    if found is None:
        data = QueryDict(query)
        options, _problems = picture.options(data)
        insight = picture.read(Search(form.filterset, data, form.list_path, picture.own), options)
        context = {
            "small": True,
            "insight": insight,
            "picture": picture,
            "width": drawing.width,
            **drawing.draw(insight, options),
        }
        found = {
            "svg": render_to_string(drawing.template, context),
            "title": insight.title,
            "count": insight.count,
            "drawn": insight.drawn,
        }
        store.set(key, found)
    return found


def _answer(request, drawing: Drawing) -> HttpResponse:
    listing = PictureListing(request, drawing)
    if listing.tidy:
        return listing.tidy
    insight = drawing.picture.read(listing.search, listing.options) if listing.valid else None
    if listing.format and insight:
        return _file(request, drawing, listing, insight)
    context = {
        "listing": listing,
        "picture": drawing.picture,
        "insight": insight,
        "pictures": drawing.form.pictures,
        "query": listing.search.parameters,
        **drawing.form.said(listing),
    }
    if insight:
        context["svg"] = svg(drawing, insight, listing)
        context["tall"] = _is_tall(context["svg"])
    return render(request, drawing.page, context, status=listing.status)


def _is_tall(picture: str) -> bool:
    """Whether a page of paper could only hold the picture too small to be read."""
    box = re.search(r'viewBox="\S+ \S+ (\S+) ([^"\s]+)"', picture)
    return bool(box) and float(box[2]) > TALL * float(box[1])


def svg(drawing: Drawing, insight: Insight, listing: PictureListing, *, alone: bool = False) -> str:
    """The picture; ``alone`` it is a file with title, source line and its own style."""
    site = listing.request.build_absolute_uri("/").rstrip("/") if alone else ""
    context = {
        "alone": alone,
        "site": site,
        "insight": insight,
        "picture": drawing.picture,
        "width": drawing.width,
        "style": files.standalone_style() if alone else "",
        "permanent": listing.permanent,
        "today": timezone.now().date(),
        **files.around(insight),
        **drawing.draw(insight, listing.options),
    }
    return render_to_string(drawing.template, context)


def _file(request, drawing: Drawing, listing: PictureListing, insight: Insight) -> HttpResponse:
    name = listing.format
    if name == "csv":
        body = files.table_csv(insight, request.build_absolute_uri("/").rstrip("/"))
    else:
        body = svg(drawing, insight, listing, alone=True)
        body = files.png(body, drawing.width) if name == "png" else body
    day = timezone.now().date().isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="atlas-{drawing.picture.name}-{day}.{name}"'
    }
    return HttpResponse(body, content_type=FORMATS[name][1], headers=headers)
