"""Addresses of the API that belong to no noun; include last, it answers for all of ``/api/``."""

from django.urls import path, re_path

from atlas.kit.api.changes import ChangesViewSet
from atlas.kit.api.front import DocsView, NothingView, RootView, SchemaView

urlpatterns = [
    path("v1/", RootView.as_view(), name="api-root"),
    path("v1/changes/", ChangesViewSet.as_view({"get": "list"}), name="api-changes"),
    path("v1/schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"", NothingView.as_view()),
]
