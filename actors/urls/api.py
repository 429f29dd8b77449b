"""API addresses of countries; those of actors, which join nouns, stand in initiatives."""

from rest_framework.routers import SimpleRouter

from actors.api import CountryViewSet

router = SimpleRouter()
router.register("countries", CountryViewSet, basename="api-countries")
urlpatterns = router.urls
