"""Addresses of this app."""

from django.urls import URLPattern, path

from testimonies.views.public import StoriesView, StoryView

app_name = "testimonies"
urlpatterns: list[URLPattern] = [
    path("", StoriesView.as_view(), name="stories"),
    path("<int:pk>/", StoryView.as_view(), name="story"),
]
