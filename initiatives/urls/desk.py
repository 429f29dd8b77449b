from django.urls import path

from initiatives.admin import quality

urlpatterns = [
    path("quality/", quality.overview, name="quality"),
    path("quality/<slug:name>/<slug:noun>/", quality.listed, name="quality-list"),
]
