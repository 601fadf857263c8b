"""What the demo of every room shares: sign-ins, papers to hand in, a clock on which days pass."""

import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

PASSWORD = "qicheng-2027"  # noqa: S105 - printed for everybody to try


@dataclass(frozen=True)
class SignIn:
    """Somebody to sign in as."""

    username: str
    name: str
    role: str
    unit: str


#: What rooms that the demo does not know add to it: each makes its part and gives its sign-ins.
more_parts: list[Callable[[], Iterator[SignIn]]] = []


class Clock:
    """Lets a day pass between two steps of a case, in office hours, so that the inbox shows old and new."""

    def __init__(self, days: int) -> None:
        self.day = timezone.localtime().replace(hour=9, minute=14, second=0) - datetime.timedelta(days=days)

    @property
    def moment(self) -> datetime.datetime:
        """The present moment of the story; never in the future."""
        return min(self.day, timezone.now())

    def tick(self) -> datetime.datetime:
        """The present moment, after which a day passes."""
        moment = self.moment
        self.day += datetime.timedelta(days=1, minutes=47)
        return moment


def paper(seed: int, page: int, name: str) -> SimpleUploadedFile:
    """A drawn sheet with lines and a red seal, different for every *seed* and *page*."""
    image = Image.new("RGB", (900, 1270), (252, 251, 247))
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 60, 840, 1210), outline=(180, 178, 170), width=2)
    draw.rectangle((250, 120, 650, 150), fill=(60, 60, 60))
    for line in range(22):
        length = 500 + (seed * 37 + line * 91 + page * 53) % 220
        draw.rectangle((110, 220 + line * 36, 110 + length, 230 + line * 36), fill=(150, 148, 142))
    draw.ellipse((560, 960, 760, 1160), outline=(196, 30, 30), width=9)
    draw.regular_polygon((660, 1060, 48), 5, rotation=0, fill=(196, 30, 30))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=85)
    return SimpleUploadedFile(f"{name}.jpg", content.getvalue(), "image/jpeg")
