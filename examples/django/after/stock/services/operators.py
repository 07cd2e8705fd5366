from django.contrib.auth.hashers import check_password, make_password

from stock.models import Operator


def create_operator(badge: str, name: str, pin: str) -> Operator:
    return Operator.objects.create(badge=badge, name=name, pin=make_password(pin))


def authenticate(badge: str, pin: str) -> Operator | None:
    """The operator with that badge and PIN. An unknown badge takes as long as a wrong PIN."""
    operator = Operator.objects.filter(badge=badge).first()
    if operator is None:
        make_password(pin)
        return None
    return operator if check_password(pin, operator.pin) else None
