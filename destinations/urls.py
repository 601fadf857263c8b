"""Addresses below /me/: the graduate's own pages."""

from django.urls import path

from destinations.views import files, filing, home

app_name = "destinations"
urlpatterns = [
    path("", home.me, name="me"),
    path("filings/<uuid:pk>/", home.detail, name="detail"),
    path("filings/<uuid:pk>/submitted/", home.submitted, name="submitted"),
    path("filing/", filing.filing, name="filing"),
    path("filing/start/", filing.start, name="start"),
    path("filing/ask-back/", filing.ask_back, name="ask_back"),
    path("filing/withdraw/", filing.withdraw, name="withdraw"),
    path("filing/discard/", filing.discard, name="discard"),
    path("filing/files/", files.upload, name="upload"),
    path("filing/files/<uuid:pk>/remove/", files.remove, name="remove"),
    path("filing/<slug:key>/", filing.step, name="step"),
    path("files/<uuid:pk>/", files.show, name="file"),
    path("files/<uuid:pk>/thumbnail/", files.thumbnail, name="thumbnail"),
]
