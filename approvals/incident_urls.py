"""Addresses below /manage/incidents/: automatic work that failed for good."""

from django.urls import path

from approvals.views import incidents

app_name = "incidents"
urlpatterns = [
    path("", incidents.incidents, name="list"),
    path("ask/<slug:name>/", incidents.ask, name="ask"),
    path("do/<slug:name>/", incidents.do, name="do"),
]
