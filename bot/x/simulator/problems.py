"""The answers with which X refuses, word for word as they were seen."""

from typing import Any

HTML_ERROR = "<html><head><title>503 Service Unavailable</title></head><body>Over capacity</body></html>"
TYPES = "https://api.x.com/2/problems/"

NOT_SUMMONED = "You can only reply to or quote posts where you are mentioned or are the author."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
CASHTAGS = "Posts are limited to a maximum of one cashtag"
TOO_LONG = (
    "Your Tweet text is too long. For more information on how Twitter determines text length see "
    "https://github.com/twitter/twitter-text."
)
CAPPED = "User is over daily status update limit."  # the old wording; none is known for 2026
NOT_PERMITTED = "You are not permitted to perform this action."


class ApiError(Exception):
    """A refusal, with the status and the body that X sends."""

    def __init__(
        self, status: int, body: dict[str, Any] | str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def capped(variant: str) -> ApiError:
    """Over a cap of the account: which of the three bodies X sends today is not known."""
    if variant == "legacy code":
        return ApiError(403, {"errors": [{"code": 185, "message": CAPPED}]})
    return forbidden(CAPPED if variant == "legacy text" else NOT_PERMITTED)


def forbidden(detail: str) -> ApiError:
    return ApiError(403, {"detail": detail, "type": "about:blank", "title": "Forbidden", "status": 403})


def not_summoned() -> ApiError:
    body = {
        "detail": NOT_SUMMONED,
        "type": TYPES + "not-authorized-for-resource",
        "title": "Forbidden",
        "status": 403,
    }
    return ApiError(403, body)


def wrong_kind_of_token() -> ApiError:
    body = {
        "title": "Unsupported Authentication",
        "detail": "This kind of authentication is forbidden for this endpoint.",
        "type": TYPES + "unsupported-authentication",
        "status": 403,
    }
    return ApiError(403, body)


def invalid(message: str) -> ApiError:
    body = {
        "errors": [{"message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": TYPES + "invalid-request",
        "status": 400,
    }
    return ApiError(400, body)


def unauthorized() -> ApiError:
    body = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
    return ApiError(401, body)


def missing(kind: str, value: str, parameter: str = "id") -> dict[str, Any]:
    """One line of `errors`; X puts it beside the data that it did find."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": TYPES + "resource-not-found",
    }


def not_found(kind: str, value: str) -> ApiError:
    return ApiError(404, {"errors": [missing(kind, value)], "title": "Not Found Error", "status": 404})


def out_of_credits(variant: str) -> ApiError:
    if variant == "old":
        body = {
            "title": "CreditsDepleted",
            "type": "https://api.twitter.com/2/problems/credits",
            "detail": "Your enrolled account does not have any credits to fulfill this request.",
        }
        return ApiError(402, body)
    new = {
        "detail": "credits depleted",
        "status": 402,
        "title": "Payment Required",
        "type": TYPES + "credits-depleted",
    }
    return ApiError(402, new)


def usage_capped() -> ApiError:
    """Looks like a rate limit, but waiting for the reset does not help."""
    body = {
        "title": "UsageCapExceeded",
        "period": "Monthly",
        "scope": "Product",
        "detail": "Usage cap exceeded: Monthly product cap",
        "type": "https://api.twitter.com/2/problems/usage-capped",
    }
    return ApiError(429, body)


def too_many_requests() -> ApiError:
    body = {
        "title": "Too Many Requests",
        "detail": "Too Many Requests",
        "type": "about:blank",
        "status": 429,
    }
    return ApiError(429, body)


def too_many_connections() -> ApiError:
    body = {
        "title": "ConnectionException",
        "detail": "This stream is currently at the maximum allowed connection limit.",
        "connection_issue": "TooManyConnections",
        "type": TYPES + "streaming-connection",
    }
    return ApiError(429, body)


def disconnect(kind: str) -> dict[str, Any]:
    """The last line of a stream that X ends, as its documentation shows it."""
    problem = {
        "title": "operational-disconnect",
        "disconnect_type": kind,
        "detail": "This stream has been disconnected for operational reasons.",
        "type": TYPES + "operational-disconnect",
    }
    return {"errors": [problem]}


def no_rules() -> ApiError:
    body = {
        "title": "RulesInvalidIssue",
        "detail": "Stream has no rules",
        "type": TYPES + "rule-configuration-issue",
        "status": 409,
    }
    return ApiError(409, body)


def unavailable() -> ApiError:
    return ApiError(503, HTML_ERROR)
