from django.urls import path

from initiatives.views import (
    actor,
    catalog,
    changes,
    compare,
    data,
    home,
    initiative,
    joined,
    lists,
    pictures,
    search,
    versions,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("data/atlas.zip", data.atlas_zip, name="atlas-zip"),
    path("data/catalog.jsonld", catalog.jsonld, name="catalog-jsonld"),
    path("data/catalog.ttl", catalog.turtle, name="catalog-turtle"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggestions"),
    path("initiatives/", lists.initiatives, name="initiatives"),
    path("initiatives/feed/", changes.initiatives_feed, name="initiatives-feed"),
    path("changes/", changes.changes, name="changes"),
    path("changes/feed/", changes.changes_feed, name="changes-feed"),
    path("initiatives/<slug:slug>/", initiative.initiative, name="initiative"),
    path("actors/<slug:slug>/", actor.actor, name="actor"),
    *(
        pattern
        for noun, folder in (("initiative", "initiatives"), ("actor", "actors"))
        for pattern in (
            path(f"{folder}/<slug:slug>/history/", versions.history, {"noun": noun}),
            path(f"{folder}/<slug:slug>/versions/<int:number>/", versions.version, {"noun": noun}),
        )
    ),
    path("sources/<slug:slug>/", joined.source, name="source"),
    path("countries/", joined.countries, name="countries"),
    path("countries/<str:iso2>/", joined.country, name="country"),
    path("themes/<slug:slug>/", joined.theme, name="theme"),
    path("compare/", compare.compare, name="compare"),
    path("compare/overlap/", compare.overlap, name="compare-overlap"),
    *[path(f"{name}/", view, name=name.replace("/", "-")) for name, view in pictures.VIEWS.items()],
]
