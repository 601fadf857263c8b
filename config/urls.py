"""Addresses: one line per room."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.urls import include, path

from config.views import home

# The admin has no door of its own: people sign in where guessing is slowed down.
admin.site.login = staff_member_required(admin.site.login, login_url=settings.LOGIN_URL)  # type: ignore[method-assign]

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
