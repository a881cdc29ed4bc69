"""Files that people send: told apart by content, read in a child process, refused in words that help."""

from ivr.gateways.ports import DocumentKind, ExtractedText, TextExtractor, UnreadableDocument
from ivr.services.drafts import Upload
from ivr.services.errors import FieldProblem, Invalid

_MEDIA_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.TEXT: "text/plain; charset=utf-8",
}


def media_type(kind: DocumentKind) -> str:
    """The content type under which a file of this kind is kept and handed out."""
    return _MEDIA_TYPES[kind]


def sniff_upload(extractor: TextExtractor, upload: Upload, field: str) -> DocumentKind:
    """The kind of the file, by its content. Raises Invalid with the reader's code and a problem at ``field``."""
    try:
        return extractor.sniff(upload.data, upload.filename)
    except UnreadableDocument as error:
        raise refusal(error, field) from None


def read_upload(extractor: TextExtractor, upload: Upload, field: str) -> ExtractedText:
    """The file's visible text; takes up to ten seconds, so no transaction may be open. Raises Invalid."""
    kind = sniff_upload(extractor, upload, field)
    try:
        return extractor.extract(upload.data, kind)
    except UnreadableDocument as error:
        raise refusal(error, field) from None


def refusal(error: UnreadableDocument, field: str) -> Invalid:
    """The reader's refusal for whoever sent the file."""
    return Invalid(error.code, error.sentence, error.hint, problems=[FieldProblem(field, error.code, error.sentence)])
