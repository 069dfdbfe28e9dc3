"""Addresses of the pages composed of several apps."""

from django.urls import path

from desk.views import public, service

app_name = "desk"
urlpatterns = [
    path("", public.home, name="home"),
    path("start/", public.start, name="start"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
