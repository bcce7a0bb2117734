"""Addresses of the rewards room, below /api/v1/."""

from django.urls import path

from rewards.rest import codes, grants, packages

urlpatterns = [
    path("reward-packages", packages.PackagesView.as_view()),
    path("reward-packages/<str:package_id>", packages.PackageView.as_view()),
    path("reward-packages/<str:package_id>/codes", codes.CodesView.as_view()),
    path("grants", grants.GrantsView.as_view()),
    path("rewards/redeem", grants.RedeemView.as_view()),
    path("rewards/refund", grants.RefundView.as_view()),
]
