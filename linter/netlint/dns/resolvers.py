"""What Go, glibc and musl make of a resolv.conf: the names they ask for, in order, and how long it takes to fail."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from netlint.dns.addresses import parse_address
from netlint.dns.resolv_conf import MAX_NAMESERVERS, DnsOption, ResolvConf
from netlint.durations import SECOND, Nanoseconds, seconds

Resolver = Literal["go", "glibc", "musl"]
RESOLVERS: Final[tuple[Resolver, ...]] = ("go", "glibc", "musl")

MUSL_MAX_LINE_LENGTH: Final = 254
"""Characters, line break aside, that musl reads of a line; it skips a longer one whole (musl src/network/resolvconf.c:11,31-40)."""
DEFAULT_TIMEOUT: Final = seconds(5)
"""Go src/net/dnsconfig_unix.go:20-24, glibc RES_TIMEOUT, musl src/network/resolvconf.c:16-18."""
RECORD_TYPES: Final = 2
"""Record types asked per name: A and AAAA, unless the program wants one family, a SRV or a TXT record."""

_MAX_NAME_LENGTH: Final = 253
_MAX_LABEL_LENGTH: Final = 63
_GO_MAX_NUMBER: Final = 0xFFFFFF
"""Go stops reading digits here (src/net/parse.go, dtoi)."""


class OptionCaps(NamedTuple):
    """Highest value of a numeric option that a resolver takes; a higher one counts as this. ``None``: no cap."""

    ndots: int
    timeout: int | None
    attempts: int | None


CAPS: Final[Mapping[Resolver, OptionCaps]] = MappingProxyType(
    {
        "go": OptionCaps(ndots=15, timeout=None, attempts=None),
        "glibc": OptionCaps(ndots=15, timeout=30, attempts=5),
        "musl": OptionCaps(ndots=15, timeout=60, attempts=10),
    }
)
"""Go src/net/dnsconfig_unix.go:76-100, glibc resolv/resolv.h:68-72, musl src/network/resolvconf.c:41-60. ``timeout`` is in seconds."""

NUMERIC_OPTIONS: Final = ("ndots", "timeout", "attempts")
"""Options that do nothing without a number."""

KNOWN_OPTIONS: Final[Mapping[Resolver, frozenset[str]]] = MappingProxyType(
    {
        # src/net/dnsconfig_unix.go:76-126; edns0 is accepted and changes nothing, since Go always sends EDNS0.
        "go": frozenset(
            (
                *NUMERIC_OPTIONS,
                *("rotate", "single-request", "single-request-reopen", "use-vc", "usevc", "tcp", "trust-ad", "edns0", "no-reload"),
            )
        ),
        # resolv.conf(5) and resolv/res_init.c, res_setoptions; debug, inet6 and no-check-names are accepted and change nothing today.
        "glibc": frozenset(
            (
                *NUMERIC_OPTIONS,
                *("rotate", "no-aaaa", "edns0", "single-request", "single-request-reopen", "no-tld-query", "use-vc", "no-reload"),
                *("trust-ad", "debug", "inet6", "no-check-names"),
            )
        ),
        # src/network/resolvconf.c:41-60
        "musl": frozenset(NUMERIC_OPTIONS),
    }
)


class ResolverSettings(NamedTuple):
    """What a resolver makes of a resolv.conf.

    ``timeout_ns`` is for one server and one attempt in Go and glibc, and for the whole lookup of one name in musl.
    ``search_ignored``: musl skipped the search line for its length.
    """

    ndots: int = 1
    timeout_ns: Nanoseconds = DEFAULT_TIMEOUT
    attempts: int = 2
    nameservers: tuple[str, ...] = ("127.0.0.1",)
    searches: tuple[str, ...] = ()
    single_request: bool = False
    search_ignored: bool = False

    @property
    def asks_anything(self) -> bool:
        """Whether a query is ever sent: with 0 attempts glibc fails at once and musl divides by zero; musl fails at once with 0 seconds."""
        return self.attempts > 0 and self.timeout_ns > 0


@lru_cache(maxsize=4096)
def resolver_settings(conf: ResolvConf, resolver: Resolver) -> ResolverSettings:
    """The settings that ``resolver`` reads from ``conf``: defaults filled in, caps applied, bad numbers taken as that resolver does.

    A bad number is not harmless: Go and glibc read ``ndots:five`` as 0, musl keeps its default. Without a usable nameserver all three
    ask the machine itself (Go as ``::1`` too, src/net/dnsconfig_unix.go). The domain of the host name, which Go and glibc search when the
    search list is empty, is left out: a pod's host name has none.
    """
    defaults = ResolverSettings()
    line = conf.options_line
    if resolver == "musl" and len(line) > MUSL_MAX_LINE_LENGTH:
        line = ""
    numbers = {name: _number(line, name, resolver) for name in NUMERIC_OPTIONS}
    ndots, timeout, attempts = (numbers[name] for name in NUMERIC_OPTIONS)
    search_ignored = resolver == "musl" and len(conf.search_line) > MUSL_MAX_LINE_LENGTH
    usable = tuple(address for address in conf.nameservers if parse_address(address) is not None)[:MAX_NAMESERVERS]
    return ResolverSettings(
        ndots=defaults.ndots if ndots is None else ndots,
        timeout_ns=defaults.timeout_ns if timeout is None else Nanoseconds(timeout * SECOND),
        attempts=defaults.attempts if attempts is None else attempts,
        nameservers=usable or (("127.0.0.1", "::1") if resolver == "go" else ("127.0.0.1",)),
        searches=() if search_ignored else conf.searches,
        single_request=resolver != "musl" and any(_is_flag(option, "single-request", resolver) for option in conf.options),
        search_ignored=search_ignored,
    )


def understood_by(option: DnsOption) -> frozenset[Resolver]:
    """The resolvers on which ``option`` has a meaning: a known name, with a number where one is needed, without a value elsewhere.

    glibc compares only the start of a flag, so it takes ``rotate:true`` for ``rotate`` (resolv/res_init.c, res_setoptions).
    """
    if option.name in NUMERIC_OPTIONS:
        return frozenset(RESOLVERS) if re.fullmatch(r"[0-9]+", option.value or "") else frozenset()
    return frozenset(
        resolver for resolver in RESOLVERS if option.name in KNOWN_OPTIONS[resolver] and (not option.value or resolver == "glibc")
    )


def _is_flag(option: DnsOption, name: str, resolver: Resolver) -> bool:
    """Whether ``option`` sets the flag ``name`` or a longer one of the family (``single-request-reopen``)."""
    return option.name in (name, f"{name}-reopen") and resolver in understood_by(option)


def _digits(text: str) -> int:
    """The number that ``text`` spells, as far as it matters: every cap is far below nine digits, and ``int`` refuses thousands."""
    sign = -1 if text.startswith("-") else 1
    return sign * int(text.lstrip("+-").lstrip("0")[:9] or 0)


def _number(line: str, name: str, resolver: Resolver) -> int | None:
    """The value of a numeric option, as ``resolver`` reads it from the options line; ``None`` when it keeps its default."""
    cap = getattr(CAPS[resolver], name)
    if resolver == "musl":
        # strstr() and isdigit(): the first place where the text occurs, if a digit follows it.
        place = line.find(f"{name}:")
        digits = re.compile("[0-9]+").match(line, place + len(name) + 1) if place >= 0 else None
        return min(_digits(digits[0]), cap) if digits else None
    number = None
    if resolver == "go":
        for word in line.split():
            if word.startswith(f"{name}:"):
                digits = re.match("[0-9]+", word[len(name) + 1 :])
                number = min(_digits(digits[0]), _GO_MAX_NUMBER) if digits else 0
        if number is None:
            return None
        return min(number, cap) if name == "ndots" else max(number, 1)
    # atoi(): blanks and a sign may come first, and what is no number is 0.
    for found in re.finditer(rf"(?<=[ \t]){name}:[ \t]*(?P<number>[+-]?[0-9]+)?", line):
        number = min(_digits(found["number"] or "0"), cap)
    if number is None:
        return None
    if name == "ndots":
        return number & 15  # kept in a field of four bits (resolv/bits/types/res_state.h)
    # A time-out under a second is rounded up when it is used (resolv/res_send.c:945-949).
    return max(number, 1 if name == "timeout" else 0)


class Answer(StrEnum):
    """What the servers say to one name, for all record types together."""

    FOUND = "found"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    TIMEOUT = "timeout"


class Lookup(NamedTuple):
    """How a lookup went: the rooted names asked, in order, what the program is told, and the time spent waiting for answers.

    ``answer`` is that of the last name only when it was found; otherwise the one that the resolver chooses to report.
    """

    asked: tuple[str, ...]
    answer: Answer
    waited: Nanoseconds

    @property
    def resolves(self) -> bool:
        """Whether the program gets an address."""
        return self.answer is Answer.FOUND


def candidates(name: str, settings: ResolverSettings, resolver: Resolver) -> tuple[str, ...]:
    """The rooted names that stand for ``name``, in the order in which they are tried until one is found.

    Empty for what names no host: an IP address, an empty name, the root, a label that is empty or longer than 63 characters.
    Go src/net/dnsclient_unix.go:527-563, glibc resolv/res_query.c:384-517, musl src/network/lookup_name.c:190-232.
    """
    bare = name.removesuffix(".")
    labels = bare.split(".")
    if parse_address(name) is not None or len(bare) > _MAX_NAME_LENGTH or not all(0 < len(label) <= _MAX_LABEL_LENGTH for label in labels):
        return ()
    as_is = f"{bare}."
    if name != bare:
        names = [as_is]
    else:
        searched = list(_searched(bare, settings.searches, resolver))
        if bare.count(".") < settings.ndots:
            # glibc does not ask twice for the name that a search domain "." already stands for.
            names = searched if resolver == "glibc" and as_is in searched else [*searched, as_is]
        else:
            names = [as_is] if resolver == "musl" else [as_is, *searched]
    if resolver == "go":
        # RFC 7686; Go never asks for an onion name (src/net/dnsclient_unix.go, avoidDNS).
        names = [candidate for candidate in names if not candidate.lower().endswith(".onion.")]
    return tuple(names)


def _searched(bare: str, searches: Sequence[str], resolver: Resolver) -> Iterator[str]:
    for domain in searches:
        suffix = domain.removesuffix(".")
        # Of the root as a search domain Go makes nothing, and musl since 1.2.4 no query; before, musl sent one that no server can read.
        if not suffix and resolver != "glibc":
            continue
        candidate = f"{bare}.{suffix}." if suffix else f"{bare}."
        if len(candidate) <= _MAX_NAME_LENGTH + 1:
            yield candidate
        elif resolver == "glibc":
            # A name that fits no packet is a failure that ends the search (NO_RECOVERY, resolv/res_query.c:477-494).
            return


def walk(name: str, settings: ResolverSettings, resolver: Resolver, answers: Callable[[str], Answer]) -> Lookup:
    """The lookup of ``name`` when the servers say ``answers(candidate)``: which failures end the walk differs.

    Go goes through all names. glibc leaves its search list on a time-out or a refusal, and then still tries the name as it stands. musl
    goes on only after NXDOMAIN. An IP address is found without a question; what names no host is NXDOMAIN.
    """
    if parse_address(name) is not None:
        return Lookup((), Answer.FOUND, Nanoseconds(0))
    names = candidates(name, settings, resolver)
    as_is = f"{name.removesuffix('.')}."
    asked: list[tuple[str, Answer]] = []
    waited = 0
    if names and not settings.asks_anything:
        return Lookup((), Answer.SERVFAIL, Nanoseconds(0))
    search_is_over = False
    for candidate in names:
        if search_is_over and candidate != as_is:
            continue
        answer = answers(candidate)
        asked.append((candidate, answer))
        waited += _wait(answer, settings, resolver)
        if answer is Answer.FOUND:
            return Lookup(tuple(one for one, _ in asked), answer, Nanoseconds(waited))
        if resolver == "musl" and answer is not Answer.NXDOMAIN:
            break
        if resolver == "glibc" and candidate != as_is and answer in (Answer.TIMEOUT, Answer.REFUSED):
            search_is_over = True
    return Lookup(tuple(one for one, _ in asked), _reported(asked, as_is, resolver), Nanoseconds(waited))


def _reported(asked: Sequence[tuple[str, Answer]], as_is: str, resolver: Resolver) -> Answer:
    """The failure that the program sees out of those of the names asked."""
    if not asked:
        return Answer.NXDOMAIN
    answers = [answer for _, answer in asked]
    if resolver == "musl":
        return answers[-1]
    if resolver == "go":
        return next((answer for candidate, answer in asked if candidate == as_is), answers[0])
    if asked[0][0] == as_is:
        return answers[0]
    return next((answer for answer in (Answer.NODATA, Answer.SERVFAIL) if answer in answers[:-1]), answers[-1])


def _wait(answer: Answer, settings: ResolverSettings, resolver: Resolver) -> int:
    """Nanoseconds that one name with this answer costs; the way to a server that answers counts as nothing."""
    if resolver == "musl":
        # SERVFAIL and REFUSED are not taken for an answer, so the time runs out (src/network/res_msend.c:226-240).
        return settings.timeout_ns if answer in (Answer.SERVFAIL, Answer.REFUSED, Answer.TIMEOUT) else 0
    if answer is not Answer.TIMEOUT:
        return 0
    count = len(settings.nameservers)
    if resolver == "go":
        # A and AAAA wait side by side unless single-request puts them in a row (src/net/dnsclient_unix.go:684-704).
        return settings.timeout_ns * settings.attempts * count * (RECORD_TYPES if settings.single_request else 1)
    whole_seconds = settings.timeout_ns // SECOND
    shares = [whole_seconds, *(max((whole_seconds << index) // count, 1) for index in range(1, count))]
    return settings.attempts * sum(shares) * SECOND


def packets(names: Sequence[str], record_types: int = RECORD_TYPES) -> int:
    """Queries sent for ``names`` (``candidates``, or ``Lookup.asked``) when each is answered at the first try."""
    return len(names) * record_types


def worst_case(name: str, settings: ResolverSettings, resolver: Resolver) -> Nanoseconds:
    """Time until the lookup of ``name`` fails when no server answers anything."""
    return walk(name, settings, resolver, lambda _: Answer.TIMEOUT).waited


def one_lost_packet(settings: ResolverSettings, resolver: Resolver) -> Nanoseconds:
    """Time that one lost datagram adds to a lookup: the wait before the same question is sent again."""
    if resolver != "musl":
        return settings.timeout_ns
    # musl counts in whole milliseconds (src/network/res_msend.c:104-105).
    millisecond = SECOND // 1000
    return Nanoseconds(settings.timeout_ns // millisecond // max(settings.attempts, 1) * millisecond)
