"""Addresses below /me/: the notice, and one's own consents."""

from django.urls import path

from privacy.consents import views

app_name = "consents"
urlpatterns = [
    path("notice/", views.notice, name="notice"),
    path("consents/", views.consents, name="list"),
    path("consents/withdraw/", views.withdraw, name="withdraw"),
]
