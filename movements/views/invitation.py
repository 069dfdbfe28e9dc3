"""What somebody with an invitation link sees: a page that offers to mail a code, nothing more.

Who holds the link is not yet the person invited: it shows no full address and signs nobody in.
"""

from typing import Any

from allauth.account.views import RequestLoginCodeView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts.rules import is_staff_member
from movements.masking import masked
from movements.models import Invitation
from movements.selectors import valid_invitation


@method_decorator([login_not_required, never_cache], name="dispatch")
class InvitationView(RequestLoginCodeView):
    """allauth's "mail me a code", for the address of the invitation and no other."""

    template_name = "movements/invitation.html"
    invitation: Invitation
    address: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        invitation = valid_invitation(kwargs["token"])
        if invitation is None:
            return render(request, "movements/invitation_over.html", status=404)
        invited: Any = invitation.mandate.user  # set, or the invitation would not be valid
        if request.user == invited:
            return redirect(settings.LOGIN_REDIRECT_URL)
        self.invitation, self.address = invitation, invited.email
        # past allauth's own dispatch: a code asked for earlier does not lead away from this page
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whatever was posted, the code goes to the person invited."""
        kwargs = super().get_form_kwargs()
        if self.request.method == "POST":
            kwargs["data"] = {"email": self.address}
        return kwargs

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Mail the code. Somebody else who is signed in on this device is not signed out for it."""
        if self.request.user.is_authenticated:
            return self.render_to_response(self.get_context_data(form=form))
        self.request.session["invited"] = True  # the next page shows the address masked
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mandate = self.invitation.mandate
        return super().get_context_data(
            **kwargs,
            movement=mandate.movement,
            function=mandate.get_function_display(),
            inviter=self.invitation.sent_by,
            inviter_leads=not is_staff_member.test(self.invitation.sent_by),
            address=masked(self.address),
            somebody_else=self.request.user if self.request.user.is_authenticated else None,
        )


invitation = InvitationView.as_view()
