"""Addresses of this app."""

app_name = "movements"
urlpatterns = []
