"""Addresses of what people may ask of their own data."""

from django.urls import URLPattern

app_name = "privacy"
urlpatterns: list[URLPattern] = []
