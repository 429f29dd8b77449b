from django.urls import path

from atlas.desk.views import suggest

urlpatterns = [
    path("", suggest.suggest, name="suggest"),
    path("<str:reference>/", suggest.sent, name="suggestion"),
]
