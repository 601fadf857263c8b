"""Addresses below /audit/access/: the access log."""

from django.urls import path

from accounts.access import views

app_name = "access"
urlpatterns = [
    path("", views.access_log, name="list"),
    path("export/", views.export, name="export"),
]
