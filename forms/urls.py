"""Addresses below /forms/: what questions fetch while they are answered."""

from django.urls import path

from forms import views

app_name = "forms"
urlpatterns = [
    path("regions/", views.regions, name="regions"),
    path("regions/search/", views.region_search, name="region_search"),
]
