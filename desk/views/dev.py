"""Development only: who can sign in and with which code, and the mail that was sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk import devmail
from desk.demo.people import ACCOUNTS, app_code


@login_not_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The demonstration accounts by role, each with its newest codes: by mail, and of the app."""
    accounts = [
        {
            **account,
            "code": devmail.newest_code(account["email"]),
            "app_code": app_code(account["email"]),
        }
        for account in ACCOUNTS
    ]
    return render(request, "desk/dev/people.html", {"accounts": accounts})


@login_not_required
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """The mails that were sent, newest first."""
    return render(request, "desk/dev/mails.html", {"mails": devmail.newest()})


@login_not_required
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as text."""
    found = devmail.find(name)
    if found is None:
        raise Http404
    return render(request, "desk/dev/mail.html", {"mail": found})
