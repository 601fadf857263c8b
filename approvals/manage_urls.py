"""Addresses below /manage/cases/: what operators do."""

from django.urls import path

from approvals.views import cases, diagrams

app_name = "cases"
urlpatterns = [
    path("", cases.cases, name="list"),
    path("<uuid:case_id>/", cases.show, name="case"),
    path("<uuid:case_id>/diagram/", diagrams.of_case, name="diagram"),
    path("<uuid:case_id>/do/<slug:name>/", cases.do, name="do"),
]
