"""Addresses of this app."""

app_name = "kpis"
urlpatterns = []
