"""Addresses below /manage/organisation/."""

from django.urls import path

from accounts.organisation import views

app_name = "organisation"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<int:pk>/", views.unit, name="unit"),
    path("<int:pk>/<slug:verb>/", views.change, name="change"),
    path("changes/<uuid:pk>/<slug:verb>/", views.end_change, name="end_change"),
]
