"""Bring a file of products into the shop: all of it or nothing, and the same file twice changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from shop.imports import checks, encodings, sniffing
from shop.imports.items import Item
from shop.imports.job import Job
from shop.imports.pictures import Pictures, folder_beside
from shop.imports.report import CannotImport, Report
from shop.imports.writer import Writer
from shop.search import index

LARGEST_FILE = 300 * 1024 * 1024
MUCH = 2000  # products
_LOCK = 7_305_001  # any number, as long as nothing else takes it


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line or in the admin."""

    file: Path
    pictures: Path | None = None
    is_dry: bool = False
    language: str = ""
    currency: str = ""
    encoding: str = ""
    leaves_out_bad: bool = False


def bring_in(request: Request) -> Report:
    """Import the file and report. With errors in it nothing is written, unless `leaves_out_bad`.

    Raises CannotImport for a file that cannot be read at all.
    """
    report = Report()
    job = Job(_language(request.language), _currency(request.currency), request.is_dry, report)
    text = encodings.text_of(_bytes_of(request.file), request.encoding)
    items = checks.sound(sniffing.items_of(text, report), report)
    folder = request.pictures or folder_beside(request.file)
    pictures = Pictures(folder, job)
    try:
        _write(items, job, pictures, request)
    except BaseException:
        pictures.forget_files()
        raise
    if not report.is_applied:
        pictures.forget_files()
    _tell_of_pictures(items, pictures, report)
    return report


def _write(items: list[Item], job: Job, pictures: Pictures, request: Request) -> None:
    report = job.report
    with transaction.atomic():
        _queue()
        Writer(report.format.split()[0].casefold(), job, pictures).write(items)
        report.is_applied = not request.is_dry and (request.leaves_out_bad or not report.errors)
        if not report.is_applied:
            transaction.set_rollback(True)
        elif report.changed_ids:
            transaction.on_commit(lambda: _show_in_search(report.changed_ids), robust=True)


def _queue() -> None:
    """Wait until no other import runs; the place is given up when the transaction ends, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _show_in_search(product_ids: set[int]) -> None:
    """The triggers have noted what changed; of very much the whole index is quicker made anew."""
    if len(product_ids) > MUCH:
        index.rebuild()
    else:
        index.catch_up()


def _bytes_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise CannotImport("The file is larger than 300 MB. Split it.")
        return file.read_bytes()
    except OSError as error:
        raise CannotImport(f"{file} cannot be read: {error.strerror}.") from None


def _language(code: str) -> str:
    known = [name for name, _label in settings.LANGUAGES]
    if code and code not in known:
        raise CannotImport(f"The shop does not speak “{code}”. Its languages are {', '.join(known)}.")
    return code or settings.MODELTRANSLATION_DEFAULT_LANGUAGE


def _currency(code: str) -> str:
    code = (code or settings.OSCAR_DEFAULT_CURRENCY).upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise CannotImport(f"“{code}” is no currency code. Write three letters, such as EUR.")
    return code


def _tell_of_pictures(items: list[Item], pictures: Pictures, report: Report) -> None:
    named = sum(len(item.pictures) for item in items)
    if pictures.folder is None and named:
        report.note("", f"the file names {named} pictures. Put them into a folder beside it and name it with --pictures.")
    missing = list(dict.fromkeys(pictures.missing))
    if missing:
        shown = ", ".join(missing[:10]) + (", …" if len(missing) > 10 else "")
        report.note("", f"{len(missing)} pictures are not in {pictures.folder}: {shown}")
