"""How often one sender may do something that needs no account. No address is kept: only a keyed hash that is worthless after a day."""

from ipaddress import IPv6Address, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac


def over_limit(request: HttpRequest, *, action: str, most: int, seconds: int) -> bool:
    """Count this try; is it more than ``most`` within the window of so many seconds? Tries beyond the limit are not added."""
    now = timezone.now()
    window = int(now.timestamp()) // seconds
    sender = salted_hmac(f"portal.throttle.{now:%Y-%m-%d}", _sender(request)).hexdigest()[:24]
    key = f"throttle:{action}:{window}:{sender}"
    cache.add(key, 0, timeout=2 * seconds)
    return cache.incr(key) > most


def _sender(request: HttpRequest) -> str:
    """The address, seen through the stated number of proxies; of an IPv6 address the network, since a home has all of it."""
    text = str(get_adapter(request).get_client_ip(request))
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return address.exploded[:19] if isinstance(address, IPv6Address) else text
