"""Which format an answer has: ``?format=``, then ``Accept``, then JSON."""

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
        if "text/html" in request.headers.get("accept", ""):  # a browser takes any XML as well
            return renderers[0], renderers[0].media_type
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except Exception:
            allowed = list(dict.fromkeys(renderer.media_type for renderer in renderers))
            raise UnknownFormat("Accept", request.headers.get("accept", ""), allowed) from None


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
