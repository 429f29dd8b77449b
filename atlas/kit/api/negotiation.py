"""Which format an answer has: ``?format=``, then ``Accept``, then JSON."""

from django.http.request import MediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from atlas.kit.api.problems import UnknownFormat
from atlas.kit.downloads import Format


class Negotiation(DefaultContentNegotiation):
    """An unknown format is a 406 that lists ours."""

    def select_renderer(self, request, renderers, format_suffix=None):
        formats = {renderer.format: renderer for renderer in reversed(renderers)}
        wanted = [value for value in request.query_params.getlist("format") if value]
        for value in wanted:
            if value not in formats:
                names = list(dict.fromkeys(renderer.format for renderer in renderers))
                raise UnknownFormat("format", value, names)
        if wanted:  # a parameter is meant; ``Accept`` may be whatever the client always sends
            return formats[wanted[-1]], formats[wanted[-1]].media_type
        header = request.headers.get("accept", "") or "*/*"
        ranges = [MediaType(part) for part in header.split(",") if part.strip()]
        best = max(renderers, key=lambda renderer: quality(ranges, renderer.media_type))
        page = quality(ranges, "text/html")
        if page[1] > 1 and page >= quality(ranges, best.media_type):
            best = renderers[0]  # a browser, which would take any XML as well
        elif quality(ranges, best.media_type) == NEVER:
            allowed = list(dict.fromkeys(renderer.media_type for renderer in renderers))
            raise UnknownFormat("Accept", header, allowed)
        return best, best.media_type


NEVER = (0.0, 0)


def quality(ranges: list[MediaType], media_type: str) -> tuple[float, int]:
    """How much ``Accept`` wants a type: its ``q``, then how closely it is named.

    The closest range decides, so that ``text/*;q=0`` holds beside ``*/*``.
    """
    matching = [one for one in ranges if MediaType(media_type).match(bare(one))]
    closest = max(matching, key=lambda one: one.specificity, default=None)
    if closest is None or not closest.quality:
        return NEVER
    return closest.quality, closest.specificity


def bare(one: MediaType) -> MediaType:
    """The range without parameters: ours have none, ``charset`` and the like ask for nothing."""
    return MediaType(f"{one.main_type}/{one.sub_type}")


class FileRenderer(BaseRenderer):
    """Stands for a format in the negotiation; ``atlas.kit.downloads`` writes the file."""

    download: Format
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        return b""  # of answers without a body


def file_renderer(format_: Format) -> FileRenderer:
    renderer = FileRenderer()
    renderer.download, renderer.format = format_, format_.name
    renderer.media_type = format_.media_type
    return renderer
