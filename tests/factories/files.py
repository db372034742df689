"""Documents and photographs, each with a small file in the storage of the test."""

from io import BytesIO

import factory
import pikepdf
from PIL import Image

from offenders import store
from offenders.models import Document, DocumentAgency, Photograph
from tests.factories.world import AgencyFactory, CaseFactory, UserFactory, in_days


def a_pdf(pages: int = 1) -> bytes:
    made = pikepdf.new()
    for _each in range(pages):
        made.add_blank_page()
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), **how) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "steelblue").save(out, kind, **how)
    return out.getvalue()


class StoredFactory(CaseFactory):
    class Meta:
        abstract = True

    by = factory.SubFactory(UserFactory)
    scan = "not-scanned"
    content = b""

    @classmethod
    def _create(cls, model_class, *args, content, **values):
        kept = store.keep(BytesIO(content))
        return super()._create(
            model_class, *args, **{"stored_as": kept.stored_as, "size": kept.size, "sha256": kept.sha256} | values
        )


class DocumentFactory(StoredFactory):
    class Meta:
        model = Document

    content = factory.LazyFunction(a_pdf)
    title = "OASys, full assessment"
    kind = Document.Kind.OASYS
    dated_on = factory.LazyFunction(lambda: in_days(-10))
    audience = Document.Audience.EVERYONE
    file_kind = "pdf"
    file_name = "oasys.pdf"


class DocumentAgencyFactory(CaseFactory):
    class Meta:
        model = DocumentAgency

    document = factory.SubFactory(DocumentFactory, offender=factory.SelfAttribute("..offender"))
    agency = factory.SubFactory(AgencyFactory)


class PhotographFactory(StoredFactory):
    class Meta:
        model = Photograph

    content = factory.LazyFunction(a_picture)
    kind = Photograph.Kind.FACE
    taken_on = factory.LazyFunction(lambda: in_days(-30))
    file_kind = "jpg"
