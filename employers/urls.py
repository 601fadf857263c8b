"""Addresses of employers: gate and own pages below /employer/, the staff's below /desk/employers/."""

from django.urls import path

from employers.views import application, files, home, library, people, register

app_name = "employers"
urlpatterns = [
    path("employer/register/", register.organisation, name="register"),
    path("employer/register/account/", register.account, name="register_account"),
    path("employer/register/join/", register.join, name="register_join"),
    path("employer/", home.home, name="home"),
    path("employer/details/", home.details, name="details"),
    path("employer/submitted/", home.submitted, name="submitted"),
    path("employer/people/", people.people, name="people"),
    path("employer/wish/withdraw/", people.withdraw_wish, name="withdraw_wish"),
    path("employer/people/<uuid:pk>/decide/", people.decide, name="decide_join"),
    path("employer/people/<uuid:pk>/remove/", people.remove, name="remove_person"),
    path("employer/application/", application.application, name="application"),
    path("employer/application/start/", application.start, name="start"),
    path("employer/application/withdraw/", application.withdraw, name="withdraw"),
    path("employer/application/discard/", application.discard, name="discard"),
    path("employer/application/files/", files.upload, name="upload"),
    path("employer/application/files/<uuid:pk>/remove/", files.remove, name="remove"),
    path("employer/application/<slug:key>/", application.step, name="step"),
    path("employer/files/<uuid:pk>/", files.show, name="file"),
    path("employer/files/<uuid:pk>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("desk/employers/", library.library, name="library"),
    path("desk/employers/<uuid:pk>/", library.detail, name="detail"),
    path("desk/employers/<uuid:pk>/reveal/<slug:field>/", library.reveal, name="reveal"),
    path("desk/employers/<uuid:pk>/files/<uuid:file_pk>/", library.file, name="library_file"),
    path("desk/employers/people/<uuid:pk>/decide/", library.decide, name="decide_join_for_school"),
]
