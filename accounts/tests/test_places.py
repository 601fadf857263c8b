import pytest

from accounts.security import places

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def networks():
    places.forget()
    places.add_network("校园网", "10.0.0.0/8")
    kept = places.add_network("宿舍", "10.8.0.0/16")
    places.add_network("IPv6", "2001:da8::/32")
    yield kept
    places.forget()


@pytest.mark.parametrize(
    ("ip", "place"),
    [
        ("10.1.2.3", "校园网"),
        ("10.8.2.3", "宿舍"),
        ("::ffff:10.8.2.3", "宿舍"),
        ("2001:da8::1", "IPv6"),
        ("11.1.2.3", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_address_is_in_the_smallest_network_around_it(ip, place):
    assert places.place_of(ip) == place


def test_removed_network_names_nothing_any_more(networks):
    places.remove_network(networks.pk)
    assert places.place_of("10.8.2.3") == "校园网"
