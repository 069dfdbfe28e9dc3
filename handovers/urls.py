"""Addresses of this app."""

from django.urls import path

from handovers.views import leader, reminders

app_name = "handovers"
urlpatterns = [
    path("my/<int:movement_id>/handover/", leader.handover, name="handover"),
    path("my/<int:movement_id>/handover/note/", leader.note, name="note"),
    path("my/<int:movement_id>/handover/sign/", leader.sign, name="sign"),
    path("my/<int:movement_id>/handover.pdf", leader.paper, name="paper"),
    path("my/<int:movement_id>/reminders/", reminders.for_leaders, name="reminders"),
]
