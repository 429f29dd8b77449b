"""The site's addresses; apps are named as strings only."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from atlas.kit import pages
from atlas.kit.api.front import llms

urlpatterns = [
    path("admin/account/", include("atlas.accounts.urls")),
    path("admin/", include("initiatives.urls.desk")),
    path("admin/", admin.site.urls),
    path("healthz", pages.healthz),
    path("readyz", pages.readyz),
    path("robots.txt", pages.robots),
    path("llms.txt", require_safe(llms)),
    path("favicon.ico", pages.favicon),
    path("api/v1/", include("initiatives.urls.api")),
    path("api/v1/", include("actors.urls.api")),
    path("api/v1/", include("sources.urls.api")),
    path("api/", include("atlas.kit.api.urls")),
    path("suggest/", include("atlas.desk.urls")),
    path("", pages.reading("sources.urls.pages")),
    path("", pages.reading("actors.urls.pages")),
    path("", pages.reading("initiatives.urls.pages")),
]

handler404 = "atlas.kit.pages.not_found"
handler500 = "atlas.kit.pages.server_error"
