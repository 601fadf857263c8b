"""Addresses below /notices/."""

from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:pk>/", views.open_notice, name="open"),
]
