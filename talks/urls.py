"""Addresses of talks: everybody's below /talks/, employers' below /employer/talks/, staff's /desk/talks/."""

from django.urls import path

from talks.views import application, board, choice, files, own, public, venues

app_name = "talks"
urlpatterns = [
    path("talks/", public.talks, name="public"),
    path("talks/<uuid:pk>/", public.talk, name="public_talk"),
    path("talks/<uuid:pk>/calendar.ics", public.calendar_entry, name="calendar_entry"),
    path("employer/talks/", own.talks, name="own_list"),
    path("employer/talks/begin/", own.begin, name="begin"),
    path("employer/talks/<uuid:pk>/", own.talk, name="own"),
    path("employer/talks/<uuid:pk>/details/", own.details, name="details"),
    path("employer/talks/<uuid:pk>/reply/", own.reply, name="reply"),
    path("employer/talks/<uuid:pk>/hand-over/", own.hand_over, name="hand_over"),
    path("employer/talks/<uuid:pk>/call-off/", own.call_off, name="call_off"),
    path("employer/talks/<uuid:pk>/withdraw/", application.withdraw, name="withdraw"),
    path("employer/talks/<uuid:pk>/discard/", application.discard, name="discard"),
    path("employer/talks/<uuid:pk>/files/", files.upload, name="upload"),
    path("employer/talks/<uuid:pk>/files/<uuid:file_pk>/", files.show, name="file"),
    path("employer/talks/<uuid:pk>/files/<uuid:file_pk>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("employer/talks/<uuid:pk>/files/<uuid:file_pk>/remove/", files.remove, name="remove"),
    path("employer/talks/<uuid:pk>/application/", application.application, name="application"),
    path("employer/talks/<uuid:pk>/application/<slug:key>/", application.step, name="step"),
    path("desk/talks/", board.week, name="week"),
    path("desk/talks/all/", board.talks, name="list"),
    path("desk/talks/venues/", venues.venues, name="venues"),
    path("desk/talks/venues/new/", venues.new_venue, name="new_venue"),
    path("desk/talks/venues/<uuid:pk>/", venues.venue, name="venue"),
    path("desk/talks/closed-days/", venues.closed_days, name="closed_days"),
    path("desk/talks/closed-days/<uuid:pk>/remove/", venues.open_again, name="open_again"),
    path("desk/talks/tasks/<uuid:task_id>/", choice.choose, name="choose"),
    path("desk/talks/<uuid:pk>/", board.detail, name="detail"),
    path("desk/talks/<uuid:pk>/call-off/", board.call_off, name="call_off_for_school"),
]
