"""Every address of the product; who may open it is tested in tests/architecture."""

from allauth.account import views as account_views
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from accounts.views import sign_on
from accounts.views.account import sign_out
from accounts.views.sign_in import enter_code, request_code

urlpatterns = [
    path("", include("desk.urls")),
    path("sign-in/", request_code, name="account_request_login_code"),
    # allauth asks for this name too
    path("sign-in/", request_code, name="account_login"),
    path("sign-in/code/", enter_code, name="account_confirm_login_code"),
    path("sign-in/closed/", account_views.account_inactive, name="account_inactive"),
    path("sign-in/city/", sign_on.ask, name="sign_on"),
    path("sign-in/city/back/", sign_on.callback, name="sign_on_callback"),
    path("sign-out/", sign_out, name="account_logout"),
    path("", include("accounts.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("movements.urls")),
    path("", include("labels.urls")),
    path("", include("handovers.urls")),
    path("stories/", include("testimonies.urls")),
    path("dashboard/", include("kpis.urls")),
    path("admin/privacy/", include("privacy.urls")),
    path("admin/", admin.site.urls),
]

if settings.MODE == "development":
    urlpatterns.append(path("dev/", include("desk.urls_dev")))

handler400 = "desk.views.errors.bad_request"
handler403 = "desk.views.errors.forbidden"
handler404 = "desk.views.errors.not_found"
handler500 = "desk.views.errors.server_error"
