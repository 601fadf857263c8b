"""Texts to begin with, for what this product itself does with personal data."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.assessments.models import Occasion


@dataclass(frozen=True)
class Prefilled:
    """A draft that the school completes; nothing of it holds before two people have read it."""

    occasion: Occasion
    title: str | Promise
    processing: str | Promise
    influence: str | Promise
    measures: str | Promise
    conclusion: str | Promise

    def words(self) -> dict[str, str]:
        """Its fields in the language of who writes."""
        return {name: str(value) for name, value in vars(self).items()}


_CONCLUSION = _("With these measures the risk is acceptable. To be added: what is special about our school.")

PREFILLED: Mapping[str, Prefilled] = {
    "wechat": Prefilled(
        Occasion.SENSITIVE,
        _("Binding a WeChat to an account"),
        _(
            "The identifier that WeChat gives a person for our school is kept with the account, so that the "
            "person signs in and hears of cases without a password. It is voluntary and asks for a separate "
            "consent; the password stays as the other way in."
        ),
        _(
            "Whoever holds the phone opens the account. Somebody could bind the account of another person, "
            "or messages could show to others that a case is going on."
        ),
        _(
            "Binding asks for student number, name and the end of the identity number, and tries are "
            "limited. The identifier is encrypted; no name and no picture is fetched. Consent can be taken "
            "back at any time, and the binding ends with the period of keeping."
        ),
        _CONCLUSION,
    ),
    "exports": Prefilled(
        Occasion.SHARING,
        _("Exports with personal data"),
        _(
            "Lists of graduates are exported for reports and for other bodies, with the columns that the "
            "purpose needs. Purpose, recipient and end of keeping are said for each list; other bodies get "
            "one only with the consent of the province."
        ),
        _(
            "A file leaves the protection of the system: it can be passed on, lost or kept too long, and "
            "shows many people at once, with identity numbers and phones."
        ),
        _(
            "Each list is approved by a second person, is encrypted, carries the name of who took it, can be "
            "downloaded once and is deleted after 72 hours. Every step is a line of the access log."
        ),
        _CONCLUSION,
    ),
    "employers": Prefilled(
        Occasion.SHARING,
        _("Employers seeing candidates"),
        _(
            "Employers in the library are to see what graduates hand in for a post, so that they can choose "
            "and answer. They see only who turned to them, and only what the post needs."
        ),
        _(
            "Data could be used for something else than hiring, or by somebody who only pretends to hire; "
            "people could be chosen by what has nothing to do with the post."
        ),
        _(
            "Employers are vetted before they see anybody, and their people are admitted one by one. To be "
            "checked before it is opened: identity numbers and family are not shown, looking is recorded, "
            "and an employer can be shut out at once."
        ),
        _CONCLUSION,
    ),
}
