"""Addresses of exports."""

from django.urls import path

from exports import views

app_name = "exports"
urlpatterns = [
    path("", views.exports, name="list"),
    path("new/", views.choose, name="choose"),
    path("new/columns/", views.ask, name="ask"),
    path("<uuid:pk>/", views.export, name="export"),
    path("<uuid:pk>/progress/<slug:state>/", views.progress, name="progress"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/password/", views.password, name="password"),
    path("<uuid:pk>/file/<str:token>/", views.download, name="download"),
    path("<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:pk>/give-up/", views.give_up, name="give_up"),
]
