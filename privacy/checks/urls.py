"""Addresses below /manage/assessments/checks/."""

from django.urls import path

from privacy.checks import views

app_name = "checks"
urlpatterns = [
    path("", views.now, name="now"),
    path("keep/", views.keep, name="keep"),
    path("sign/", views.sign, name="sign"),
    path("<int:year>/", views.past, name="year"),
]
