"""Addresses below /manage/: what the school sets for all processes."""

from django.urls import path

from processes.calendar import views as calendar

app_name = "processes"
urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/change/", calendar.change, name="calendar_change"),
    path("calendar/<uuid:pk>/undo/", calendar.undo, name="calendar_undo"),
]
