from django.urls import path

from actors import views

urlpatterns = [path("actors/", views.actors, name="actors")]
