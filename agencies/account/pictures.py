"""A QR code as the path of an SVG, so that no style stands in the page."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# Boxes of white around, as readers of QR codes ask for.
QUIET = 4


def qr_path(text: str) -> dict[str, str]:
    """The shape of the dark boxes, and the view box that holds it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    shape = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"shape": shape, "box": f"0 0 {len(rows)} {len(rows)}"}
