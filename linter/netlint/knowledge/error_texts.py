"""What error texts mean: what each of them proves, which layers can produce it, and which cannot.

Two tables. A meaning is what has happened on the way of a request; many programs have a text of their own for the same. A text belongs to
one meaning and is known by its pattern; the first pattern that is found in a line counts, so that texts which say more stand before those
which say less.

Sources are named by project and file: Go src/, nginx src/, grpc-go, kubernetes pkg/, envoy source/; an issue is one in which the text was
reported. Patterns take linear time: what may be long is bounded, or follows an atomic group, which is found once only.
"""

import re
from typing import Final, Literal, NamedTuple

Check = Literal[
    "resolve",
    "resolv-conf",
    "dns-pods",
    "service",
    "endpoints",
    "pods",
    "policies",
    "connect",
    "listening",
    "events",
    "tls",
    "route",
    "logs",
]
"""What to look at in the cluster, where the repository cannot decide (``model/next_steps.py`` puts the names in)."""


class Cause(NamedTuple):
    """How a layer can produce a text. ``symptoms``: those of the rules of that layer whose findings can be it; none where no rule tells."""

    layer: int
    symptoms: tuple[str, ...]
    how: str


class Meaning(NamedTuple):
    """What has happened. ``causes``: likeliest first; a layer that is not among them cannot produce the text, as ``rules_out`` says.

    ``is_of_server``: the text is about the pod that should answer, not told by its client.
    """

    kind: str
    says: str
    causes: tuple[Cause, ...]
    rules_out: str
    checks: tuple[Check, ...]
    is_of_server: bool = False

    @property
    def layers(self) -> frozenset[int]:
        """The layers that can produce it."""
        return frozenset(cause.layer for cause in self.causes)


class ErrorText(NamedTuple):
    """A text that a program prints. ``example`` is one of its forms, ``source`` where it is made."""

    name: str
    meaning: Meaning
    pattern: re.Pattern[str]
    program: str
    example: str
    source: str


_SLOW: Final = ("timeout", "hang", "slow")
_WAITS: Final = ("timeout", "hang")

_SERVER_IS_SLOW: Final = Cause(11, _WAITS, "the server takes longer than the limit, or waits itself for a call that nothing bounds")
_DEAD_CONNECTION: Final = Cause(2, _SLOW, "a kept connection is dead, or none is free: nothing is dialled, and the request waits in it")
_DROPPED: Final = Cause(9, ("timeout",), "a policy drops the packets, or a traffic policy keeps them on a node without a pod")

