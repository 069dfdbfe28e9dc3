"""Addresses of this app."""

app_name = "testimonies"
urlpatterns = []
