"""Addresses below /account/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("password/", views.ChangePassword.as_view(), name="change_password"),
    path("absence/", views.absence, name="absence"),
    path("absence/<uuid:pk>/end/", views.come_back, name="come_back"),
    path("appointments/", views.appointments, name="appointments"),
]
