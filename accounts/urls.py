"""Addresses below /account/."""

from django.urls import path

from accounts import views
from accounts.security import views as door

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("password/", views.ChangePassword.as_view(), name="change_password"),
    path("absence/", views.absence, name="absence"),
    path("absence/<uuid:pk>/end/", views.come_back, name="come_back"),
    path("appointments/", views.appointments, name="appointments"),
    path("security/", door.security, name="security"),
    path("security/sessions/end/", door.end_session, name="end_session"),
    path("security/sessions/end-others/", door.end_other_sessions, name="end_other_sessions"),
    path("security/second-step/", door.second_step, name="second_step"),
    path("security/second-step/codes/", door.recovery_codes, name="recovery_codes"),
    path("security/second-step/end/", door.end_second_step, name="end_second_step"),
    path("security/mail/", door.mail, name="mail"),
    path("security/mail/<str:token>/", door.confirm_mail, name="confirm_mail"),
    path("sign-in/code/", door.code, name="code"),
    path("reset/", door.ask_reset, name="reset"),
    path("reset/new/", door.new_password, name="new_password"),
    path("reset/<str:token>/", door.open_reset, name="open_reset"),
    path("help/", door.people, name="help"),
    path("help/<uuid:pk>/", door.help_person, name="help_person"),
    path("networks/", door.networks, name="networks"),
    path("networks/<uuid:pk>/remove/", door.remove_network, name="remove_network"),
]
