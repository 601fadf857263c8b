"""Addresses below /manage/retention/."""

from django.urls import path

from privacy.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.table, name="table"),
    path("hold/", views.hold, name="hold"),
    path("holds/<uuid:pk>/lift/", views.lift, name="lift"),
]
