import pytest

from common.http import client_ip, network_of, page_of


def test_address_is_the_peers(rf):
    request = rf.get("/", REMOTE_ADDR="10.1.2.3", headers={"X-Forwarded-For": "6.6.6.6"})
    assert client_ip(request) == "10.1.2.3"


def test_address_in_production_is_what_our_proxy_saw(rf, settings):
    settings.PRODUCTION = True
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})
    assert client_ip(request) == "10.1.2.3"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("<script>", "127.0.0.1"),
        ("1.2.3.4, ", "127.0.0.1"),
        ("10.1.2.3, unknown", "127.0.0.1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:DA8::1", "2001:da8::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_what_is_no_address_is_left_out(rf, settings, said, address):
    settings.PRODUCTION = True
    assert client_ip(rf.get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": said})) == address


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:da8:1:2:3:4:5:6", "2001:da8:1:2::/64"),
        ("::ffff:10.1.2.3", "::ffff:10.1.2.3"),
        ("a person", "a person"),
    ],
)
def test_addresses_that_one_customer_has(ip, network):
    assert network_of(ip) == network


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"Referer": "http://testserver/desk/?q=a"}, "/desk/?q=a"),
        ({"HX-Current-URL": "http://testserver/me/", "Referer": "http://testserver/desk/"}, "/me/"),
        ({"Referer": "https://evil.example/"}, "/"),
        ({"Referer": "javascript:alert(1)"}, "/"),
        ({}, "/"),
    ],
)
def test_page_of_a_request_is_one_of_this_site(rf, headers, page):
    assert page_of(rf.get("/", headers=headers)) == page
