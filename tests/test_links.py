"""Every address on every type of page leads somewhere, and every fragment to an element there.

Each view is asked with and without parameters, lists with each of theirs; addresses of records are
all compared with the records that are public.  Files have tests of their own, and addresses of
others are looked at, never called.
"""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.contrib.staticfiles.finders import find
from django.urls import Resolver404, resolve

from actors.models import Actor, Country
from initiatives.models import Initiative, Theme
from sources.models import Source
from tests import visits
from tests.making import ungated  # noqa: F401
from tests.page import Page

OWN = "http://testserver"
LISTS = ("initiatives", "actors", "sources")
SLUGS = {
    "initiative": lambda: Initiative.objects.published().values_list("slug", flat=True),
    "actor": lambda: Actor.objects.published().values_list("slug", flat=True),
    "source": lambda: Source.objects.values_list("slug", flat=True),
    "theme": lambda: Theme.objects.values_list("slug", flat=True),
    "country": lambda: Country.objects.values_list("iso2", flat=True),
}


class Crawl:
    """What is on the pages, and what is wrong with it."""

    def __init__(self, client):
        self.client = client
        self.pages: dict[str, Page | None] = {}  # by address; None for what is no page
        self.public = {noun: set(slugs()) for noun, slugs in SLUGS.items()}
        self.met: set[tuple] = set()  # view and parameter
        self.wrong: list[str] = []

    def read(self, path: str, expected: int = 200) -> None:
        answer = self.client.get(path)
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        self.pages[path] = Page(answer) if html and not answer.streaming else None
        answer.getvalue()  # a file is read to its end
        if answer.status_code not in (expected, 302):
            self.wrong.append(f"{path} answers {answer.status_code}")

    def check(self, address: str, where: str) -> None:
        """One address as it stands on a page."""
        parts = urlsplit(urljoin(OWN + where, address))
        if f"{parts.scheme}://{parts.netloc}" != OWN:
            sound = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
            sound = (sound or parts.scheme == "mailto") and not any(map(str.isspace, address))
        elif parts.path.startswith("/static/"):
            sound = find(parts.path.removeprefix("/static/")) is not None
        else:
            sound = self.leads(parts)
        if not sound:
            self.wrong.append(f"{address} on {where}")

    def leads(self, parts) -> bool:
        """Whether an address of ours is one; what it answers is asked once for its like."""
        try:
            match = resolve(parts.path)
        except Resolver404:
            return False
        path = parts._replace(scheme="", netloc="", fragment="").geturl()
        if path not in visits.PUBLIC.values():
            known = self.public.get(match.url_name)
            if known and not known & {*match.kwargs.values()}:
                return False
            query = parse_qs(parts.query, keep_blank_values=True)
            words = query if match.url_name in LISTS else query and ["any"]
            met = {(match.func, word) for word in ("", *words)}
            if "format" not in query and not met <= self.met:
                self.met |= met
                self.read(path)
        page = self.pages.get(path)
        return not (parts.fragment and page) or parts.fragment in page.ids


@pytest.mark.django_db
@pytest.mark.usefixtures("corpus", "ungated")
def test_every_address_leads_somewhere(client):
    Initiative.objects.filter(slug=visits.WITHDRAWN).update(state="withdrawn")
    crawl = Crawl(client)
    faulty = {visits.PUBLIC[name] for name in visits.STATUS}
    for name, path in visits.PUBLIC.items():
        crawl.read(path, visits.STATUS.get(name, 200))
    for where, page in list(crawl.pages.items()):
        for address in dict.fromkeys(page.targets):
            if where not in faulty or "?" not in address:  # a fault asked for is in those too
                crawl.check(address, where)
    assert len(crawl.met) > 50
    assert crawl.wrong == []
