"""Addresses of this app."""

from django.urls import path

from movements.views.invitation import invitation

app_name = "movements"
urlpatterns = [path("invitation/<str:token>/", invitation, name="invitation")]
