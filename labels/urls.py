"""Addresses of this app."""

app_name = "labels"
urlpatterns = []
