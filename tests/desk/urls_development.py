"""The addresses as they are in development."""

from django.urls import include, path

from config import urls

handler404 = urls.handler404
urlpatterns = [*urls.urlpatterns, path("dev/", include("desk.urls_dev"))]
