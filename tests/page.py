"""Reading a page as a browser would: ids, links, headings, text."""

from html.parser import HTMLParser

import pytest


@pytest.fixture
def static_files(settings, tmp_path):
    """Addresses of static files without a collected folder and its manifest."""
    settings.STATIC_ROOT = str(tmp_path)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


class Page(HTMLParser):
    """Parse once; ask for what a reader meets."""

    def __init__(self, response):
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.targets: list[str] = []  # of links, forms, pictures, scripts and styles
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.words: list[str] = []
        self._silent = 0
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if "id" in named:
            self.ids.append(named["id"])
        self.targets += [named[name] for name in ("href", "src", "action") if named.get(name)]
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if "style" in named or any(name.startswith("on") for name in named):
            self.inline.append(tag)
        if tag in ("style", "script"):
            self._silent += 1
            data = named.get("type") == "application/ld+json"  # which no browser runs
            self.inline += [] if data or "src" in named else [tag]

    def handle_endtag(self, tag):
        if tag in ("style", "script"):
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All text, white space made single."""
        return " ".join("".join(self.words).split())

    @property
    def anchors(self) -> list[str]:
        """Targets on this page, without the hash."""
        return [link[1:] for link in self.links if link.startswith("#")]
