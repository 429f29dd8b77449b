"""Static files with hashed names, compressed once."""

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Gzip alone: brotli, which is here for answers, would take minutes of a first start."""

    def create_compressor(self, **options) -> Compressor:
        return Compressor(**options, use_brotli=False)
