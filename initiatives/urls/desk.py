from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from initiatives.admin import quality

DOUBLED = reverse_lazy("quality-list", args=["doubled", "source"])

urlpatterns = [
    path("sources/source/twins/", quality.page_of_admin(RedirectView.as_view(url=DOUBLED))),
    path("quality/", quality.overview, name="quality"),
    path("quality/<slug:name>/<slug:noun>/", quality.listed, name="quality-list"),
]
