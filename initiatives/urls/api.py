"""API addresses of initiatives, their links and what joins them with actors."""

from rest_framework.routers import SimpleRouter

from atlas.desk.api import ProposalViewSet
from initiatives import api

router = SimpleRouter()
router.register("initiatives", api.InitiativeViewSet, basename="api-initiatives")
router.register("actors", api.ActorViewSet, basename="api-actors")
router.register("participations", api.ParticipationViewSet, basename="api-participations")
router.register("funding-links", api.FundingLinkViewSet, basename="api-funding-links")
router.register("events", api.EventViewSet, basename="api-events")
router.register("results", api.ResultViewSet, basename="api-results")
router.register("statements", api.StatementViewSet, basename="api-statements")
router.register("citations", api.CitationViewSet, basename="api-citations")
router.register("themes", api.ThemeViewSet, basename="api-themes")
router.register("graph", api.GraphViewSet, basename="api-graph")
router.register("proposals", ProposalViewSet, basename="api-proposals")
for name, view in api.INSIGHTS.items():
    router.register(f"insights/{name}", view, basename=f"api-insights-{name}")
urlpatterns = router.urls
