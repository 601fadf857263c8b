"""What is recorded stays as it was recorded, in every room."""

import pytest
from django.apps import apps

from common.models import AppendOnly, TrailLine

MODELS = [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def test_every_trail_and_log_is_one() -> None:
    names = {model._meta.label for model in MODELS}
    assert names == {
        "accounts.AccessLog",
        "accounts.DossierEvent",
        "accounts.RightsChange",
        "processes.CalendarChange",
        "processes.DesignEvent",
        "processes.Event",
        "wechat.BindingEvent",
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_line_is_changed_or_deleted(model: type[AppendOnly]) -> None:
    line = model()
    line._state.adding = False
    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        line.delete()
    with pytest.raises(TypeError):
        model.objects.all().update(pk=None)
    with pytest.raises(TypeError):
        model.objects.all().delete()


@pytest.mark.parametrize(
    "model", [each for each in MODELS if issubclass(each, TrailLine)], ids=lambda model: model._meta.label
)
def test_no_line_is_chained_by_hand(model: type[TrailLine]) -> None:
    with pytest.raises(TypeError):
        model().save()
