"""Addresses of the pages composed of several apps."""

from django.urls import path

from desk.views import leader, public, service

app_name = "desk"
urlpatterns = [
    path("", public.home, name="home"),
    path("start/", public.start, name="start"),
    path("my/", leader.my, name="my"),
    path("my/<int:movement_id>/", leader.movement, name="movement"),
    path(".well-known/security.txt", service.security_txt, name="security_txt"),
    path("robots.txt", service.robots_txt, name="robots_txt"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
