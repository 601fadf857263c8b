import pytest

from employers.names import alike, name_core

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("杭州启明科技有限公司", "启明科技"),
        ("启明科技（浙江）股份有限公司", "启明科技"),
        ("启明科技(杭州)有限责任公司", "启明科技"),
        ("上海浦江数字金融服务有限公司", "浦江数字金融服务"),
        ("Qiming Tech 启明", "qimingtech启明"),
        ("北京有限公司", "北京"),
    ],
)
def test_core_is_what_place_and_form_leave(name, core):
    assert name_core(name) == core


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("启明科技", "启明科技", True),
        ("云栖启明软件", "云栖启明软件科技", True),
        ("启明科技", "浦江金融", False),
        ("启", "启", False),
        ("", "", False),
    ],
)
def test_alike_are_names_that_somebody_should_compare(one, other, expected):
    assert alike(one, other) is expected
