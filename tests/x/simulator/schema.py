"""The form of every answer, as JSON Schema, from the project's sheet of facts about X.

Written down apart from the simulator and strict on purpose: a key that the sheet does not name is a
mistake here, unless X is made to send fields that nobody knows.
"""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "pattern": r"^[0-9]{1,19}$"}
COUNT: Schema = {"type": "integer", "minimum": 0}
YES_NO: Schema = {"type": "boolean"}
# tweepy cannot read a time without its milliseconds.
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}


def thing(required: Schema, optional: Schema | None = None) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def some(item: Schema, least: int = 1) -> Schema:
    return {"type": "array", "items": item, "minItems": least}


def const(*values: object) -> Schema:
    return {"enum": list(values)}


SPAN: Schema = {"start": COUNT, "end": COUNT}
ENTITIES = thing(
    {},
    {
        "mentions": some(thing(SPAN | {"username": TEXT, "id": ID})),
        "hashtags": some(thing(SPAN | {"tag": TEXT})),
        "cashtags": some(thing(SPAN | {"tag": TEXT})),
        "urls": some(thing(SPAN | {"url": TEXT, "expanded_url": TEXT, "display_url": TEXT})),
    },
)
NOTE = thing({"text": TEXT}, {"entities": ENTITIES})
REFERENCES = some(thing({"type": const("replied_to", "quoted", "retweeted"), "id": ID}))
POST_FIELDS: Schema = {
    "author_id": ID,
    "created_at": TIME,
    "conversation_id": ID,
    "in_reply_to_user_id": ID,
    "entities": ENTITIES,
    "lang": TEXT,
    "display_text_range": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
    "reply_settings": const("everyone", "following", "mentionedUsers", "subscribers", "verified"),
    "possibly_sensitive": YES_NO,
    "edit_controls": thing({"edits_remaining": COUNT, "is_edit_eligible": YES_NO, "editable_until": TIME}),
}
OLD: Schema = {"referenced_tweets": REFERENCES, "note_tweet": NOTE}
NEW: Schema = {"referenced_posts": REFERENCES, "note_post": NOTE}
POST: Schema = {
    "anyOf": [
        thing({"id": ID, "text": TEXT, "edit_history_tweet_ids": some(ID)}, POST_FIELDS | OLD),
        thing({"id": ID, "text": TEXT, "edit_history_post_ids": some(ID)}, POST_FIELDS | NEW),
        thing(
            {"id": ID, "text": TEXT, "edit_history_tweet_ids": some(ID), "edit_history_post_ids": some(ID)},
            POST_FIELDS | OLD | NEW,
        ),
    ]
}
METRICS = ("followers_count", "following_count", "tweet_count", "listed_count", "like_count", "media_count")
USER = thing(
    {"id": ID, "name": TEXT, "username": TEXT},
    {
        "description": TEXT,
        "created_at": TIME,
        "verified": YES_NO,
        "verified_type": const("blue", "none"),
        "protected": YES_NO,
        "public_metrics": thing(dict.fromkeys(METRICS, COUNT)),
    },
)
NOT_FOUND = thing(
    {
        "title": const("Not Found Error"),
        "detail": TEXT,
        "type": const("https://api.x.com/2/problems/resource-not-found"),
        "value": TEXT,
        "resource_id": TEXT,
        "resource_type": TEXT,
        "parameter": TEXT,
    }
)
INCLUDES = thing({}, {"users": some(USER), "tweets": some(POST)})
BESIDE: Schema = {"includes": INCLUDES, "errors": some(NOT_FOUND)}
PAGE = thing(
    {"meta": thing({"result_count": COUNT}, {"newest_id": ID, "oldest_id": ID, "next_token": TEXT})},
    {"data": some(POST)} | BESIDE,
)
RULE = thing({"id": ID, "value": TEXT}, {"tag": TEXT})
SUMMARY = thing(dict.fromkeys(("created", "not_created", "valid", "invalid"), COUNT))
GONE = thing(dict.fromkeys(("deleted", "not_deleted"), COUNT))
SUBSCRIPTION = thing(
    {
        "subscription_id": ID,
        "event_type": TEXT,
        "filter": thing({"user_id": ID}),
        "created_at": TIME,
        "updated_at": TIME,
    },
    {"tag": TEXT},
)
SUBSCRIBED = thing({"total_subscriptions": COUNT})
DAILY = some(thing({"date": TIME, "usage": {"type": "string", "pattern": r"^\d+$"}}), least=0)
CONNECTION = thing(
    {"id": ID, "endpoint_name": const("filtered_stream", "activity_stream"), "connected_at": TIME},
    {"disconnected_at": TIME, "disconnect_reason": TEXT},
)
KILLED = thing(
    {
        "successful_kills": COUNT,
        "failed_kills": COUNT,
        "results": some(thing({"uuid": ID, "success": YES_NO}), least=0),
    }
)


