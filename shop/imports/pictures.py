"""Pictures from a folder. Nothing is ever fetched from the addresses that stand in a file."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile
from PIL import Image

from shop.forks.catalogue import pictures as renditions
from shop.forks.catalogue.models import ProductImage
from shop.imports import texts
from shop.imports.items import Picture
from shop.imports.job import Job
from shop.imports.report import CannotImport

ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
LARGEST_FILE = 20 * 1024 * 1024
_SIZE_SUFFIX = re.compile(r"_(\d+x\d*|x\d+|pico|icon|thumb|small|compact|medium|large|grande|master)$")


@dataclass(frozen=True)
class _Found:
    path: Path
    digest: str
    ending: str


def folder_beside(file: Path) -> Path | None:
    """The folder `pictures` or `images` next to the file, if there is one."""
    return next((path for name in ("pictures", "images") if (path := file.parent / name).is_dir()), None)


class Pictures:
    """The pictures of a folder by file name, and the product pictures made of them."""

    def __init__(self, folder: Path | None, job: Job) -> None:
        self.job = job
        self.folder = folder
        self.files: dict[str, Path] = {}
        self.missing: list[str] = []
        self.written: list[ProductImage] = []
        self._judged: dict[Path, _Found | None] = {}
        if folder is not None:
            self._list(folder)

    def _list(self, folder: Path) -> None:
        if not folder.is_dir():
            raise CannotImport(f"There is no folder {folder}.")
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                self.files.setdefault(path.name.casefold(), path)
                self.files.setdefault(path.stem.casefold(), path)

    def find(self, picture: Picture) -> _Found | None:
        """The file of that name, whatever folder or server the source names; noted as missing if there is none."""
        name = unquote(urlsplit(picture.source).path or picture.source).replace("\\", "/").rsplit("/", 1)[-1].casefold()
        stem = name.rsplit(".", 1)[0]
        path = next(
            (self.files[key] for key in (name, stem, _SIZE_SUFFIX.sub("", stem)) if key in self.files),
            None,
        )
        if path is None:
            self.missing.append(name or picture.source)
            return None
        if path not in self._judged:
            self._judged[path] = self._judge(path)
        return self._judged[path]

    def _judge(self, path: Path) -> _Found | None:
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise ValueError("is larger than 20 MB")
            with Image.open(path) as image:
                ending = ENDINGS.get(image.format or "")
                if ending is None:
                    raise ValueError("is not a JPEG, PNG, WebP, AVIF or GIF")
                if image.width * image.height > renditions.LARGEST:
                    raise ValueError("has more than 40 million pixels")
                image.load()
        except renditions.UNREADABLE as error:
            reason = str(error) if isinstance(error, ValueError) else "is damaged or no picture"
            self.job.report.note("", f"the picture {path.name} {reason}; it is left out.")
            return None
        return _Found(path, hashlib.sha256(path.read_bytes()).hexdigest()[:16], ending)

    def write(self, wanted: dict[int, tuple[str, list[Picture]]]) -> set[int]:
        """Give each product (id → its code, its pictures) the pictures that are there; return the ids that changed.

        A picture is known by what is in it, so that the same file is taken once. Pictures added by hand stay.
        """
        if self.folder is None:
            return set()
        present: dict[int, dict[str, ProductImage]] = {}
        for image in ProductImage.objects.filter(product__in=wanted):
            present.setdefault(image.product_id, {})[image.code or f"#{image.pk}"] = image
        return {pk for pk, (code, pictures) in wanted.items() if self._give(pk, code, pictures, present.get(pk, {}))}

    def _give(self, pk: int, code: str, pictures: list[Picture], present: dict[str, ProductImage]) -> bool:
        files = [(picture, self.find(picture)) for picture in pictures]
        found = {f"{code}:{file.digest}": (picture, file) for picture, file in files if file}
        new = [key for key in found if key not in present]
        for key in new:
            picture, file = found[key]
            self.job.report.change("new pictures", f"new picture: {file.path.name}")
            if not self.job.is_dry:
                self._save(pk, key, picture, file, len(present) + list(found).index(key))
        gone = [key for key in present if key.startswith(f"{code}:") and key not in found]
        if gone and found and all(file for _picture, file in files):
            self.job.report.counts["pictures removed"] += len(gone)
            ProductImage.objects.filter(pk__in=[present[key].pk for key in gone]).delete()
        return bool(new)

    def _save(self, pk: int, key: str, picture: Picture, file: _Found, order: int) -> None:
        image = ProductImage(product_id=pk, code=key, caption=picture.alt[:200], display_order=order)
        name = f"{texts.slug(file.path.stem, 60)}-{file.digest}.{file.ending}"
        image.original.save(name, ContentFile(file.path.read_bytes()), save=False)
        self.written.append(image)
        image.save()

    def forget_files(self) -> None:
        """Remove the files of an import that was rolled back."""
        for image in self.written:
            renditions.forget(image.renditions)
            image.original.storage.delete(str(image.original.name))
