"""Addresses of what people may ask of their own data."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("me/data/", views.own_data, name="own_data"),
    path("me/data/copy/", views.copy, name="copy"),
]
