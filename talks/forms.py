"""What staff type about venues, closed days and times."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms.codes import codes
from talks.models import Blackout, Venue
from talks.queries import venues_in_use
from talks.slots import Slot

KINDS = "venue_kind"
_DATE, _TIME = "%Y-%m-%d", "%H:%M"
_MOST_SEATS, _MOST_MINUTES = 20_000, 240


def _kinds() -> list[tuple[str, str]]:
    return [(row.code, str(row.label())) for row in codes(KINDS) if row.is_active]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format=_DATE)
    return forms.DateField(label=label, input_formats=[_DATE], widget=widget)


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format=_TIME)
    return forms.TimeField(label=label, input_formats=[_TIME], widget=widget)


class VenueForm(forms.ModelForm):  # type: ignore[type-arg]
    """A venue as the career center keeps it."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of venue"), choices=_kinds)
    capacity = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=_MOST_SEATS)
    buffer_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes between two talks"), min_value=0, max_value=_MOST_MINUTES
    )
    opens_at = _time(gettext_lazy("Opens"))
    closes_at = _time(gettext_lazy("Closes"))

    class Meta:
        model = Venue
        fields = (
            "name",
            "campus",
            "kind",
            "place",
            "capacity",
            "equipment",
            "buffer_minutes",
            "opens_at",
            "closes_at",
            "is_active",
        )

    def clean(self) -> dict[str, Any]:
        """It opens before it closes."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("It has to close after it opens."))
        return said


class BlackoutForm(forms.ModelForm):  # type: ignore[type-arg]
    """Days on which no talk is held."""

    first_day = _day(gettext_lazy("First day"))
    last_day = _day(gettext_lazy("Last day"))
    venue = forms.ModelChoiceField(
        Venue.objects.none(),
        label=gettext_lazy("Where"),
        required=False,
        empty_label=gettext_lazy("Everywhere"),
    )

    class Meta:
        model = Blackout
        fields = ("first_day", "last_day", "venue", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].queryset = venues_in_use()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """It ends on the day on which it begins, or later."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", _("The last day comes before the first one."))
        return said


class OfferForm(forms.Form):
    """A venue and a time, chosen among those offered or typed."""

    venue = forms.ChoiceField(label=gettext_lazy("Venue"))
    day = _day(gettext_lazy("Day"))
    start = _time(gettext_lazy("Begins at"))
    end = _time(gettext_lazy("Ends at"))

    def __init__(self, venues: Iterable[Venue], data: Any = None) -> None:
        super().__init__(data)
        self._venues = {str(venue.pk): venue for venue in venues}
        offered = [(key, self._label(venue)) for key, venue in self._venues.items()]
        self.fields["venue"].choices = [("", _("Choose a venue")), *offered]  # type: ignore[attr-defined]

    @staticmethod
    def _label(venue: Venue) -> str:
        words = {"venue": venue.name, "seats": venue.capacity, "campus": venue.campus}
        return _("%(venue)s (%(campus)s, %(seats)s seats)") % words

    def clean_venue(self) -> Venue:
        """The venue itself."""
        return self._venues[self.cleaned_data["venue"]]

    @property
    def slot(self) -> Slot:
        """The time, of a valid form."""
        said = self.cleaned_data
        return Slot.on(said["day"], said["start"], said["end"])

    @staticmethod
    def offered(text: str) -> dict[str, str]:
        """The fields out of the value of an offer's button: key, day, start, end."""
        return dict(zip(("venue", "day", "start", "end"), text.split(), strict=False))