DNS_SILENT: Final = Meaning(
    "time-out of the DNS server",
    "The server was asked as often and as long as resolv.conf says, and no answer came back",
    (
        Cause(
            6, ("timeout",), "an egress policy lets no query through, or the DNS pods are down, restarting without lameduck or overloaded"
        ),
        Cause(5, _SLOW, "resolv.conf names a server that does not answer, or a search list that makes many queries of one"),
        Cause(4, _SLOW, "a name that is asked for as it stands leaves the cluster and waits for a server outside"),
        Cause(9, (), "the network loses DNS packets: a node's firewall, the overlay's MTU, the race of A and AAAA in conntrack"),
    ),
    "no address was known yet, so no Service, pod or server has seen the request; a deadline of the caller would be reported "
    "without a server",
    ("resolve", "policies", "dns-pods", "resolv-conf"),
)
DNS_DEADLINE: Final = Meaning(
    "time-out in the DNS look-up",
    "The caller's own limit ended while the name was being looked up: the dialer's or the context's, not the resolver's",
    (
        Cause(
            4, ("timeout", "slow"), "the limit is not above the 5s after which the resolver asks again, so that one lost packet is enough"
        ),
        Cause(3, ("timeout",), "the dialer's limit includes the look-up and is too short for it"),
        Cause(5, ("slow",), "the search list makes many queries of one, each of which may wait"),
        Cause(6, ("timeout",), "DNS does not answer, and the caller gave up before the resolver did"),
        Cause(1, ("timeout",), "the deadline of the whole call ended in the look-up"),
        Cause(9, (), "the network loses DNS packets"),
    ),
    "no address was known yet, so no Service, pod or server has seen the request",
    ("resolve", "policies", "dns-pods", "resolv-conf"),
)
DNS_OVER_TCP: Final = Meaning(
    "time-out of DNS over TCP",
    "An answer was too long for UDP, and the server did not answer over TCP",
    (Cause(6, ("timeout",), "a policy lets UDP 53 through and not TCP 53"), Cause(5, _SLOW, "the options of resolv.conf ask for TCP")),
    "the answer over UDP came, so the server is there and the name exists; no address was known yet",
    ("policies", "resolve", "dns-pods"),
)
DNS_REFUSED: Final = Meaning(
    "DNS refused",
    "Nothing listens where resolv.conf says that DNS is",
    (
        Cause(6, ("refused",), "the cluster's DNS has no ready pod, or its Service another address"),
        Cause(5, ("nxdomain", "refused"), "resolv.conf names an address of the node, such as 127.0.0.53, which in the pod is its own"),
    ),
    "no name was resolved, so no Service, pod or server of the call has seen the request; what a policy drops is a time-out",
    ("resolv-conf", "dns-pods"),
)
DNS_FAILED: Final = Meaning(
    "failure of the DNS server",
    "A DNS server answered that it cannot: SERVFAIL, REFUSED or nothing usable",
    (
        Cause(6, ("timeout", "nxdomain", "slow"), "the cluster's DNS cannot reach the server that it forwards to, or refuses at its limit"),
        Cause(5, ("nxdomain", "slow"), "resolv.conf names a server that does not serve this name"),
        Cause(4, ("nxdomain", "slow"), "the name leaves the cluster because it is not the Service's full name"),
    ),
    "a server answered, so no policy drops DNS; no address was known yet",
    ("resolve", "dns-pods", "resolv-conf"),
)
DNS_TEMPORARY: Final = Meaning(
    "temporary failure of DNS",
    "The resolver of the C library gave up: no server answered, or one answered that it cannot. The text does not tell which",
    (
        Cause(6, ("timeout",), "an egress policy lets no query through, or the DNS pods are down, restarting or overloaded"),
        Cause(
            5,
            ("timeout", "slow", "nxdomain"),
            "resolv.conf names a server that does not answer, or an empty one; musl gives up at the first SERVFAIL",
        ),
        Cause(4, _SLOW, "a name that is asked for as it stands leaves the cluster"),
        Cause(9, (), "the network loses DNS packets"),
    ),
    "no address was known yet, so no Service, pod or server has seen the request; an unknown name has another text",
    ("resolve", "policies", "dns-pods", "resolv-conf"),
)
NAME_UNKNOWN: Final = Meaning(
    "unknown name",
    "DNS answered, at once, that the name does not exist",
    (
        Cause(4, ("nxdomain",), "the name is not that of a Service: misspelt, or short and in another namespace"),
        Cause(5, ("nxdomain",), "the pod asks other servers than the cluster's, or its search list does not complete the name"),
        Cause(
            7,
            ("nxdomain",),
            "there is no record: a headless Service without a port of that name, a StatefulSet without its Service, an alias of nothing",
        ),
        Cause(8, ("nxdomain",), "a headless Service has no ready pod, and then has no address"),
        Cause(6, ("nxdomain",), "the cluster's DNS is told to leave the namespace out"),
    ),
    "DNS answered, so no policy drops the queries; no connection was tried",
    ("resolve", "service", "resolv-conf", "endpoints"),
)
ADDRESS_MALFORMED: Final = Meaning(
    "address that is none",
    "The program was given an address or port that it cannot read",
    (
        Cause(
            4,
            ("refused",),
            "a variable holds what Kubernetes makes of a Service's name (tcp://10.…:6379), or a value without port or scheme",
        ),
    ),
    "nothing was looked up or dialled",
    ("pods",),
)
CONNECT_TIMEOUT: Final = Meaning(
    "time-out of the connection",
    "The address is known, and nothing answered the connection attempt before a limit of the caller ended",
    (
        _DROPPED,
        Cause(7, ("timeout",), "the Service does not list the port, which kube-proxy's iptables rules then let run into nothing"),
        Cause(8, ("reset",), "the address is of a pod that is gone: a rollout, or a client that keeps old answers of DNS"),
        Cause(3, ("timeout",), "the dialer's limit is too short, or leaves no time for a second address"),
        Cause(1, ("timeout",), "the deadline of the whole call ended in the dial"),
        Cause(11, (), "the server is too busy to accept: its queue of new connections is full"),
    ),
    "the name was resolved, so DNS works; a Service without ready pods refuses at once",
    ("connect", "policies", "endpoints", "service"),
)
KERNEL_TIMEOUT: Final = Meaning(
    "time-out of the connection, by the kernel",
    "The address is known, nothing answered the connection attempt, and the program set it no limit: the kernel gave up after "
    "some two minutes",
    (
        _DROPPED,
        Cause(7, ("timeout",), "the Service does not list the port, which kube-proxy's iptables rules then let run into nothing"),
        Cause(8, ("reset",), "the address is of a pod that is gone: a rollout, or a client that keeps old answers of DNS"),
        Cause(3, ("hang",), "it is why the error took minutes: the dial has no limit"),
        Cause(11, (), "the server is too busy to accept: its queue of new connections is full"),
    ),
    "the name was resolved, so DNS works; a Service without ready pods refuses at once, and a deadline of the caller would have "
    "ended it earlier",
    ("connect", "policies", "endpoints", "service"),
)
REFUSED: Final = Meaning(
    "refused",
    "Something answered at once that nobody listens there",
    (
        Cause(
            8,
            ("refused", "timeout"),
            "no pod is ready: a selector that matches nothing, a probe that never succeeds, a rollout; or the pod is stopping",
        ),
        Cause(
            7,
            ("refused", "timeout"),
            "the Service sends to a port that no container has; a port that it does not list is refused by nftables and IPVS",
        ),
        Cause(11, ("refused",), "the program listens on another port, on 127.0.0.1 only, or not yet"),
        Cause(9, ("refused",), "a mesh's proxy is not ready, or a network plugin that rejects instead of dropping (kube-router)"),
        Cause(4, ("refused",), "the program takes the address from a variable that Kubernetes fills"),
    ),
    "the name was resolved and packets come through; a policy drops, and then it is a time-out, with most network plugins",
    ("endpoints", "service", "listening", "pods"),
)
NO_ROUTE: Final = Meaning(
    "no route",
    "A router or the node answered that there is no way to the address",
    (
        Cause(8, ("reset",), "the address is of a pod that is gone"),
        Cause(
            9,
            ("timeout",),
            "a firewall or policy rejects, or the pod has no route: another address family, a network that is not connected",
        ),
    ),
    "the name was resolved; nothing has reached a server",
    ("endpoints", "policies", "connect"),
)
DEADLINE: Final = Meaning(
    "deadline of the call",
    "The deadline of the whole call ended before the headers of the answer came. The text hides in which phase: look-up, dial, "
    "handshake, pool or server",
    (
        Cause(1, ("timeout", "slow"), "the deadline is shorter than the phases inside it need"),
        _SERVER_IS_SLOW,
        _DROPPED,
        Cause(6, ("timeout",), "DNS does not answer"),
        Cause(4, _SLOW, "the look-up loses one packet, and the deadline is not above the resolver's 5s"),
        Cause(3, _WAITS, "the dial has no limit of its own that would tell"),
        _DEAD_CONNECTION,
        Cause(7, ("timeout",), "the Service does not list the port"),
        Cause(5, ("slow",), "the search list makes many queries of one"),
        Cause(8, ("reset",), "the address is of a pod that is gone"),
        Cause(10, _WAITS, "the handshake has no limit of its own that would tell"),
    ),
    "a refused connection and an unknown name come at once, with texts of their own",
    ("resolve", "connect", "policies", "endpoints"),
)
HEADERS_TIMEOUT: Final = Meaning(
    "time-out of the answer's headers",
    "The request was sent, and no answer began in time",
    (
        _SERVER_IS_SLOW,
        _DEAD_CONNECTION,
        Cause(9, ("timeout",), "something on the way forgot the connection: a load balancer's idle limit, NAT"),
        Cause(1, ("timeout",), "the limit for this phase is shorter than the work"),
    ),
    "the connection and its handshake were there, so DNS, Service and policies let it through when it was opened",
    ("logs", "pods", "endpoints"),
)
READ_TIMEOUT: Final = Meaning(
    "time-out on an open connection",
    "The connection was open, and the other side sent or took nothing in time",
    (
        _SERVER_IS_SLOW,
        _DEAD_CONNECTION,
        Cause(1, ("timeout",), "the deadline set on the connection is shorter than the work"),
        Cause(9, ("timeout",), "something on the way forgot the connection: a load balancer's idle limit, NAT, a policy applied later"),
    ),
    "the connection was there, so DNS, Service and policies let it through when it was opened",
    ("logs", "pods", "endpoints"),
)
BODY_TIMEOUT: Final = Meaning(
    "deadline while the body was read",
    "The headers of the answer came, and the deadline ended while its body was read",
    (
        Cause(1, ("timeout", "reset"), "the deadline covers the body as well and is too short for it; or the context was cancelled"),
        _SERVER_IS_SLOW,
        Cause(9, ("timeout",), "a proxy on the way stopped passing the body on"),
    ),
    "an answer began, so DNS, dial, Service, policies and handshake were in order",
    ("logs", "pods"),
)
CANCELLED: Final = Meaning(
    "cancelled",
    "The caller itself gave up: its context was cancelled before the answer was there",
    (
        Cause(
            1,
            ("reset", "timeout", "slow"),
            "the context is cancelled too early, such as by a deferred cancel in the function that returns the response",
        ),
        Cause(9, ("timeout", "reset"), "whoever called the caller went away: a browser, a front door with a shorter limit"),
    ),
    "nothing on the way has failed: the error is made in the calling program",
    ("logs", "route"),
)
RESET: Final = Meaning(
    "connection closed by the other side",
    "A connection that was open was closed before the answer was there",
    (
        Cause(11, ("reset",), "the server closes idle connections before its clients do, or its WriteTimeout ends while the handler works"),
        Cause(8, ("reset", "refused"), "the pod was stopped with requests under way: no drain, or killed at the end of the grace period"),
        Cause(2, ("reset", "timeout"), "a kept connection was used in the moment in which the server closed it"),
        Cause(9, ("reset", "timeout"), "a load balancer or proxy on the way closed the connection: its idle limit, its own rollout"),
        Cause(1, ("reset",), "a response is read after its context has ended"),
    ),
    "the connection was there, so DNS, Service and policies let it through when it was opened",
    ("pods", "logs", "events"),
)
DEAD_CONNECTION: Final = Meaning(
    "dead connection",
    "An open connection gave no answer to pings: the other side is gone and nobody said so",
    (
        Cause(2, ("timeout", "reset"), "the connection is kept for ever and is only checked late"),
        Cause(8, ("reset", "refused"), "its pod was stopped or its node lost"),
        Cause(9, ("timeout",), "something on the way forgot the connection: a load balancer's idle limit, NAT, IPVS after 15 minutes"),
    ),
    "the connection was there, so DNS, Service and policies let it through when it was opened",
    ("pods", "endpoints"),
)
PINGS: Final = Meaning(
    "too many pings",
    "The server closed the connection because the client pings more often than it allows",
    (
        Cause(
            2, ("reset",), "the client's keep-alive time is below the server's MinTime (5 minutes by default), or it pings without a stream"
        ),
    ),
    "the connection was there and worked: nothing of DNS, Service, policies or TLS is at fault",
    ("logs",),
)
POOL: Final = Meaning(
    "no free connection",
    "Every connection of the pool was taken, and none came back in time",
    (
        Cause(2, _SLOW, "connections are not given back (bodies, rows not closed) or the pool is too small"),
        Cause(1, _WAITS, "calls that hold a connection have no deadline"),
        Cause(3, _WAITS, "dials without a limit hold places of the pool"),
        _SERVER_IS_SLOW,
    ),
    "nothing was asked of DNS or of the network by this call: it waited in the client",
    ("logs", "pods"),
)
EXHAUSTED: Final = Meaning(
    "out of ports or files",
    "The client has no local port, or no file descriptor, left for another connection",
    (
        Cause(2, _SLOW, "connections are opened for each request, or not given back"),
        Cause(3, _WAITS, "dials without a limit pile up"),
        Cause(11, ("hang",), "a server without limits keeps every connection that its clients leave open"),
    ),
    "nothing has left the pod: no name, Service, policy or server is at fault",
    ("logs", "pods"),
)
TLS_TIMEOUT: Final = Meaning(
    "time-out of the TLS handshake",
    "The connection is open, and the handshake did not end in time",
    (
        Cause(10, ("timeout",), "the handshake's limit is short, or the other side does not speak TLS and waits"),
        Cause(11, (), "the server is too busy to answer, or accepts and does nothing"),
        Cause(9, ("timeout",), "large packets are lost on the way (MTU), or a proxy takes the connection and cannot pass it on"),
    ),
    "the name was resolved and the connection opened, so DNS, Service ports and policies are in order",
    ("tls", "logs"),
)
TLS_MISMATCH: Final = Meaning(
    "TLS mismatch",
    "The two sides do not agree on TLS: one speaks plain text, or a certificate does not fit",
    (
        Cause(10, ("timeout", "reset", "rejected"), "the scheme does not fit the server, or the certificate the name or its authority"),
        Cause(7, ("refused",), "the port leads to another one of the pod's ports than meant"),
        Cause(9, ("reset",), "a mesh or front door ends TLS before the server, or starts it"),
    ),
    "the connection is open and the other side answers, so DNS and policies are in order",
    ("tls", "service"),
)
GATEWAY_TIMEOUT: Final = Meaning(
    "time-out of a front door",
    "A proxy passed the request on and gave up waiting for the answer",
    (
        Cause(9, ("timeout",), "the route's limit is too short for the work, or is set in a form that the proxy ignores"),
        _SERVER_IS_SLOW,
        Cause(1, _WAITS, "the server behind waits itself for a call without a deadline"),
        Cause(2, ("hang", "timeout"), "the server behind waits for a connection of its own pool"),
    ),
    "the proxy had a connection to a pod; what its clients do, and their DNS, is not at fault",
    ("route", "logs", "pods"),
)
GATEWAY_CONNECT_TIMEOUT: Final = Meaning(
    "time-out of a front door's connection",
    "A proxy knows the pod's address, and its connection attempt was not answered",
    (
        _DROPPED,
        Cause(8, ("reset", "refused"), "the address is of a pod that is gone and which the proxy has not yet forgotten"),
        Cause(11, (), "the server is too busy to accept: its queue of new connections is full"),
    ),
    "proxies take the pods' addresses from the API, so no DNS of a pod is asked; a port where nobody listens refuses at once",
    ("policies", "endpoints", "route"),
)
NO_ENDPOINTS: Final = Meaning(
    "no endpoint",
    "A proxy or the API server found no ready pod behind the Service",
    (
        Cause(
            8,
            ("refused", "timeout"),
            "no pod is ready: a selector that matches nothing, a probe that never succeeds, a rollout that takes all",
        ),
        Cause(7, ("refused",), "the Service's port leads to a port name that no container has"),
        Cause(9, ("reset",), "the route names a Service or a port that does not exist"),
    ),
    "nothing was dialled: DNS, policies, TLS and the server have not been asked",
    ("endpoints", "pods", "service", "route"),
)
GATEWAY_REFUSED: Final = Meaning(
    "refused to a front door",
    "A proxy dialled a pod, and nobody listens on that port",
    (
        Cause(11, ("refused",), "the program listens on another port, on 127.0.0.1 only, or not yet"),
        Cause(8, ("refused", "reset"), "the pod is starting without a readiness probe, or stopping without a drain"),
        Cause(7, ("refused",), "the Service sends to a port that no container opens"),
        Cause(9, ("reset", "refused"), "the route names the wrong port, or the mesh's proxy is not ready"),
    ),
    "proxies take the pods' addresses from the API, so no DNS of a pod is asked; what a policy drops is a time-out",
    ("endpoints", "listening", "pods", "route"),
)
GATEWAY_RESET: Final = Meaning(
    "connection of a front door closed",
    "A proxy sent the request, and the server closed the connection before it answered",
    (
        Cause(11, ("reset",), "the server closes idle connections before the proxy does, or its WriteTimeout ends while the handler works"),
        Cause(8, ("reset", "refused"), "the pod was stopped with requests under way"),
        Cause(9, ("reset", "timeout"), "the proxy keeps connections longer than the server"),
        Cause(10, ("reset",), "the proxy speaks plain text to a server with TLS, or the other way round"),
    ),
    "the connection was there, so DNS, Service and policies let it through when it was opened",
    ("pods", "logs", "route"),
)
BAD_GATEWAY: Final = Meaning(
    "502 of a front door",
    "A proxy got no answer that it could pass on: refused, closed, or not understood. The status does not tell which",
    (
        Cause(11, ("reset", "refused"), "the server closes connections that the proxy still uses, or does not listen where it is dialled"),
        Cause(
            8, ("reset", "refused"), "pods are stopped or started without the proxy knowing: no drain, no readiness probe, a rollout of all"
        ),
        Cause(9, ("reset",), "the route names the wrong port, or the proxy keeps connections longer than the server"),
        Cause(7, ("refused",), "the Service sends to a port that no container opens"),
        Cause(10, ("reset",), "the proxy speaks plain text to a server with TLS, or the other way round"),
    ),
    "a request came as far as the proxy; a time-out there is a 504",
    ("route", "endpoints", "pods", "logs"),
)
UNAVAILABLE: Final = Meaning(
    "503 of a front door",
    "A proxy has nowhere to send the request: no ready pod, no such Service or port, or its limits are reached. The server "
    "itself may say so as well",
    (
        Cause(
            8,
            ("refused", "reset", "timeout"),
            "no pod is ready: a selector that matches nothing, a probe that never succeeds, a rollout that takes all",
        ),
        Cause(9, ("reset",), "the route names a Service or a port that does not exist"),
        Cause(7, ("refused",), "the Service's port leads to a port name that no container has"),
        Cause(11, ("reset", "refused"), "the program says so itself, or does not listen where it is dialled"),
    ),
    "a request came as far as the proxy; a time-out there is a 504",
    ("endpoints", "route", "pods"),
)
PROBE_REFUSED: Final = Meaning(
    "probe refused",
    "The kubelet dialled the pod, and nobody listens on the probe's port",
    (
        Cause(8, ("refused",), "the probe asks a port that the container does not open"),
        Cause(11, ("refused",), "the program listens on another port, on 127.0.0.1 only, or not yet"),
    ),
    "the kubelet dials the pod's address itself: no name, Service or client is part of it, and policies let the node through",
    ("pods", "listening", "events"),
    is_of_server=True,
)
PROBE_TIMEOUT: Final = Meaning(
    "time-out of a probe",
    "The pod took longer than the probe's timeoutSeconds, which is 1 where nothing is written",
    (
        Cause(8, ("timeout",), "the probe's limit is shorter than what it waits for"),
        Cause(11, _WAITS, "the server is too busy to answer within the limit"),
        Cause(1, ("hang",), "the check itself makes a call without a deadline"),
    ),
    "the kubelet dials the pod's address itself: no name, Service or client is part of it, and policies let the node through",
    ("pods", "events", "logs"),
    is_of_server=True,
)
PROBE_STATUS: Final = Meaning(
    "probe answered with an error",
    "The server answered the probe, with a status that means not ready",
    (
        Cause(11, (), "the program says so itself, because something it needs is missing"),
        Cause(8, ("refused", "timeout"), "the probe asks another port or path than meant"),
    ),
    "the kubelet reaches the server: network, Service and DNS of clients are not part of it",
    ("pods", "logs"),
    is_of_server=True,
)
PROBE_PORT: Final = Meaning(
    "probe without a port",
    "A probe names a port that its container does not declare; its result is thrown away",
    (Cause(8, ("refused",), "the name is not among the container's own ports, so the pod never becomes ready"),),
    "nothing was dialled",
    ("pods", "events"),
    is_of_server=True,
)
PRE_STOP: Final = Meaning(
    "failed preStop hook",
    "The hook that should delay the end of the pod did not run",
    (Cause(8, ("reset",), "the image has no shell or sleep, or the hook outlasts the grace period"),),
    "it is about the end of a pod only; its clients see refused and closed connections at each rollout",
    ("events", "pods"),
    is_of_server=True,
)
RESOLV_CONF: Final = Meaning(
    "resolv.conf cut",
    "The kubelet left DNS servers or search domains out, or had none to write",
    (
        Cause(
            5,
            ("nxdomain", "slow", "rejected"),
            "more servers or search domains than a resolv.conf holds, or a kubelet without a cluster DNS",
        ),
    ),
    "it is about what is written into the pod; nothing was asked yet",
    ("resolv-conf", "events"),
)
DNS_LOOP: Final = Meaning(
    "DNS forwards to itself",
    "CoreDNS found that its own queries come back to it, and ends",
    (
        Cause(6, ("timeout",), "the Corefile forwards to a resolv.conf that names a loopback address or the cluster's DNS"),
        Cause(5, ("nxdomain", "timeout"), "the DNS pods themselves use the cluster's DNS instead of dnsPolicy Default"),
    ),
    "it is about the DNS pods themselves",
    ("dns-pods", "resolv-conf"),
)
DNS_UPSTREAM: Final = Meaning(
    "time-out of the DNS server's own server",
    "CoreDNS asked the server that it forwards to, and no answer came",
    (
        Cause(6, ("timeout",), "the server that the Corefile forwards to is not reached from the DNS pods"),
        Cause(4, ("slow", "nxdomain"), "names that are not meant for outside are asked there, as the last of a search"),
        Cause(5, ("slow",), "the search list makes many queries of each outside name"),
    ),
    "the pods reach the cluster's DNS; only names outside of the cluster are concerned",
    ("dns-pods", "resolve"),
)
WEBHOOK_TIMEOUT: Final = Meaning(
    "time-out of a webhook",
    "The API server called the webhook's Service, and no answer came within timeoutSeconds, 10 where nothing is written",
    (
        Cause(9, ("timeout",), "a policy or the control plane's firewall lets the API server not through to the pod's port"),
        _SERVER_IS_SLOW,
        Cause(7, ("timeout",), "the Service does not list the port, which is 443 where the webhook writes none"),
        Cause(8, ("reset",), "the address is of a pod that is gone"),
        Cause(10, _WAITS, "the handshake does not end"),
    ),
    "the API server takes the address from the Service, not from a pod's DNS; clients' code is not part of it",
    ("endpoints", "policies", "pods"),
)
THROTTLED: Final = Meaning(
    "client throttles itself",
    "The Kubernetes client waited for its own rate limit (QPS 5, burst 10 where nothing is set) until the deadline ended",
    (
        Cause(1, ("timeout",), "the deadline is shorter than the queue"),
        Cause(2, ("slow",), "the client sends more than its limit lets through"),
    ),
    "nothing has left the program: network, DNS and the API server are not at fault",
    ("logs",),
)
HANDLER: Final = Meaning(
    "time-out of the server's own handler",
    "The server's handler took longer than its TimeoutHandler allows, and its client got a 503",
    (
        Cause(11, ("reset", "timeout"), "the limits of handler and server do not fit the work"),
        Cause(1, _WAITS, "the handler waits for a call without a deadline"),
        Cause(2, ("hang", "timeout"), "the handler waits for a connection of a pool"),
    ),
    "the request reached the program: DNS, Service, policies and TLS were in order",
    ("logs", "pods"),
    is_of_server=True,
)
STOPPING: Final = Meaning(
    "used while it is being closed",
    "The program itself had closed the connection or the server, mostly because it was told to stop",
    (
        Cause(8, ("reset", "refused"), "the pod is stopped with requests under way: no drain"),
        Cause(11, ("reset",), "the server shuts down before its handlers end"),
        Cause(1, ("reset",), "the connection is closed in another part of the program while it is used"),
    ),
    "nothing on the way has failed: the error is made in the program",
    ("pods", "logs", "events"),
    is_of_server=True,
)


