"""What everybody is told before the first page: which data, what for, on which basis, how long (RL-31).

Whoever changes the words adds a version; everybody is then asked again at the next sign-in.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consents.purposes import Purpose, declare


def _notice_of_november_2026() -> str:
    return _(
        "%(school)s keeps your record here to register where graduates go and to look after their filings. "
        "The law makes this a duty of the school; it does not rest on your consent.\n"
        "What is kept of graduates: who you are (name, number, identity document), your studies, how you "
        "are reached, what you file with its proof, and, where the state asks for it, a hardship category; "
        "of staff and people of employers: name, how you are reached, what you do here. Religion, health, "
        "faces and bank accounts are not kept.\n"
        "Who sees it: your counselor, your college, the career center and the people they appoint, each only "
        "for their own students. Identity and phone numbers are encrypted, and every look at them is "
        "recorded. Nothing is given to employers, and nothing goes abroad.\n"
        "How long: what you filed and its proof for %(years)s years after the year you graduate in; your "
        "account for %(months)s months after graduation; other periods are shorter.\n"
        "Under “My data” you see what is kept on you, take a copy, and ask to have it corrected, deleted or "
        "explained. What does need your consent, such as WeChat, is asked separately, and you can take it "
        "back at any time under “My consents”."
    ) % {
        "school": settings.SCHOOL_NAME,
        "years": settings.EVIDENCE_YEARS,
        "months": settings.ACCOUNT_KEEP_MONTHS,
    }


NOTICE = declare(
    Purpose(
        key="privacy_notice",
        title=gettext_lazy("How the school handles your personal data"),
        texts={"2026-11": _notice_of_november_2026},
    )
)
