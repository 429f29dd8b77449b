"""Everything at once: the data package of all public records."""

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.views.decorators.http import condition

from atlas.kit.models import DataVersion
from initiatives.exchange import archive


def _version(_request) -> str:
    return f'"atlas-{DataVersion.current()}-{archive.shape()}"'


def _changed(_request):
    return DataVersion.objects.get().changed_at


@condition(etag_func=_version, last_modified_func=_changed)
def atlas_zip(request):
    """All public records as a data package; built once a data version."""
    file, _as_of = archive.everything(settings.ATLAS_EXPORTS)
    if request.method == "HEAD":
        headers = {"Content-Type": "application/zip", "Content-Length": file.stat().st_size}
        return HttpResponse(headers=headers)
    return FileResponse(open(file, "rb"), as_attachment=True, filename="atlas.zip")
