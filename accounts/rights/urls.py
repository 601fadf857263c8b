"""Addresses of groups, officers, the second person and the record of rights: below /manage/ and /audit/."""

from django.urls import path

from accounts.rights.views import groups, officers, people, second

app_name = "rights"
urlpatterns = [
    path("manage/groups/", groups.group_list, name="groups"),
    path("manage/groups/new/", groups.new, name="new_group"),
    path("manage/groups/<uuid:pk>/", groups.group, name="group"),
    path("manage/groups/<uuid:pk>/copy/", groups.copy, name="copy_group"),
    path("manage/groups/<uuid:pk>/delete/", groups.delete, name="delete_group"),
    path("manage/groups/<uuid:pk>/place/", groups.place, name="place"),
    path("manage/groups/<uuid:pk>/take-out/", groups.take_out, name="take_out"),
    path("manage/rights/", people.search, name="people"),
    path("manage/rights/<uuid:pk>/", people.person, name="person"),
    path("manage/officers/", officers.officer_list, name="officers"),
    path("manage/officers/seat/", officers.seat, name="seat"),
    path("manage/officers/<uuid:pk>/unseat/", officers.unseat, name="unseat"),
    path("manage/second-person/", second.operations, name="operations"),
    path("manage/second-person/<uuid:pk>/<slug:name>/", second.answer, name="answer"),
    path("audit/rights/", people.changes, name="changes"),
]
