"""Pictures that people send: drawn anew before anyone sees them, so that they carry nothing but what is seen."""

from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.cases import uploads

LONGEST_SIDE = 1600
"""Pixels."""
UNREADABLE = (OSError, SyntaxError, ValueError)
"""What Pillow raises where the rest of a file is not what its beginning says."""


class PictureField(forms.FileField):
    """A picture that can be drawn. A file of another kind, or one that is broken or too large, is refused with a sentence."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return file
        if not uploads.inspect(file, file.name or "").content_type.startswith("image/"):
            raise ValidationError(_("This is not a picture."))
        try:
            Image.open(file).load()
        except UNREADABLE:
            raise ValidationError(uploads.MESSAGES["broken"]) from None
        file.seek(0)
        return file


def redrawn(image: Any) -> tuple[ContentFile[bytes], tuple[int, int]]:
    """As JPEG, with its width and height: turned upright, no larger than it is shown, and without what the camera wrote in it, such as
    a place."""
    with Image.open(image) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = BytesIO()
    upright.save(kept, "JPEG", quality=85, optimize=True)
    return ContentFile(kept.getvalue()), upright.size


def picture_response(file: Any) -> FileResponse:
    """The picture that ``redrawn`` made: drawn by us, so it can be shown and not only saved."""
    response = FileResponse(file.open("rb"), content_type="image/jpeg")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response
