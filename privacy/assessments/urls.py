"""Addresses below /manage/assessments/."""

from django.urls import path

from privacy.assessments import views

app_name = "assessments"
urlpatterns = [
    path("", views.register, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:pk>/", views.one, name="one"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/replace/", views.replace, name="replace"),
    path("<uuid:pk>/sign/", views.sign, name="sign"),
]
