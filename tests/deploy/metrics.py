"""The metrics that the dashboard and the alert rules stand on, as Prometheus shows them, with their labels."""

METRICS = {
    "frontdesk_questions_total": ("platform", "outcome"),
    "frontdesk_answers_total": ("entry",),
    "frontdesk_confidence": (),
    "frontdesk_step_seconds": ("step",),
    "frontdesk_rate_limited_total": ("platform",),
    "frontdesk_invalid_requests_total": ("platform",),
    "frontdesk_open_events": ("platform",),
    "frontdesk_oldest_open_seconds": ("platform",),
    "frontdesk_content_info": ("digest",),
    "frontdesk_connected": ("platform",),
    "frontdesk_gateway_age_seconds": ("shard",),
    "frontdesk_expired_total": ("platform",),
}
HISTOGRAMS = frozenset({"frontdesk_confidence", "frontdesk_step_seconds"})
STEPS = frozenset({"read", "decide", "record", "post"})
