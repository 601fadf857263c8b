"""Addresses below /manage/people/."""

from django.urls import path

from accounts.personnel import views

app_name = "personnel"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.new, name="new"),
    path("import/", views.imports, name="imports"),
    path("import/template/", views.template_file, name="template"),
    path("import/<uuid:pk>/", views.batch, name="batch"),
    path("import/<uuid:pk>/<slug:verb>/", views.change_batch, name="change_batch"),
    path("appointments/<uuid:pk>/", views.appointment, name="appointment"),
    path("substitutes/<int:pk>/", views.substitute, name="substitute"),
    path("substitutes/<uuid:pk>/end/", views.end_substitute, name="end_substitute"),
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/sights/", views.sights, name="sights"),
    path("<uuid:pk>/contact/", views.contact, name="contact"),
    path("<uuid:pk>/appoint/", views.appoint, name="appoint"),
    path("<uuid:pk>/password/", views.password, name="password"),
]
