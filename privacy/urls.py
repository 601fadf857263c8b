"""Addresses of what people may ask of their own data."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("me/data/", views.own_data, name="own_data"),
    path("me/data/copy/", views.copy, name="copy"),
    path("me/data/ask/<slug:kind>/", views.ask, name="ask"),
    path("me/data/requests/<uuid:pk>/", views.request_page, name="request"),
    path("me/data/requests/<uuid:pk>/change/", views.change, name="change"),
    path("me/data/requests/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("me/data/requests/<uuid:pk>/give-up/", views.give_up, name="give_up"),
    path("desk/data-requests/<uuid:task_id>/", views.answer, name="answer"),
    path("desk/data-requests/<uuid:task_id>/use-again/", views.use_again, name="use_again"),
]
