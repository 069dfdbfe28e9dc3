"""Addresses of this app."""

from django.urls import URLPattern, path

from labels.views import (
    badge,
    certificate,
    checks,
    leader,
    letter,
    open_data,
    public,
    publication,
    shared,
)

app_name = "labels"
urlpatterns: list[URLPattern] = [
    path("my/<int:movement_id>/plan/", leader.plan, name="plan"),
    path("my/<int:movement_id>/plan/start/", leader.start_plan, name="start_plan"),
    path("my/<int:movement_id>/plan/submit/", leader.submit, name="submit"),
    path("my/<int:movement_id>/plan/print/", leader.print_plan, name="print_plan"),
    path("my/<int:movement_id>/plan/<int:number>/", leader.point, name="point"),
    path("my/<int:movement_id>/examples/<int:example_id>/", leader.example, name="example"),
    path("my/shared/<int:example_id>/", shared.shared_example, name="shared_example"),
    path("my/materials/<int:material_id>/", shared.material, name="material"),
    path(
        "my/<int:movement_id>/label/<int:label_id>/certificate.pdf",
        certificate.certificate,
        name="certificate",
    ),
    path("my/<int:movement_id>/label/<int:label_id>/poster.pdf", certificate.poster, name="poster"),
    path(
        "my/<int:movement_id>/label/<int:label_id>/picture-<slug:shape>.png",
        certificate.picture,
        name="picture",
    ),
    path(
        "my/<int:movement_id>/decision/<int:decision_id>/letter.pdf", letter.letter, name="letter"
    ),
    path("my/<int:movement_id>/label/<int:label_id>/reasons/", publication.reasons, name="reasons"),
    path("my/<int:movement_id>/label/check/", checks.check, name="check"),
    path("my/<int:movement_id>/badge/", badge.badge_page, name="badge_page"),
    path("register/", public.register, name="register"),
    path("register/open-data/", public.open_data, name="open_data"),
    path("register/labels.json", open_data.labels_json, name="open_json"),
    path("register/labels.csv", open_data.labels_csv, name="open_csv"),
    path("register/<int:movement_id>/", public.movement, name="movement"),
    path("register/<int:movement_id>/badge.svg", open_data.badge, name="badge"),
    path("label/", public.check, name="check_code"),
    path("label/<slug:code>/", public.verify, name="verify"),
]
