"""What ingress-nginx reads from the annotations of an Ingress.

Source: ingress-nginx v1.15.1 docs/user-guide/nginx-configuration/annotations.md and internal/ingress/annotations/*/main.go.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ANNOTATION_PREFIX: Final = "nginx.ingress.kubernetes.io/"
"""The default of ``--annotations-prefix``."""

MAX_CONNECT_SECONDS: Final = 75
"""What a connect time-out cannot usually exceed (nginx ngx_http_proxy_module, proxy_connect_timeout)."""


class UnitlessSetting(NamedTuple):
    """An annotation read as a plain integer. ``default`` holds when it is anything else, unless the controller's ConfigMap sets another."""

    default: str
    unit: str
    """``seconds``, or what is counted."""


UNITLESS: Final = {
    "proxy-connect-timeout": UnitlessSetting("5 s", "seconds"),
    "proxy-send-timeout": UnitlessSetting("60 s", "seconds"),
    "proxy-read-timeout": UnitlessSetting("60 s", "seconds"),
    "proxy-next-upstream-timeout": UnitlessSetting("no limit", "seconds"),
    "proxy-next-upstream-tries": UnitlessSetting("3 tries", "tries"),
    "auth-keepalive-timeout": UnitlessSetting("60 s", "seconds"),
}
"""Annotations that bound a wait, by key.

Read with strconv.Atoi; on an error the default backend's value is used (internal/ingress/annotations/parser/main.go:130-140,
annotations/proxy/main.go:283-341, annotations/authreq/main.go:396-400; defaults: internal/ingress/controller/config/config.go:858-868,
authreq/main.go:184).
"""

KNOWN_ANNOTATIONS: Final = frozenset(
    """
    affinity affinity-canary-behavior affinity-mode allowlist-source-range app-root auth-always-set-cookie
    auth-cache-duration auth-cache-key auth-keepalive auth-keepalive-requests auth-keepalive-share-vars
    auth-keepalive-timeout auth-method auth-proxy-set-headers auth-realm auth-request-redirect
    auth-response-headers auth-secret auth-secret-type auth-signin auth-signin-redirect-param auth-snippet
    auth-tls-error-page auth-tls-match-cn auth-tls-pass-certificate-to-upstream auth-tls-secret
    auth-tls-verify-client auth-tls-verify-depth auth-type auth-url backend-protocol canary canary-by-cookie
    canary-by-header canary-by-header-pattern canary-by-header-value canary-weight canary-weight-total
    client-body-buffer-size configuration-snippet connection-proxy-header cors-allow-credentials
    cors-allow-headers cors-allow-methods cors-allow-origin cors-expose-headers cors-max-age custom-headers
    custom-http-errors default-backend denylist-source-range disable-proxy-intercept-errors enable-access-log
    enable-cors enable-global-auth enable-modsecurity enable-opentelemetry enable-owasp-core-rules
    enable-rewrite-log fastcgi-index fastcgi-params-configmap force-ssl-redirect from-to-www-redirect
    http2-push-preload limit-allowlist limit-burst-multiplier limit-connections limit-rate limit-rate-after
    limit-rpm limit-rps limit-whitelist load-balance mirror-host mirror-request-body mirror-target
    modsecurity-snippet modsecurity-transaction-id opentelemetry-operation-name opentelemetry-trust-incoming-span
    permanent-redirect permanent-redirect-code preserve-trailing-slash proxy-body-size proxy-buffer-size
    proxy-buffering proxy-buffers-number proxy-busy-buffers-size proxy-connect-timeout proxy-cookie-domain
    proxy-cookie-path proxy-http-version proxy-max-temp-file-size proxy-next-upstream proxy-next-upstream-timeout
    proxy-next-upstream-tries proxy-read-timeout proxy-redirect-from proxy-redirect-to proxy-request-buffering
    proxy-send-timeout proxy-ssl-ciphers proxy-ssl-name proxy-ssl-protocols proxy-ssl-secret proxy-ssl-server-name
    proxy-ssl-verify proxy-ssl-verify-depth relative-redirects rewrite-target satisfy server-alias server-snippet
    service-upstream session-cookie-change-on-failure session-cookie-conditional-samesite-none
    session-cookie-domain session-cookie-expires session-cookie-max-age session-cookie-name session-cookie-path
    session-cookie-samesite session-cookie-secure ssl-ciphers ssl-passthrough ssl-prefer-server-ciphers
    ssl-redirect stream-snippet temporal-redirect temporal-redirect-code upstream-hash-by upstream-hash-by-subset
    upstream-hash-by-subset-size upstream-vhost use-port-in-redirects use-regex whitelist-source-range
    x-forwarded-prefix
    """.split()
)
"""Keys behind the prefix."""
