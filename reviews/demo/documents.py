"""Invented documents and photographs on the cases that somebody will open first."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw

from agencies.models import User
from mappa.files.watermark import plain
from offenders import store
from offenders.models import Document, Photograph
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PLAYED = 4
DOCUMENTS = (
    ("OASys, full assessment", "oasys", "everyone", "probation", 30),
    ("Pre-sentence report", "pre-sentence", "everyone", "probation", 90),
    ("Intelligence summary", "other", "authority", "police", 12),
)
TONES = ("#5694ca", "#85994b", "#b58840", "#912b88")


class Files:
    """Writes a few files and their rows. Every file says that it is invented."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.documents = self.photographs = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        for number, case in enumerate([*(case for case in cases if case.level > 1), *played[:PLAYED]]):
            for title, kind, audience, role, days in DOCUMENTS:
                officer = case.officer if role == "probation" and case.officer else place.people[role]
                added_on = max(case.registered_on, self.on - timedelta(days=days))
                self._document(case, title, kind, audience, officer, added_on)
            if number % 2 == 0:
                self._photograph(case, case.officer or place.people["probation"], TONES[number % len(TONES)])

    def _document(self, case: Case, title: str, kind: str, audience: str, by: User, added_on: date) -> None:
        kept = store.keep(BytesIO(a_page(title)))
        self.load.add(
            Document,
            reference=people.reference("DO", self.documents),
            offender=case.id,
            title=title,
            kind=kind,
            dated_on=added_on,
            marking="official-sensitive",
            audience=audience,
            file_name=f"{kind}.pdf",
            file_kind="pdf",
            scan="not-scanned",
            at=at(added_on, 11, self.documents % 60),
            by=by.pk,
            **kept._asdict(),
        )
        self.documents += 1

    def _photograph(self, case: Case, by: User, tone: str) -> None:
        kept = store.keep(BytesIO(_figure(tone)))
        taken_on = max(case.registered_on, self.on - timedelta(days=60))
        self.load.add(
            Photograph,
            reference=people.reference("PH", self.photographs),
            offender=case.id,
            kind="face",
            taken_on=taken_on,
            notes="A drawing, not a person.",
            file_kind="jpg",
            scan="not-scanned",
            at=at(taken_on, 10, self.photographs % 60),
            by=by.pk,
            **kept._asdict(),
        )
        self.photographs += 1


def a_page(title: str) -> bytes:
    """A page with a title and that it is invented."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    words = f"BT /F 20 Tf 72 740 Td ({plain(title)}) Tj 0 -40 Td /F 12 Tf (Invented for the demo. No person is described here.) Tj ET"
    made.pages[0].Contents = made.make_stream(words.encode("cp1252"))
    out = BytesIO()
    made.save(out, static_id=True)
    return out.getvalue()


def _figure(tone: str) -> bytes:
    """The outline of a head and shoulders."""
    picture = Image.new("RGB", (480, 600), "#f3f2f1")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((150, 110, 330, 330), fill=tone)
    draw.ellipse((60, 370, 420, 900), fill=tone)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
