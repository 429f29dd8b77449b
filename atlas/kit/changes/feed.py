"""Atom feeds of public changes (RFC 4287), by Django's own generator."""

import re

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from atlas.kit.changes.entries import Entry
from atlas.kit.models import DataVersion

LENGTH = 40  # entries of a feed
NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class Feed(Atom1Feed):
    """Says when the data last changed, also when it has no entry."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else self.feed["changed_at"]


def plain(text: str) -> str:
    """Text without the characters that XML cannot carry."""
    return NOT_XML.sub("", text)


def feed(request, *, title: str, about: str, page: str, entries: list[Entry]) -> HttpResponse:
    """The entries as Atom; ``page`` is the path of the page that shows the same."""
    made = Feed(
        title=plain(title),
        link=request.build_absolute_uri(page),
        description="",
        subtitle=plain(about),
        language=get_language(),
        author_name=_("Editors of the Cyber Capacity Atlas"),
        feed_url=request.build_absolute_uri(),
        feed_guid=request.build_absolute_uri(),
        feed_copyright="CC BY 4.0",
        changed_at=DataVersion.objects.get().changed_at,
    )
    for entry in entries:
        made.add_item(
            title=plain(f"{entry.title}: {entry.headline[:1].lower()}{entry.headline[1:]}"),
            link=request.build_absolute_uri(entry.url),
            description=plain(_summary(request, entry)),
            unique_id=entry.id.urn,
            pubdate=entry.at,
            updateddate=entry.at,
            categories=(entry.noun,),
        )
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return response


def _summary(request, entry: Entry) -> str:
    """HTML: what happened and what changed."""
    head = format_html("<p>{}.</p>", entry.headline)
    if entry.version_url:
        head = format_html(
            '<p>{}. <a href="{}">{}</a></p>',
            entry.headline,
            request.build_absolute_uri(entry.version_url),
            _("Version %d") % entry.version,
        )
    lines = format_html_join("", "<li>{}</li>", ((line,) for line in entry.sentences))
    return head + (format_html("<ul>{}</ul>", lines) if lines else "")


def _etag(request, *_args, **_kwargs) -> str:
    return f'"{DataVersion.current()}"'


def _last_modified(request, *_args, **_kwargs):
    return DataVersion.objects.values_list("changed_at", flat=True).get()


# 304 while no record changed
by_data_version = condition(etag_func=_etag, last_modified_func=_last_modified)
