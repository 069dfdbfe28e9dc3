"""Addresses that exist in development only."""

from django.urls import path

from desk.views import dev

app_name = "dev"
urlpatterns = [
    path("", dev.people, name="people"),
    path("mail/", dev.mails, name="mails"),
    path("mail/<str:name>/", dev.mail, name="mail"),
]
