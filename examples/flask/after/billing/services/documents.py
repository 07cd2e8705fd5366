from pathlib import Path

from billing.errors import NotFound
from billing.models import Invoice


def invoice_pdf(folder: Path, invoice: Invoice) -> Path:
    """The invoice's PDF, under a name of our own."""
    path = folder / f"invoice-{invoice.id}.pdf"
    if not path.is_file():
        raise NotFound("There is no PDF of this invoice")
    return path
