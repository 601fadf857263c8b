"""Addresses: one line per room."""

from django.contrib import admin
from django.urls import include, path

from config.views import admin_door, home

admin.site.login = admin_door(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("", include("operations.urls")),
    path("account/", include("accounts.urls")),
    path("audit/access/", include("accounts.access.urls")),
    path("", include("accounts.rights.urls")),
    path("notices/", include("messaging.urls")),
    path("desk/", include("approvals.urls")),
    path("manage/cases/", include("approvals.manage_urls")),
    path("manage/incidents/", include("approvals.incident_urls")),
    path("", include("wechat.urls")),
    path("manage/organisation/", include("accounts.organisation.urls")),
    path("manage/people/", include("accounts.personnel.urls")),
    path("", include("students.urls")),
    path("", include("employers.urls")),
    path("", include("talks.urls")),
    path("forms/", include("forms.urls")),
    path("me/", include("privacy.consents.urls")),
    path("me/", include("destinations.urls")),
    path("exports/", include("exports.urls")),
    path("manage/assessments/checks/", include("privacy.checks.urls")),
    path("manage/assessments/", include("privacy.assessments.urls")),
    path("manage/retention/", include("privacy.retention.urls")),
    path("", include("privacy.urls")),
    path("manage/", include("processes.urls")),
    path("design/", include("design.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
