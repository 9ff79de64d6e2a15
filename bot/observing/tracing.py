"""Spans of OpenTelemetry for each event and each step, sent by OTLP; imported only where an operator asks for them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode

from bot.observing.hiding import Hide
from bot.observing.watcher import Span

TIMEOUT = 3.0  # seconds for which a collector that is away may hold up the end


def open_spans(endpoint: str, hide: Hide, exporter: SpanExporter | None = None) -> tuple[Span, Callable[[], None]]:
    """Return what opens a span, and what ends it all; spans go to *endpoint*, or to *exporter* where one is given."""
    provider = TracerProvider(resource=Resource({SERVICE_NAME: "frontdesk"}), shutdown_on_exit=False)
    sending = exporter or OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=TIMEOUT)
    provider.add_span_processor(BatchSpanProcessor(sending))
    tracer = provider.get_tracer("frontdesk")

    @contextmanager
    def span(name: str, attributes: Mapping[str, str]) -> Iterator[None]:
        told = {f"frontdesk.{key}": hide(value) for key, value in attributes.items()}
        # An error's text may quote what a person wrote: only its class goes along.
        with tracer.start_as_current_span(
            name, attributes=told, record_exception=False, set_status_on_exception=False
        ) as opened:
            try:
                yield
            except BaseException as error:
                opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    return span, provider.shutdown