def data(schema: Schema, **beside: Schema) -> Schema:
    return thing({"data": schema} | beside)


#: What each route answers when all is well. The two streams are not here: see LINES.
SUCCESS: dict[str, Schema] = {
    "POST /2/oauth2/token": thing(
        {"token_type": const("bearer"), "expires_in": COUNT, "access_token": TEXT, "scope": TEXT},
        {"refresh_token": TEXT},
    ),
    "POST /2/tweets": data(POST),
    "DELETE /2/tweets/:id": data(thing({"deleted": const(True)})),
    "PUT /2/tweets/:id/hidden": data(thing({"hidden": YES_NO})),
    "GET /2/tweets": thing({}, {"data": some(POST)} | BESIDE),
    "GET /2/tweets/:id": thing({"data": POST}, BESIDE),
    "GET /2/users/:id/mentions": PAGE,
    "GET /2/users/:id/tweets": PAGE,
    "GET /2/tweets/search/recent": PAGE,
    "GET /2/tweets/counts/recent": data(
        some(thing({"start": TIME, "end": TIME, "tweet_count": COUNT})),
        meta=thing({"total_tweet_count": COUNT}),
    ),
    "GET /2/users/me": data(USER),
    "GET /2/users/:id": data(USER),
    "GET /2/users/by/username/:name": data(USER),
    "GET /2/users": thing({}, {"data": some(USER), "errors": some(NOT_FOUND)}),
    "GET /2/users/by": thing({}, {"data": some(USER), "errors": some(NOT_FOUND)}),
    "GET /2/usage/credits": data(thing({"balance": TEXT})),
    "GET /2/usage/tweets": data(
        thing(
            {"project_id": TEXT, "project_cap": TEXT, "project_usage": TEXT},
            {
                "cap_reset_day": COUNT,
                "daily_project_usage": thing({"project_id": TEXT, "usage": DAILY}),
                "daily_client_app_usage": some(thing({"client_app_id": TEXT, "usage": DAILY})),
            },
        )
    ),
    "GET /2/tweets/search/stream/rules": thing({"meta": thing({"sent": TIME})}, {"data": some(RULE)}),
    "POST /2/tweets/search/stream/rules": {
        "anyOf": [
            thing(
                {"data": some(RULE, 0), "meta": thing({"sent": TIME, "summary": SUMMARY})},
                {"errors": {"$ref": "#/$defs/rules"}},
            ),
            thing({"meta": thing({"sent": TIME, "summary": GONE})}),
        ]
    },
    "GET /2/activity/subscriptions": thing({"meta": SUBSCRIBED}, {"data": some(SUBSCRIPTION)}),
    "POST /2/activity/subscriptions": {
        "anyOf": [
            data(some(SUBSCRIPTION), meta=SUBSCRIBED),
            data(SUBSCRIPTION),
            data(thing({"subscription": SUBSCRIPTION}), meta=SUBSCRIBED),
        ]
    },
    "DELETE /2/activity/subscriptions/:id": data(thing({"deleted": const(True)}), meta=SUBSCRIBED),
    "GET /2/connections": thing({"meta": thing({"result_count": COUNT})}, {"data": some(CONNECTION)}),
    "DELETE /2/connections/all": data(KILLED),
}


