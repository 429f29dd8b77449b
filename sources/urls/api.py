"""API addresses of sources."""

from rest_framework.routers import SimpleRouter

from sources.api import PublisherViewSet, SourceViewSet

router = SimpleRouter()
router.register("sources", SourceViewSet, basename="api-sources")
router.register("publishers", PublisherViewSet, basename="api-publishers")
urlpatterns = router.urls
