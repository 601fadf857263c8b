"""Addresses of students: the staff's pages below /desk/students/, the own record below /me/record/."""

from django.urls import path

from students.views import binding, imports, people, record

app_name = "students"
urlpatterns = [
    path("desk/students/", people.student_list, name="list"),
    path("desk/students/<uuid:pk>/", people.detail, name="detail"),
    path("desk/students/<uuid:pk>/reveal/<slug:field>/", people.reveal, name="reveal"),
    path("desk/students/<uuid:pk>/wechat/", binding.release, name="release"),
    path("desk/students/remind/", people.remind, name="remind"),
    path("desk/students/passwords/", people.passwords, name="passwords"),
    path("desk/students/import/", imports.imports, name="import"),
    path("desk/students/import/template/", imports.template_file, name="import_template"),
    path("desk/students/import/<uuid:pk>/", imports.batch_page, name="batch"),
    path("desk/students/import/<uuid:pk>/columns/", imports.columns, name="columns"),
    path("desk/students/import/<uuid:pk>/check/", imports.check, name="check"),
    path("desk/students/import/<uuid:pk>/commit/", imports.commit, name="commit"),
    path("desk/students/import/<uuid:pk>/undo/", imports.undo, name="undo"),
    path("desk/students/import/<uuid:pk>/discard/", imports.discard, name="discard"),
    path("desk/students/import/<uuid:pk>/progress/", imports.progress, name="progress"),
    path("desk/students/import/<uuid:pk>/report/", imports.report, name="report"),
    path("me/bind/", binding.bind, name="bind"),
    path("me/bind/finish/", binding.finish, name="bind_finish"),
    path("me/record/", record.record, name="record"),
    path("me/record/confirm/", record.confirm, name="confirm"),
]
