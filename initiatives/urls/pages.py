from django.urls import path

from initiatives.views import actor, catalog, data, home, initiative, joined, lists

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("data/atlas.zip", data.atlas_zip, name="atlas-zip"),
    path("data/catalog.jsonld", catalog.jsonld, name="catalog-jsonld"),
    path("data/catalog.ttl", catalog.turtle, name="catalog-turtle"),
    path("search/", lists.search, name="search"),
    path("initiatives/", lists.initiatives, name="initiatives"),
    path("initiatives/<slug:slug>/", initiative.initiative, name="initiative"),
    path("actors/<slug:slug>/", actor.actor, name="actor"),
    path("sources/<slug:slug>/", joined.source, name="source"),
    path("countries/", joined.countries, name="countries"),
    path("countries/<str:iso2>/", joined.country, name="country"),
    path("themes/<slug:slug>/", joined.theme, name="theme"),
]
