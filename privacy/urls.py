"""Pages of the privacy desk beside the web admin's own lists."""

from django.urls import path

from privacy.views import desk, register, retention

app_name = "privacy"
urlpatterns = [
    path("", desk.home, name="home"),
    path("consents/", desk.consents, name="consents"),
    path("retention/", retention.periods, name="retention"),
    path("retention/<int:number>/", retention.run, name="retention_run"),
    path("retention/<int:number>/approve/", retention.approve, name="retention_approve"),
    path("retention/<str:key>/", retention.PolicyView.as_view(), name="retention_policy"),
    path("retention/<str:key>/list/", retention.list_now, name="retention_list"),
    path("register/", register.page, name="register"),
    path("register/<slug:language>/", register.paper, name="register_pdf"),
]