def problem(tail: str, status: int | None = None, **more: Schema) -> Schema:
    """X's common form; its host varies, so only the end of `type` is held to anything."""
    kind = const(tail) if tail == "about:blank" else {"type": "string", "pattern": f"/{tail}$"}
    required = {"title": TEXT, "detail": TEXT, "type": kind}
    return thing(required | ({"status": const(status)} if status else {}) | more)


CAPPED = problem("usage-capped", None, period=const("Monthly"), scope=const("Product"))
CONNECTED = problem("streaming-connection", None, connection_issue=const("TooManyConnections"))
RULE_ERRORS = some(
    thing(
        {
            "title": const("DuplicateRule", "RulesCapExceeded", "InvalidRules"),
            "type": {"type": "string", "pattern": "/(duplicate-rules|rule-cap|invalid-rules)$"},
            "value": TEXT,
            "details": some(TEXT),
        }
    )
)
OAUTH = thing({"error": TEXT, "error_description": TEXT})
#: What X answers instead, by status.
PROBLEMS: dict[int, list[Schema]] = {
    400: [
        problem("invalid-request", 400, errors=some(thing({"message": TEXT}))),
        thing({"errors": {"$ref": "#/$defs/rules"}, "title": TEXT, "status": const(400)}),
        OAUTH,
    ],
    401: [problem("about:blank", 401), OAUTH],
    402: [problem("credits-depleted", 402), problem("credits")],
    403: [
        problem("about:blank", 403),
        problem("not-authorized-for-resource", 403),
        problem("unsupported-authentication", 403),
        thing({"errors": some(thing({"code": const(185), "message": TEXT}))}),
    ],
    404: [thing({"errors": some(NOT_FOUND), "title": TEXT, "status": const(404)})],
    409: [problem("rule-configuration-issue", 409)],
    429: [problem("about:blank", 429), CONNECTED, CAPPED],
}

_ACTIVITY_POST = thing(
    {"id": ID, "text": TEXT, "author_id": ID, "edit_history_tweet_ids": some(ID)},
    POST_FIELDS | OLD | {"in_reply_to_tweet_id": ID},
)
_EVENT: Schema = {"event_uuid": {"type": "string", "pattern": r"^-?\d+$"}, "filter": thing({"user_id": ID})}
DISCONNECT = problem("operational-disconnect", None, disconnect_type=TEXT)
#: What comes over a stream, a line at a time.
LINES: dict[str, Schema] = {
    "GET /2/tweets/search/stream": {
        "anyOf": [
            thing({"data": POST, "matching_rules": some(thing({"id": ID}, {"tag": TEXT}))}, BESIDE),
            thing({"errors": some({"anyOf": [DISCONNECT, CAPPED]})}),
        ]
    },
    "GET /2/activity/stream": {
        "anyOf": [
            data(
                thing(
                    _EVENT
                    | {
                        "event_type": const(
                            "post.mention.create", "post.reply.create", "post.quote.create", "post.create"
                        ),
                        "payload": _ACTIVITY_POST,
                        "includes": INCLUDES,
                    },
                    {"tag": TEXT},
                )
            ),
            data(
                thing(
                    _EVENT
                    | {"event_type": const("post.delete"), "payload": thing({"id": ID, "author_id": ID})},
                    {"tag": TEXT},
                )
            ),
            thing({"errors": some(DISCONNECT)}),
        ]
    },
}


def of_answer(route: str, status: int) -> Schema:
    return SUCCESS[route] if status < 300 else {"anyOf": PROBLEMS[status]}


def mistakes(body: object, schema: Schema) -> Iterator[str]:
    """Where the body is not of this form; nothing when it is."""
    validator = Draft202012Validator(schema | {"$defs": {"rules": RULE_ERRORS}})
    for error in validator.iter_errors(body):
        yield f"{error.json_path}: {error.message}"
