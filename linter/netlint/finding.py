"""What a rule is and what it reports."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netlint.kubernetes.facts import ObjectMeta
    from netlint.model import Model
    from netlint.model.code.packages import GoFunction
    from netlint.model.links import Link
    from netlint.model.runs import Run
    from netlint.source import Span

LAYERS: Final = {
    1: "deadline",
    2: "pool",
    3: "dial",
    4: "resolver",
    5: "pod-dns",
    6: "cluster-dns",
    7: "service",
    8: "endpoints",
    9: "path",
    10: "tls",
    11: "server",
}
"""The layers a request passes, in order; every rule belongs to one."""


class Severity(StrEnum):
    """``error`` will fail; ``warning`` fails under ordinary conditions; ``info`` costs or hides."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Confidence(StrEnum):
    """How sure netlint is that the finding is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Symptom(StrEnum):
    """What the client sees."""

    TIMEOUT = "timeout"
    HANG = "hang"
    REFUSED = "refused"
    NXDOMAIN = "nxdomain"
    RESET = "reset"
    SLOW = "slow"
    REJECTED = "rejected"
    NONE = "none"
    """Of findings about the run itself."""


class Subject(NamedTuple):
    """The object a finding is about: a Kubernetes object, or a function (kind ``func``, with its package)."""

    kind: str
    name: str
    namespace: str | None = None
    package: str | None = None

    @classmethod
    def of(cls, meta: ObjectMeta) -> Subject:
        """The Kubernetes object that ``meta`` identifies."""
        return cls(_bounded(meta.kind), _bounded(meta.name), meta.namespace and _bounded(meta.namespace))

    @classmethod
    def function(cls, function: GoFunction) -> Subject:
        """A function of the code; for what package variables are set to, the package."""
        return cls("func", _bounded(function.name or "init"), package=_bounded(function.file.package.path))


_MAX_MESSAGE: Final = 2000
"""Characters of a text in a finding. Names that Kubernetes takes stay far below; a hostile one of megabytes would fill the report."""


def _bounded(text: str) -> str:
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 1]}…"


class Related(NamedTuple):
    """Another place that makes the finding one, and what it contributes."""

    span: Span
    label: str


class Edit(NamedTuple):
    """Replace the characters under ``span`` with ``text``."""

    span: Span
    text: str


class AddEntry(NamedTuple):
    """Put ``key: value`` into a YAML or JSON mapping, right behind the entry whose key or scalar value stands under ``beside``.

    ``value`` is a scalar as YAML writes it: text that YAML would take for something else in double quotes. With ``replaces`` the new
    entry takes the place of that one.
    """

    beside: Span
    key: str
    value: str
    replaces: bool = False


class AddItem(NamedTuple):
    """Put a mapping of scalars into a YAML or JSON sequence, right behind the item that stands under ``behind``."""

    behind: Span
    entries: tuple[tuple[str, str], ...]


class AddField(NamedTuple):
    """Give the Go composite ``literal`` a last element ``name: value``; ``last`` is its last element now, None when it has none."""

    literal: Span
    last: Span | None
    name: str
    value: str


class AddLine(NamedTuple):
    """Put the Go statement ``text`` on a line of its own, right behind the statement under ``behind``."""

    behind: Span
    text: str


class AddImport(NamedTuple):
    """Import a package of Go's library into the file at ``path``, which does not import it yet."""

    path: str
    package: str


Change: TypeAlias = Edit | AddEntry | AddItem | AddField | AddLine | AddImport
"""What a rule asks for. The additions become edits in ``netlint.placing``, which sees how the file is laid out."""


class Fix(NamedTuple):
    """Changes that cure a finding. ``safe``: nothing that works today works otherwise; the rest is for a person to decide."""

    title: str
    safe: bool
    edits: tuple[Change, ...]


class Finding(NamedTuple):
    """A combination that fails: ``message`` says what, ``why`` the consequence at run time, ``help`` the cure."""

    rule: Rule
    severity: Severity
    confidence: Confidence
    symptom: Symptom
    span: Span
    message: str
    why: str
    help: str
    subject: Subject | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every place of the finding, the place at fault first."""
        return (self.span, *(related.span for related in self.related))


class Rule(NamedTuple):
    """One mistake netlint knows. ``check`` yields its findings over a whole model; rules about the run have none."""

    name: str
    family: str
    layer: int
    summary: str
    severity: Severity
    confidence: Confidence
    symptom: Symptom
    since: str
    check: Callable[[Model], Iterator[Finding]] | None = None

    def finding(
        self,
        span: Span,
        *,
        message: str,
        why: str,
        help: str,
        subject: Subject | None = None,
        related: Iterable[Related] = (),
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        symptom: Symptom | None = None,
        fix: Fix | None = None,
        link: Link | Run | None = None,
    ) -> Finding:
        """A finding of this rule; what is not given is as the rule declares it.

        ``link``: what joins code and manifests in it. Its evidence is shown, and one that is only likely makes the
        finding less sure.
        """
        if link is not None:
            related = (*related, *(Related(span, label) for span, label in link.evidence))
            if link.certainty == "likely" and (confidence or self.confidence) is Confidence.HIGH:
                confidence = Confidence.MEDIUM
        return Finding(
            rule=self,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            symptom=symptom or self.symptom,
            span=span,
            message=_bounded(message),
            why=_bounded(why),
            help=_bounded(help),
            subject=subject,
            related=tuple(Related(place, _bounded(label)) for place, label in related),
            fix=fix,
        )
