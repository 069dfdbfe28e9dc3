"""Addresses of this app."""

from django.urls import URLPattern, path

from labels.views import certificate, leader, public

app_name = "labels"
urlpatterns: list[URLPattern] = [
    path("my/<int:movement_id>/plan/", leader.plan, name="plan"),
    path("my/<int:movement_id>/plan/start/", leader.start_plan, name="start_plan"),
    path("my/<int:movement_id>/plan/submit/", leader.submit, name="submit"),
    path("my/<int:movement_id>/plan/<int:number>/", leader.point, name="point"),
    path("my/<int:movement_id>/examples/<int:example_id>/", leader.example, name="example"),
    path(
        "my/<int:movement_id>/label/<int:label_id>/certificate.pdf",
        certificate.certificate,
        name="certificate",
    ),
    path("register/", public.register, name="register"),
    path("label/<slug:code>/", public.verify, name="verify"),
]
