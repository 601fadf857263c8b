"""What the filing says to the graduate: categories in plain words, the four bans, the declaration."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Choice(NamedTuple):
    """A group of categories under one everyday question."""

    key: str
    title: str | Promise
    icon: str
    categories: tuple[str, ...]


GRASSROOTS = ("501", "502", "503", "511", "512", "513", "514", "515", "519")
UNSETTLED = ("70.1", "70.2", "70.3", "70.4", "70.5", "71", "72.1", "72.2")

CHOICES: tuple[Choice, ...] = (
    Choice("work", _("I have a job"), icon="briefcase", categories=("10", "11", "12", "271", "272")),
    Choice("study", _("I go on studying"), icon="school", categories=("801", "802", "803", "85")),
    Choice("serve", _("Grass-roots programme or army"), icon="flag", categories=(*GRASSROOTS, "46")),
    Choice("own", _("I work for myself"), icon="rocket", categories=("75.1", "75.2", "75.3", "76")),
    Choice("open", _("Not settled yet"), icon="hourglass", categories=UNSETTLED),
)

#: One line a category, in the words of somebody who never read the rules.
PLAIN: Mapping[str, str | Promise] = {
    "10": _("An employment agreement is signed, on paper or online"),
    "11": _("A labour contract is signed, no tripartite agreement"),
    "12": _("Hired, with a certificate or pay records, but no contract yet"),
    "271": _("Research or administrative assistant at a university or institute"),
    "272": _("Admitted to a postdoctoral station"),
    "801": _("Admitted to a master's or doctoral programme in mainland China"),
    "802": _("Admitted to study for a second bachelor's degree"),
    "803": _("From junior college into a bachelor's programme"),
    "85": _("Admitted by a school abroad, in Hong Kong, Macao or Taiwan"),
    "501": _("National special-post teacher programme"),
    "502": _("Teaching, farming, medical or poverty-relief work in the countryside"),
    "503": _("Volunteer of the Go West programme"),
    "511": _("Special-post teacher of a province or city"),
    "512": _("Selected by the party's provincial personnel office"),
    "513": _("Special post in a township's farming service"),
    "514": _("Doctor in a village clinic"),
    "515": _("Teacher in a village school"),
    "519": _("Another local programme, such as community work"),
    "46": _("The enlistment notice has come"),
    "75.1": _("A company or an individual business is registered"),
    "75.2": _("The project is in an incubator"),
    "75.3": _("An online shop is open and earns"),
    "76": _("Translator, designer, writer, streamer... without an employer"),
    "70.1": _("Still looking"),
    "70.2": _("An offer is there, papers are not signed yet"),
    "70.3": _("Preparing for a civil-service or public-institution exam"),
    "70.4": _("Planning to start a business"),
    "70.5": _("Going to enlist, no notice yet"),
    "71": _("Preparing for an entrance exam"),
    "72.1": _("Not looking for the time being"),
    "72.2": _("Planning to study or work abroad, nothing settled"),
}

NOT_PROOF = _(
    "Certificates of an internship or traineeship are not proof of employment; they are sent back (reason "
    "R42)."
)

FOUR_BANS: tuple[str | Promise, ...] = (
    _("Nobody may force you to sign an agreement or a contract."),
    _("Nobody may make your diploma or degree depend on signing."),
    _("Nobody may talk you into a false agreement with the storage of your archive or hukou as the reason."),
    _("Certificates of internship or traineeship do not count as employment."),
)

DECLARATION = _(
    "I filed this myself. What it says and the proof I added are true. Nobody forced me to file it."
)
