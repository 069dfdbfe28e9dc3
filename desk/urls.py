"""Addresses of the pages composed of several apps."""

from django.urls import path

from desk.views import calendar, carry_over, edition_end, leader, public, service

app_name = "desk"
urlpatterns = [
    path("", public.home, name="home"),
    path("start/", public.start, name="start"),
    path("my/", leader.my, name="my"),
    path("my/<int:movement_id>/", leader.movement, name="movement"),
    path("my/<int:movement_id>/calendar/", calendar.of_movement, name="calendar"),
    path("admin/calendar/", calendar.of_all, name="staff_calendar"),
    path("admin/end-of-edition/", edition_end.page, name="edition_end"),
    path("admin/end-of-edition/paper/", edition_end.paper, name="edition_end_pdf"),
    path("admin/carry-over/", carry_over.page, name="carry_over"),
    path("calendar/", calendar.feed_page, name="calendar_feed"),
    path("calendar/remove/", calendar.remove_feed, name="remove_feed"),
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path(".well-known/security.txt", service.security_txt, name="security_txt"),
    path("robots.txt", service.robots_txt, name="robots_txt"),
    path("healthz", service.healthz, name="healthz"),
    path("readyz", service.readyz, name="readyz"),
]
