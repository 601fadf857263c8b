"""A server that behaves like WeChat's, with phones on a page: bind and sign in without an account there.

`make run` starts it while no `WECHAT_APPID` is set; the tests talk to it over HTTP.
"""