def _text(name: str, meaning: Meaning, pattern: str, program: str, example: str, source: str) -> ErrorText:
    return ErrorText(name, meaning, re.compile(pattern, re.IGNORECASE), program, example, source)


_GO_DNS: Final = "Go src/net/dnsclient_unix.go"
_GO_TRANSPORT: Final = "Go src/net/http/transport.go"
_ERRNO: Final = "Linux errno(3), as Go src/syscall/zerrors_linux_amd64.go spells it"

ERROR_TEXTS: Final[tuple[ErrorText, ...]] = (
    # The kubelet: its probes hold texts of Go, which would mean something else in a client.
    _text(
        "probe-port-unknown",
        PROBE_PORT,
        r"probe errored.{0,200}(?:couldn't find port|invalid port number)|couldn't find port: ",
        "kubelet",
        'Readiness probe errored and resulted in unknown state: couldn\'t find port: "web" in container "orders"',
        "kubernetes pkg/probe/util.go:27-56, pkg/kubelet/prober/prober.go",
    ),
    _text(
        "probe-refused",
        PROBE_REFUSED,
        r"^(?>.*?(?:readiness|liveness|startup) probe failed:).*connection refused",
        "kubelet",
        'Readiness probe failed: Get "http://10.244.1.7:8080/readyz": dial tcp 10.244.1.7:8080: connect: connection refused',
        "kubernetes pkg/kubelet/prober/prober.go, pkg/probe/http/http.go",
    ),
    _text(
        "probe-timeout",
        PROBE_TIMEOUT,
        r"^(?>.*?(?:readiness|liveness|startup) probe (?:failed|errored)).*(?:deadline exceeded|i/o timeout|timed out|Client\.Timeout)",
        "kubelet",
        'Liveness probe failed: Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while '
        "awaiting headers)",
        "kubernetes pkg/kubelet/prober/prober.go, pkg/apis/core/v1/defaults.go:233-246",
    ),
    _text(
        "probe-status",
        PROBE_STATUS,
        r"^(?>.*?(?:readiness|liveness|startup) probe failed:).*(?:statuscode: \d|\bEOF\b|connection reset)|HTTP probe failed "
        r"with statuscode",
        "kubelet",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        "kubernetes pkg/probe/http/http.go",
    ),
    _text(
        "pre-stop-failed",
        PRE_STOP,
        r"FailedPreStopHook|PreStopHook failed|PreStop hook.{0,80}(?:failed|not completed)",
        "kubelet",
        'FailedPreStopHook: PreStopHook failed: exec: "sleep": executable file not found in $PATH',
        "kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go:898-918",
    ),
    _text(
        "resolv-conf-limits",
        RESOLV_CONF,
        r"(?:nameserver|search line) limits were exceeded|DNSConfigForming|MissingClusterDNS",
        "kubelet",
        "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 8.8.8.8 1.1.1.1",
        "kubernetes pkg/kubelet/network/dns/dns.go:159-163,417-422",
    ),
    # The API server and its clients.
    _text(
        "no-endpoints-for-service",
        NO_ENDPOINTS,
        r"no endpoints available for service",
        "Kubernetes API server",
        'failed calling webhook "v.example.com": Post "https://checker.shop.svc:443/check": no endpoints available for service "checker"',
        "kubernetes pkg/registry/core/service/storage (resource location), apiserver pkg/util/proxy",
    ),
    _text(
        "webhook-timeout",
        WEBHOOK_TIMEOUT,
        r"^(?>.*?failed calling webhook).*(?:deadline exceeded|Client\.Timeout|i/o timeout)",
        "Kubernetes API server",
        'Internal error occurred: failed calling webhook "v.example.com": failed to call webhook: Post '
        '"https://checker.shop.svc:443/check?timeout=10s": context deadline exceeded',
        "knative/serving#13045, open-telemetry/opentelemetry-operator#100; kubernetes pkg/apis/admissionregistration/v1/defaults.go:48-50",
    ),
    _text(
        "client-go-throttled",
        THROTTLED,
        r"client rate limiter Wait returned an error|due to client-side throttling",
        "client-go",
        "client rate limiter Wait returned an error: context deadline exceeded",
        "client-go rest/request.go",
    ),
    _text(
        "condition-timeout",
        PROBE_STATUS._replace(
            kind="a wait that ended",
            says="kubectl waited for pods to become ready, and they did not",
            causes=(
                Cause(8, ("refused", "timeout"), "the pods' readiness probe never succeeds, or the Service selects none"),
                Cause(11, ("refused", "reset", "timeout"), "the program does not start to answer"),
                Cause(7, ("refused",), "the Service's port leads to a port name that no container has"),
            ),
            rules_out="kubectl watches objects through the API server: DNS of pods, policies and clients are not part of it",
            checks=("pods", "events", "endpoints"),
        ),
        r"timed out waiting for the condition",
        "kubectl",
        "error: timed out waiting for the condition",
        "restatedev/restate#3905; apimachinery pkg/util/wait",
    ),
    # CoreDNS.
    _text(
        "coredns-loop",
        DNS_LOOP,
        r"plugin/loop: Loop|\bLoop \(\S{1,80} -> \S{1,80}\) detected for zone",
        "CoreDNS",
        '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :1053) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting',
        "coredns plugin/loop/loop.go",
    ),
    _text(
        "coredns-upstream-timeout",
        DNS_UPSTREAM,
        r"^(?>.*?plugin/errors: 2 ).*(?:i/o timeout|no route to host|unreachable|connection refused)",
        "CoreDNS",
        "[ERROR] plugin/errors: 2 api.example.com. A: read udp 10.244.0.3:37101->8.8.8.8:53: i/o timeout",
        "coredns plugin/errors/errors.go, plugin/forward/README.md:85-89",
    ),
    # Front doors.
    _text(
        "nginx-no-active-endpoint",
        NO_ENDPOINTS,
        r"does not have any active Endpoint",
        "ingress-nginx",
        'Service "shop/orders" does not have any active Endpoint.',
        "ingress-nginx internal/ingress/controller/controller.go:575,625; helm/charts#21515",
    ),
    _text(
        "nginx-no-live-upstreams",
        NO_ENDPOINTS,
        r"no live upstreams",
        "nginx",
        'no live upstreams while connecting to upstream, client: 10.0.0.1, server: shop.example.com, upstream: "http://upstream_balancer/"',
        "nginx src/http/ngx_http_upstream.c:1632",
    ),
    _text(
        "nginx-upstream-connect-timeout",
        GATEWAY_CONNECT_TIMEOUT,
        r"upstream timed out.{0,60}while connecting to upstream",
        "nginx",
        "upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.0.0.1, server: "
        'shop.example.com, upstream: "http://10.244.1.7:8080/"',
        "nginx src/http/ngx_http_upstream.c:3733",
    ),
    _text(
        "nginx-upstream-read-timeout",
        GATEWAY_TIMEOUT,
        r"upstream timed out",
        "nginx",
        "upstream timed out (110: Operation timed out) while reading response header from upstream, server: shop.example.com, "
        'upstream: "http://10.244.1.7:8080/export"',
        "nginx src/http/ngx_http_upstream.c:3938; kubernetes/ingress-nginx#3976",
    ),
    _text(
        "nginx-upstream-refused",
        GATEWAY_REFUSED,
        r"connect\(\) failed \(111",
        "nginx",
        "connect() failed (111: Connection refused) while connecting to upstream, server: shop.example.com, upstream: "
        '"http://10.244.1.7:8080/"',
        "nginx src/http/ngx_http_upstream.c; Linux errno 111",
    ),
    _text(
        "nginx-upstream-no-route",
        NO_ROUTE,
        r"connect\(\) failed \(113",
        "nginx",
        'connect() failed (113: No route to host) while connecting to upstream, upstream: "http://10.244.1.7:8080/"',
        "nginx src/http/ngx_http_upstream.c; Linux errno 113",
    ),
    _text(
        "nginx-upstream-closed",
        GATEWAY_RESET,
        r"upstream prematurely closed connection|(?:recv|readv|writev|send)\(\) failed \((?:104|32)",
        "nginx",
        "upstream prematurely closed connection while reading response header from upstream",
        "nginx src/http/ngx_http_upstream.c",
    ),
    _text(
        "nginx-host-not-found",
        NAME_UNKNOWN,
        r"host not found in upstream|could not be resolved \((?:3|2): ",
        "nginx",
        'host not found in upstream "orders.shop.svc.cluster.local" in /etc/nginx/conf.d/default.conf:9',
        "nginx src/http/ngx_http_upstream.c, src/core/ngx_resolver.c",
    ),
    _text(
        "nginx-resolver-timeout",
        DNS_SILENT,
        r"could not be resolved \(110: ",
        "nginx",
        "orders.shop.svc.cluster.local could not be resolved (110: Operation timed out)",
        "nginx src/core/ngx_resolver.c",
    ),
    _text(
        "envoy-no-healthy-upstream",
        NO_ENDPOINTS,
        r"no[ _]healthy[ _]upstream|\b503 UH\b",
        "Envoy",
        "no healthy upstream",
        "envoy source/common/router/router.cc; envoy docs configuration/observability/access_log (UH)",
    ),
    _text(
        "envoy-connect-timeout",
        GATEWAY_CONNECT_TIMEOUT,
        r"reset reason: connection timeout|reset_before_response_started\{connection_timeout|\bUF,URX?\b.{0,200}connection_timeout",
        "Envoy",
        "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: connection timeout",
        "envoy source/common/http/utility.cc (reset reasons)",
    ),
    _text(
        "envoy-connect-refused",
        GATEWAY_REFUSED,
        r"delayed[ _]connect[ _]error:[ _]111|reset reason: (?:remote )?connection failure|\{(?:remote_)?connection_failure|\b503 UF\b",
        "Envoy",
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure "
        "reason: delayed connect error: 111",
        "envoy source/common/http/utility.cc (reset reasons); istio/istio#11130",
    ),
    _text(
        "envoy-overflow",
        POOL,
        r"reset reason: overflow|\b503 UO\b",
        "Envoy",
        "upstream connect error or disconnect/reset before headers. reset reason: overflow",
        "envoy source/common/http/utility.cc (reset reasons); access_log (UO)",
    ),
    _text(
        "envoy-upstream-reset",
        GATEWAY_RESET,
        r"upstream connect error or disconnect/reset before headers|upstream_reset_before_response_started|\b503 U[CR]\b",
        "Envoy",
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        "envoy source/common/http/utility.cc (reset reasons); access_log (UC, UR)",
    ),
    _text(
        "envoy-request-timeout",
        GATEWAY_TIMEOUT,
        r"upstream request timeout|\b504 UT\b|upstream_response_timeout|upstream_per_try_timeout|^stream timeout\b",
        "Envoy",
        "upstream request timeout",
        "envoy source/common/router/router.cc; access_log (UT)",
    ),
    _text(
        "envoy-no-route",
        UNAVAILABLE,
        r"\b404 NR\b|route_not_found|no_cluster_found|cluster_not_found|\b503 NC\b",
        "Envoy",
        '"GET /orders HTTP/1.1" 503 NC cluster_not_found - "-" 0 0 0 - "-" "curl/8.4.0" "orders.shop:80"',
        "envoy docs configuration/observability/access_log (NR, NC)",
    ),
    _text(
        "gclb-backend-closed",
        GATEWAY_RESET,
        r"backend_connection_closed_(?:before|after)",
        "Google Cloud load balancer",
        "statusDetails: backend_connection_closed_before_data_sent_to_client",
        "darklang/dark#928",
    ),
    _text(
        "gclb-backend-timeout",
        GATEWAY_TIMEOUT,
        r"\bbackend_timeout\b",
        "Google Cloud load balancer",
        'statusDetails: "backend_timeout"',
        "kubeblogs: 504 errors of the GKE load balancer",
    ),
    _text(
        "gclb-no-backend",
        NO_ENDPOINTS,
        r"failed_to_pick_backend|failed_to_connect_to_backend",
        "Google Cloud load balancer",
        'statusDetails: "failed_to_pick_backend"',
        "kubernetes/ingress-gce#1718",
    ),
    _text(
        "alb-target-closed",
        GATEWAY_RESET,
        r"\belb[ _]status[ _]code[\"=: ]{1,3}502|\bELB_5XX|\bHTTPCode_ELB_502|(?:target_processing_time"
        r"|TargetProcessingTime)[\"=: ]{1,3}-1",
        "AWS load balancer",
        "elb_status_code=502 target_status_code=- target_processing_time=-1",
        "woogles-io/liwords#1816, fleetdm/fleet#51461",
    ),
    # gRPC.
    _text(
        "grpc-too-many-pings",
        PINGS,
        r"too_many_pings|ENHANCE_YOUR_CALM",
        "grpc-go",
        'rpc error: code = Unavailable desc = closing transport due to: connection error: desc = "error reading from server: '
        'EOF", received prior goaway: code: ENHANCE_YOUR_CALM, debug data: "too_many_pings"',
        "grpc-go internal/transport/http2_client.go:1390, http2_server.go; thanos-io/thanos#8799",
    ),
    _text(
        "grpc-zero-addresses",
        NAME_UNKNOWN,
        r"produced zero addresses",
        "grpc-go",
        "rpc error: code = Unavailable desc = name resolver error: produced zero addresses",
        "grpc-go balancer/pickfirst/pickfirst.go:219, internal/resolver/dns/dns_resolver.go:278-291",
    ),
    _text(
        "grpc-ping-without-answer",
        DEAD_CONNECTION,
        r"keepalive ping failed to receive ACK|keepalive ping not acked",
        "grpc-go",
        "rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout",
        "grpc-go internal/transport/http2_client.go:1818",
    ),
    # Names. With a server: the resolver's own limits; without: the caller's.
    _text(
        "go-lookup-tcp-timeout",
        DNS_OVER_TCP,
        r"^(?>.*?lookup \S{1,300} on \S{1,60}: (?:dial tcp|read tcp|write tcp) ).*(?:i/o timeout|connection timed out)",
        "Go",
        "dial tcp: lookup redis.default on 10.96.0.10:53: dial tcp 10.96.0.10:53: i/o timeout",
        f"{_GO_DNS}:206-215 (an answer that was cut is asked for again over TCP)",
    ),
    _text(
        "go-lookup-refused",
        DNS_REFUSED,
        r"^(?>.*?lookup \S{1,300} on \S{1,60}: ).*connection refused",
        "Go",
        "dial tcp: lookup redis.default on 127.0.0.53:53: read udp 127.0.0.1:41012->127.0.0.53:53: read: connection refused",
        f"{_GO_DNS}; {_ERRNO}",
    ),
    _text(
        "go-lookup-server-timeout",
        DNS_SILENT,
        r"^(?>.*?lookup \S{1,300} on \S{1,60}: ).*(?:i/o timeout|no route to host|network is unreachable|no answer from DNS server)",
        "Go",
        "dial tcp: lookup redis.default on 10.96.0.10:53: read udp 10.244.1.7:41233->10.96.0.10:53: i/o timeout",
        f"{_GO_DNS}:312-350; net/net.go (DNSError)",
    ),
    _text(
        "go-server-misbehaving",
        DNS_FAILED,
        r"server misbehaving|cannot unmarshal DNS message|lame referral|no answer from DNS server",
        "Go",
        "dial tcp: lookup api.example.com on 10.96.0.10:53: server misbehaving",
        f"{_GO_DNS}:40-54",
    ),
    _text(
        "go-no-such-host",
        NAME_UNKNOWN,
        r"no such host|no suitable address found",
        "Go",
        "dial tcp: lookup redis.other on 10.96.0.10:53: no such host",
        "Go src/net/net.go:649",
    ),
    _text(
        "temporary-failure",
        DNS_TEMPORARY,
        r"temporary failure in name resolution|\bEAI_AGAIN\b|temporary error in name resolution|\[Errno -3\]",
        "glibc, musl, and Go with cgo",
        "dial tcp: lookup redis.default: Temporary failure in name resolution",
        "glibc posix/gai_strerror; kubernetes/kubernetes#56903; Go src/net/cgo_unix.go",
    ),
    _text(
        "go-lookup-deadline",
        DNS_DEADLINE,
        r"lookup \S{1,300}: (?:i/o timeout|context deadline exceeded|operation was canceled)",
        "Go",
        "dial tcp: lookup redis.default: i/o timeout",
        "Go src/net/dial.go:541, src/net/net.go:613",
    ),
    _text(
        "c-library-unknown-name",
        NAME_UNKNOWN,
        r"name or service not known|name does not resolve|nodename nor servname provided|no address associated with hostname|unknown host"
        r"|\bENOTFOUND\b|can't find \S{1,253}: no answer|bad address '|can't resolve '|could not resolve host|unable to resolve "
        r"host|NXDOMAIN|NameResolutionError"
        r"|\[Errno -2\]"
        r"|UnknownHostException|failed to lookup address",
        "the C library, curl, busybox, Node.js, Python, Java",
        "curl: (6) Could not resolve host: orders.shop",
        "glibc posix/gai_strerror, musl src/network/lookup_name.c; docker/for-mac#2646 (busybox), curl libcurl-errors(3) 6",
    ),
    _text(
        "nslookup-timeout",
        DNS_SILENT,
        r"connection timed out; no servers could be reached|no servers could be reached|read udp \S{1,120}:53: i/o timeout",
        "nslookup, dig; DNS programs written in Go",
        ";; connection timed out; no servers could be reached",
        "bind9 bin/dig/dighost.c; kubernetes/kubernetes#14051",
    ),
    _text(
        "service-link-as-port",
        ADDRESS_MALFORMED,
        r"(?:port|parse|lookup|dial tcp:?|address|connect\S{0,10}|value|to)\W{1,3}\S{0,80}tcp://\d{1,3}\.|couldn't be parsed|:tcp://",
        "any program",
        "port tcp://10.96.14.7:6379 couldn't be parsed",
        "bitnami/bitnami-docker-redis#175, uselagoon/lagoon#1254; kubernetes pkg/kubelet/envvars/envvars.go",
    ),
    _text(
        "go-address-malformed",
        ADDRESS_MALFORMED,
        r"missing port in address|too many colons in address|unknown port|invalid port \S{1,60} after host|no Host in request URL"
        r"|unsupported protocol scheme"
        r"|first path segment in URL cannot contain colon",
        "Go",
        "dial tcp: address redis: missing port in address",
        "Go src/net/ipsock.go:167, src/net/url/url.go, src/net/http/transport.go:634",
    ),
    # Dials.
    _text(
        "go-dial-refused",
        REFUSED,
        r"connection refused|\bECONNREFUSED\b|\[Errno 111\]|actively refused|ConnectException",
        "any program",
        "dial tcp 10.96.31.9:8081: connect: connection refused",
        f"{_ERRNO} 111; openshift/origin#2187",
    ),
    _text(
        "no-route",
        NO_ROUTE,
        r"no route to host|network is unreachable|\bEHOSTUNREACH\b|\bENETUNREACH\b|host is unreachable|\[Errno 11[03]\] No route",
        "any program",
        "dial tcp 10.244.3.9:8080: connect: no route to host",
        f"{_ERRNO} 113, 101",
    ),
    _text(
        "dial-timeout",
        CONNECT_TIMEOUT,
        r"dial tcp[46]? \S{1,80}: (?:i/o timeout|context deadline exceeded|operation was canceled)|dial i/o timeout|\[dial tcp "
        r".{0,80} timeout"
        r"|\bConnectTimeout|connect timed out|connection timeout expired|timeout expired",
        "Go, Java, Python, libpq",
        "dial tcp 172.30.0.1:443: i/o timeout",
        "Go src/net/dial.go, src/net/net.go:613; cert-manager/cert-manager#5788; libpq fe-connect.c",
    ),
    _text(
        "kernel-connect-timeout",
        KERNEL_TIMEOUT,
        r"connect: connection timed out|\bETIMEDOUT\b|connection timed out|\[Errno 110\]|failed to connect to .{1,200} after \d{1,9} ms",
        "the kernel, as Go, curl, Node.js and Python tell it",
        "curl: (28) Failed to connect to web.shop port 80 after 129261 ms: Couldn't connect to server",
        f"{_ERRNO} 110; kubernetes/kubernetes#121371",
    ),
    # What a client without free connections says stands before the deadline that it names as well.
    _text(
        "go-redis-pool-timeout",
        POOL,
        r"redis: connection pool (?:timeout|exhausted)",
        "go-redis",
        "redis: connection pool timeout",
        "go-redis internal/pool/pool.go:62-65",
    ),
    _text(
        "database-pool",
        POOL,
        r"too many clients already|too many connections|remaining connection slots are reserved|pool (?:is )?exhausted|QueuePool "
        r"limit|Connection is not available, request timed out",
        "databases and their clients",
        "FATAL: sorry, too many clients already",
        "PostgreSQL src/backend/storage/lmgr/proc.c; MySQL error 1040; HikariCP, SQLAlchemy",
    ),
    _text(
        "go-waiting-for-connection",
        POOL,
        r"canceled while waiting for connection",
        "Go",
        "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        f"{_GO_TRANSPORT}:2782",
    ),
    _text(
        "out-of-ports",
        EXHAUSTED,
        r"cannot assign requested address|\bEADDRNOTAVAIL\b|too many open files|\bEMFILE\b",
        "any program",
        "dial tcp 10.96.31.9:80: connect: cannot assign requested address",
        f"{_ERRNO} 99, 24",
    ),
    # TLS.
    _text(
        "go-tls-handshake-timeout",
        TLS_TIMEOUT,
        r"TLS handshake timeout|SSL connection timeout|handshake operation timed out",
        "Go, curl, Python",
        'Get "https://orders.shop/": net/http: TLS handshake timeout',
        f"{_GO_TRANSPORT}:3211",
    ),
    _text(
        "tls-mismatch",
        TLS_MISMATCH,
        r"server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|wrong version number|x509: "
        r"certificate|tls: failed to verify"
        r"|remote error: tls:|certificate signed by unknown authority|TLS handshake error from|peer closed connection in SSL "
        r"handshake|HTTP request to an HTTPS server"
        r"|HTTP request was sent to HTTPS port|malformed HTTP response \"\\x15|SSL_do_handshake\(\) failed",
        "Go, OpenSSL, nginx",
        "http: server gave HTTP response to HTTPS client",
        "Go src/net/http/client.go:212, src/crypto/tls/conn.go:669, src/crypto/x509/verify.go; nginx src/event/ngx_event_openssl.c:2328",
    ),
    # Answers.
    _text(
        "go-headers-timeout",
        HEADERS_TIMEOUT,
        r"timeout awaiting response headers",
        "Go",
        'Get "http://orders/": net/http: timeout awaiting response headers',
        f"{_GO_TRANSPORT}:2777",
    ),
    _text(
        "go-body-timeout",
        BODY_TIMEOUT,
        r"while reading body",
        "Go",
        "context deadline exceeded (Client.Timeout or context cancellation while reading body)",
        "Go src/net/http/client.go:994",
    ),
    _text(
        "go-http2-connection-lost",
        DEAD_CONNECTION,
        r"client connection lost|http2: timeout awaiting response|ping timeout",
        "Go",
        'Get "https://orders.shop/": http2: client connection lost',
        "Go src/net/http/h2_bundle.go:8555; golang/go#36026",
    ),
    _text(
        "go-http2-goaway",
        RESET,
        r"server sent GOAWAY|received prior goaway|the connection is draining|stream terminated by RST_STREAM|stream error: stream ID",
        "Go, grpc-go",
        "http2: server sent GOAWAY and closed the connection; LastStreamID=5, ErrCode=NO_ERROR",
        "Go src/net/http/h2_bundle.go:9436; grpc-go internal/transport/transport.go:824, http2_client.go:1318",
    ),
    _text(
        "go-client-timeout",
        DEADLINE,
        r"Client\.Timeout exceeded while awaiting headers",
        "Go",
        'Get "http://orders:8081/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        "Go src/net/http/client.go:737",
    ),
    _text(
        "grpc-deadline",
        DEADLINE,
        r"code = DeadlineExceeded|\bDEADLINE_EXCEEDED\b|DeadlineExceeded",
        "grpc",
        "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        "grpc-go internal/status/status.go:202, rpc_util.go",
    ),
    _text(
        "read-timeout",
        READ_TIMEOUT,
        r"(?:read|write) tcp[46]? \S{1,80}: i/o timeout|read timed out|\bReadTimeout\b|Read timeout\b(?![=:]? ?\d)|SocketTimeoutException"
        r"|operation timed out after \d|invalid connection.{0,40}timeout",
        "Go, Java, Python, curl",
        "read tcp 10.244.1.7:41233->10.96.31.9:6379: i/o timeout",
        "Go src/net/net.go, internal/poll/fd.go:60; curl libcurl-errors(3) 28",
    ),
    _text(
        "go-handler-timeout",
        HANDLER,
        r"http: Handler timeout",
        "Go",
        "http: Handler timeout",
        "Go src/net/http/server.go:3797",
    ),
    _text(
        "go-stopping",
        STOPPING,
        r"use of closed network connection|http: Server closed(?! idle)|grpc: the client connection is closing|grpc: the server has been "
        r"stopped|transport is closing"
        r"|sql: database is closed|redis: client is closed",
        "Go",
        "accept tcp [::]:8080: use of closed network connection",
        "Go src/internal/poll/fd.go:24, src/database/sql/sql.go:1313; grpc-go clientconn.go:70; go-redis internal/pool/pool.go:58",
    ),
    _text(
        "connection-reset",
        RESET,
        r"connection reset by peer|\bECONNRESET\b|broken pipe|\bEPIPE\b|server closed idle connection|transport connection broken"
        r"|connection was forcibly closed"
        r"|Connection aborted|RemoteDisconnected|empty reply from server|socket hang up|driver: bad connection|invalid connection"
        r"|server closed the connection unexpectedly"
        r"|Server disconnected|conn closed|lost connection to MySQL",
        "any program",
        'Post "http://orders/charges": read tcp 10.244.1.7:41233->10.96.31.9:80: read: connection reset by peer',
        f"{_ERRNO} 104, 32; {_GO_TRANSPORT}:1023,2281; Go src/database/sql/driver/driver.go:163; src-d/gitbase-web#261",
    ),
    _text(
        "deadline",
        DEADLINE,
        r"context deadline exceeded|deadline exceeded|request timed out|\btimeout of \d{1,9} ?ms exceeded|TimeoutError|Timeout exceeded",
        "Go, grpc, and others",
        'Get "http://orders/": context deadline exceeded',
        "Go src/context/context.go",
    ),
    _text(
        "cancelled",
        CANCELLED,
        r"context canceled|code = Canceled|request canceled|operation was canceled|client disconnected|499 Client Closed",
        "Go, grpc, nginx",
        'Get "http://orders/": context canceled',
        "Go src/context/context.go",
    ),
    _text(
        "status-504",
        GATEWAY_TIMEOUT,
        r"\b504 Gateway Time-?out|\bHTTP/[\d.]{1,3}\" 504\b|\bHTTP/[\d.]{1,3} 504\b|gateway time-?out|\bstatus(?:[ "
        r"_]?code)?\W{1,3}504\b|^\W{0,3}504\W{0,3}$",
        "proxies",
        "<html><head><title>504 Gateway Time-out</title></head>",
        "nginx src/http/ngx_http_header_filter_module.c:125; kubernetes/ingress-nginx#3976",
    ),
    _text(
        "status-502",
        BAD_GATEWAY,
        r"\b502 Bad Gateway|\bHTTP/[\d.]{1,3}\" 502\b|\bHTTP/[\d.]{1,3} 502\b|\bstatus(?:[ _]?code)?\W{1,3}502\b|bad gateway"
        r"|^\W{0,3}502\W{0,3}$",
        "proxies",
        "502 Bad Gateway",
        "nginx src/http/ngx_http_header_filter_module.c:123; kubernetes/ingress-gce#1718",
    ),
    _text(
        "status-503",
        UNAVAILABLE,
        r"\b503 Service|\bHTTP/[\d.]{1,3}\" 503\b|\bHTTP/[\d.]{1,3} 503\b|\bstatus(?:[ _]?code)?\W{1,3}503\b|service temporarily "
        r"unavailable|^\W{0,3}503\W{0,3}$",
        "proxies",
        "503 Service Temporarily Unavailable",
        "nginx src/http/ngx_http_header_filter_module.c:124; ingress-nginx (default server when a Service has no endpoints)",
    ),
    _text(
        "unexpected-eof",
        RESET,
        r"unexpected EOF|: EOF\b|\bEOF$|reading from server: EOF",
        "Go, grpc-go",
        'Post "http://payments/charges": EOF',
        "Go src/io/io.go; grpc-go internal/transport/http2_client.go:1759",
    ),
    _text(
        "unnamed-lookup-failure",
        DNS_TEMPORARY,
        r"unable to look ?up|(?:dns|name) (?:lookup|resolution) (?:failed|failure|error)|failed to resolve",
        "any program",
        "unable to lookup DNS",
        "aws/aws-network-policy-agent#230",
    ),
    _text(
        "grpc-unavailable",
        UNAVAILABLE._replace(
            kind="gRPC Unavailable",
            says="The channel has no connection that works; the text does not tell why",
            causes=(
                Cause(8, ("refused", "reset"), "no pod is ready, or those it knew are gone and it has not asked for new ones"),
                Cause(2, ("reset", "timeout"), "the connection that it keeps has died"),
                Cause(9, ("timeout", "reset"), "a policy drops the packets, or a proxy has nowhere to send them"),
                Cause(7, ("refused", "timeout"), "the Service sends to a port that no container has"),
                Cause(4, ("nxdomain",), "the name is not that of a Service"),
                Cause(6, ("timeout",), "DNS does not answer"),
                Cause(11, ("refused", "reset"), "the program does not listen where it is dialled, or has been stopped"),
            ),
            rules_out="a deadline of the caller has a code of its own",
            checks=("endpoints", "resolve", "connect", "pods"),
        ),
        r"code = Unavailable|\bUNAVAILABLE\b",
        "grpc",
        "rpc error: code = Unavailable desc = error reading from server",
        "grpc-go internal/status/status.go:202; grpc/grpc-go#4650",
    ),
    _text(
        "unnamed-timeout",
        DEADLINE._replace(
            kind="time-out", says="Something did not come in time. The text hides in which phase: look-up, dial, handshake, pool or server"
        ),
        r"i/o timeout|\b(?:access|connection|connect|request|response|operation|query|command|dial|read|write|socket|network|rpc"
        r"|call|gateway)"
        r" (?:has |was )?(?:timed? ?out|timeout)\b(?![=:]? ?\d)",
        "any program",
        "access timeout",
        "projectcalico/felix#2836",
    ),
)
"""In order: texts that say more first."""
