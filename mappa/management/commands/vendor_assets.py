"""Copy what we use of GOV.UK Frontend and MOJ Frontend from node_modules to build/vendor.

The published files point at /assets/…, carry a font licensed for gov.uk only and the Royal Arms. The copies point
beside themselves (so that hashed names work), use Helvetica or Arial, and bear no arms (ui.md 1.2 and 1.4).
"""

import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FILES = {
    "govuk-frontend/dist/govuk/govuk-frontend.min.css": "govuk/govuk-frontend.min.css",
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk/govuk-frontend.min.js",
    "@ministryofjustice/frontend/moj/moj-frontend.min.css": "moj/moj-frontend.min.css",
    "@ministryofjustice/frontend/moj/moj-frontend.min.js": "moj/moj-frontend.min.js",
}
ICONS = "@ministryofjustice/frontend/moj/assets/images"
FONTS = '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif'
UNWANTED = ("GDS Transport", "/assets/", "sourceMappingURL", "govuk-crest")


def cleaned_css(text: str) -> str:
    """A published style sheet without its font, arms and absolute addresses."""
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = re.sub(r'"?GDS Transport"?,\s*arial,\s*sans-serif', FONTS, text)
    text = re.sub(r"url\(/assets/images/govuk-crest\.svg\)", "none", text)
    return text.replace("url(/assets/", "url(./")


def without_source_map(text: str) -> str:
    """The file without the address of a map that is not copied."""
    return re.sub(r"/[*/]# sourceMappingURL=\S+( \*/)?\s*$", "", text)


class Command(BaseCommand):
    """Make build/vendor anew from node_modules."""

    help = "Copy the GOV.UK and MOJ front-end files from node_modules to build/vendor."

    def handle(self, **_options: Any) -> None:
        source, target = settings.BASE_DIR / "node_modules", settings.BASE_DIR / "build" / "vendor"
        if not (source / "govuk-frontend").is_dir():
            raise CommandError("node_modules is missing: run npm ci --ignore-scripts first.")
        shutil.rmtree(target, ignore_errors=True)
        for name, copy in FILES.items():
            text = without_source_map((source / name).read_text(encoding="utf-8"))
            (target / copy).parent.mkdir(parents=True, exist_ok=True)
            (target / copy).write_text(cleaned_css(text) if copy.endswith(".css") else text, encoding="utf-8")
        (target / "moj" / "images").mkdir()
        for icon in (source / ICONS).glob("icon-*.svg"):
            shutil.copy(icon, target / "moj" / "images")
        self._refuse_leftovers(target)
        files = [path for path in target.rglob("*") if path.is_file()]
        self.stdout.write(f"{len(files)} files, {sum(f.stat().st_size for f in files) // 1024} KiB in {target}")

    def _refuse_leftovers(self, target: Path) -> None:
        for sheet in target.rglob("*.css"):
            left = [word for word in UNWANTED if word in sheet.read_text(encoding="utf-8")]
            if left:
                raise CommandError(f"{sheet.name} still holds {', '.join(left)}: its publisher changed its form.")
