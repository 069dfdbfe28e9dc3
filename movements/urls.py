"""Addresses of this app."""

from django.urls import path

from movements.views import address, conversation, join, pass_on, team
from movements.views.counts import counts
from movements.views.group import group
from movements.views.invitation import invitation

app_name = "movements"
urlpatterns = [
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("my/<int:movement_id>/conversation/", conversation.conversation, name="conversation"),
    path("my/<int:movement_id>/counts/", counts, name="counts"),
    path("my/<int:movement_id>/group/", group, name="group"),
    path("my/<int:movement_id>/team/", team.team, name="team"),
    path("my/<int:movement_id>/team/confirm/", team.confirm, name="confirm_team"),
    path(
        "my/<int:movement_id>/team/<int:mandate_id>/object/",
        team.object_to_return,
        name="object_to_return",
    ),
    path(
        "my/<int:movement_id>/team/<int:mandate_id>/invite/",
        team.invite_member,
        name="invite_member",
    ),
    path("my/<int:movement_id>/team/contact/", team.contact, name="contact"),
    path("my/<int:movement_id>/team/change/", team.change, name="change_team"),
    path("my/<int:movement_id>/team/stop/", team.stop, name="stop"),
    path("my/<int:movement_id>/still-leading/", team.still_leading, name="still_leading"),
    path("my/<int:movement_id>/still-leading/later/", team.ask_later, name="ask_later"),
    path("my/address/", address.own_address, name="own_address"),
    path("my/address/code/", address.prove_address, name="prove_address"),
    path("thanks/", team.thanks, name="thanks"),
    path("my/<int:movement_id>/team/pass-on/", pass_on.pass_on, name="pass_on"),
    path("my/<int:movement_id>/team/link/", pass_on.make_link, name="team_link"),
    path("my/<int:movement_id>/team/link/<int:link_id>/", pass_on.stop_link, name="stop_link"),
    path("my/<int:movement_id>/team/ask/<int:request_id>/", pass_on.decide, name="decide"),
    path("team/thank-you/", join.asked, name="join_asked"),
    path("team/<str:token>/", join.join, name="join"),
]
