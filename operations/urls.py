"""Addresses of operations: for machines, and the page for people."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("healthz", views.health, name="health"),
    path("readyz", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("manage/state/", views.state, name="state"),
]
