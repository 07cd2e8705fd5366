import logging

import requests
from django.conf import settings

from stock.models import Supplier

logger = logging.getLogger(__name__)


def delivers(supplier: Supplier) -> bool:
    """Whether the supplier's own status page answers."""
    try:
        response = requests.get(supplier.status_url, timeout=settings.OUTBOUND_TIMEOUT)
        response.raise_for_status()
    except requests.RequestException:
        logger.warning("supplier %s does not answer", supplier.pk, exc_info=True)
        return False
    return True
