"""Addresses of this app."""

from django.urls import path

from kpis.views import alderman

app_name = "kpis"
urlpatterns = [path("", alderman.dashboard, name="dashboard")]
