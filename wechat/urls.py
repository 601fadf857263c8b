"""Addresses of WeChat: below /wechat/, and the own binding below /account/."""

from django.urls import path

from wechat.views import callback, entering, scanning

app_name = "wechat"
urlpatterns = [
    path("wechat/callback/", callback.callback, name="callback"),
    path("wechat/enter/", entering.enter, name="enter"),
    path("wechat/arrive/", entering.arrive, name="arrive"),
    path("wechat/scan/", scanning.scan, name="scan"),
    path("wechat/scan/state/", scanning.scan_state, name="scan_state"),
    path("wechat/confirm/<uuid:pk>/", scanning.confirm, name="confirm"),
    path("account/wechat/", entering.own, name="own"),
    path("account/wechat/unbind/", entering.unbind, name="unbind"),
]
