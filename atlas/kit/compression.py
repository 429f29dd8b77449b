"""Answers compressed with what the client knows (zstd, brotli, gzip), where that harms nobody.

Pages with a token or a reader's own words in them are left alone: their compressed length would
tell a listener about the secret beside what he makes the reader's browser ask for (BREACH).
"""

import re

from compression_middleware.middleware import CompressionMiddleware
from django.utils.cache import has_vary_header

TEXT = re.compile(
    r"text/|image/svg|application/([\w.-]+\+)?(json|xml|yaml|ndjson|x-ndjson|x-bibtex)"
)
BROTLI = re.compile(r"\bbr\b")  # holds a megabyte back before it says anything: not for streams


class TextCompression(CompressionMiddleware):
    """Public text only; streams go on as they come, in constant memory."""

    def process_response(self, request, response):
        if not TEXT.match(response.get("Content-Type", "")) or is_personal(response):
            return response
        if response.streaming:
            known = request.META.get("HTTP_ACCEPT_ENCODING", "")
            request.META["HTTP_ACCEPT_ENCODING"] = BROTLI.sub("", known)
        return super().process_response(request, response)


def is_personal(response) -> bool:
    return (
        bool(response.cookies)
        or has_vary_header(response, "Cookie")
        or bool({"no-store", "private"} & set(response.get("Cache-Control", "").split(", ")))
    )
