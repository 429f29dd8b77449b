"""The ``Link`` header: pages around this one, the same in other formats, description, licence."""

from django.conf import settings

APART = ("format", "fields", "expand", "page_size", "cursor")  # of one representation only
LONGEST = 200  # characters of a query that is repeated for every format
ALWAYS = (
    '</api/v1/schema/>; rel="describedby service-desc"',
    '</api/docs/>; rel="service-doc"; type="text/html"',
    f'<{settings.SPECTACULAR_SETTINGS["LICENSE"]["url"]}>; rel="license"',
)


def links(view, request, response) -> str:
    """Of one answer; other formats are addresses relative to the one asked for."""
    found = list(ALWAYS)
    if response.status_code == 200:
        found = [*_pages(view), *_formats(view, request), *found]
    return ", ".join(found)


def _pages(view) -> list[str]:
    pages = getattr(view, "paginator", None)
    both = (("next", getattr(pages, "next", "")), ("prev", getattr(pages, "previous", "")))
    return [f'<{url}>; rel="{rel}"' for rel, url in both if url]


def _formats(view, request) -> list[str]:
    query = request.query_params.copy()
    for name in APART:
        query.pop(name, None)
    if len(query.urlencode()) > LONGEST:
        return []
    found = []
    for renderer in {each.format: each for each in view.get_renderers()}.values():
        if renderer.format not in (request.accepted_renderer.format, "api"):
            query["format"] = renderer.format
            found.append(f'<?{query.urlencode()}>; rel="alternate"; type="{renderer.media_type}"')
    return found
