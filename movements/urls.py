"""Addresses of this app, under /invitation/."""

from django.urls import path

from movements.views.invitation import invitation

app_name = "movements"
urlpatterns = [path("<str:token>/", invitation, name="invitation")]
