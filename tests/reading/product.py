"""A small faq.yaml in memory: the error table of a product with two platforms, for the tests of reading."""

from bot.faq.content import Entry, ErrorPattern, Faq, Wording


def entry(
    identity: str, question: str, errors: list[ErrorPattern], not_errors: list[ErrorPattern] | None = None
) -> Entry:
    return Entry(identity, {"en": Wording(question, "An answer.")}, tuple(errors), tuple(not_errors or []))


def of_type(value: str, message: str | None = None) -> ErrorPattern:
    return ErrorPattern(type=value, message=message)


def saying(value: str) -> ErrorPattern:
    return ErrorPattern(message=value)


FAQ = Faq(
    product="Kimi API",
    languages=("en", "zh"),
    names=(
        "kimi",
        "moonshot",
        "api.moonshot.ai",
        "api.moonshot.cn",
        "platform.moonshot.ai",
        "api.kimi.com",
        "allegretto",
    ),
    entries=(
        entry(
            "rate-limit-429",
            "How to handle a 429 rate limit error?",
            [
                of_type("rate_limit_reached_error"),
                of_type("rate_limit_error"),
                saying("request reached * max concurrency"),
                saying("request reached * max RPM"),
                saying("TPM rate limit"),
                saying("TPD rate limit"),
                saying("Organization Rate limit exceeded"),
                saying("receiving too many requests at the moment"),
                ErrorPattern(status=429),
                ErrorPattern(exception="RateLimitError"),
            ],
            [saying("check your plan and billing details")],
        ),
        entry(
            "auth-401",
            "How to handle a 401 authentication error?",
            [
                of_type("invalid_authentication_error"),
                of_type("incorrect_api_key_error"),
                of_type("authentication_error"),
                saying("Invalid Authentication"),
                saying("Incorrect API key provided"),
                saying("API Key appears to be invalid or may have expired"),
                saying("Illegal header value * Bearer"),
                ErrorPattern(status=401),
                ErrorPattern(exception="AuthenticationError"),
            ],
        ),
        entry(
            "balance-403",
            "How to handle a 403 insufficient balance error?",
            [
                of_type("exceeded_current_quota_error"),
                saying("insufficient balance"),
                saying("suspended * check your plan and billing details"),
                saying("exceeded current quota"),
                saying("exceeded your current token quota"),
                ErrorPattern(status=403),
                ErrorPattern(exception="PermissionDeniedError"),
            ],
        ),
        entry(
            "engine-overloaded-429",
            "Why is the engine overloaded?",
            [of_type("engine_overloaded_error"), saying("engine is currently overloaded")],
        ),
        entry(
            "permission-denied-403",
            "Why is an API closed to me?",
            [of_type("permission_denied_error"), saying("API you are accessing is not open")],
        ),
        entry(
            "access-terminated-403",
            "What does access_terminated_error mean?",
            [
                of_type("access_terminated_error"),
                saying("only available for Coding Agents"),
                saying("reached your usage limit for this billing cycle"),
            ],
        ),
        entry(
            "concurrent-403", "Why a 403 about concurrency?", [of_type("permission_error", "concurrent request limit")]
        ),
        entry(
            "content-filter-400",
            "Why was my prompt rejected?",
            [of_type("content_filter"), saying("considered high risk")],
        ),
        entry(
            "context-length-400",
            "Why is my input too long?",
            [of_type("invalid_request_error", "exceeded model token limit"), saying("Input token length too long")],
        ),
        entry(
            "image-upload",
            "Can I pass images?",
            [saying("unsupported image url")],
        ),
        entry(
            "model-not-found-404",
            "Why is the model not found?",
            [of_type("resource_not_found_error"), saying("Not found the model * or Permission denied")],
        ),
        entry(
            "server-error-5xx",
            "What do the 5xx errors mean?",
            [
                of_type("server_error"),
                of_type("unexpected_output"),
                of_type("server_unavailable"),
                saying("Failed to extract file"),
                saying("Gateway Time-out"),
            ],
        ),
        entry(
            "truncated-response",
            "What if the response is truncated?",
            [
                saying("finish_reason: length"),
                saying("finish_reason=length"),
                saying("truncated due to output length limit"),
                ErrorPattern(exception="LengthFinishReasonError"),
            ],
        ),
    ),
)
