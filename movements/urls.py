"""Addresses of this app."""

from django.urls import path

from movements.views import team
from movements.views.invitation import invitation

app_name = "movements"
urlpatterns = [
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("my/<int:movement_id>/team/", team.team, name="team"),
]
