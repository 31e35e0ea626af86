"""What Telegram asks of a call before it looks at any chat: names, types, texts, keyboards, results."""

import json
import re
from typing import Any, NoReturn
from urllib.parse import urlsplit

from telegram_html import Formatted, HtmlError, detected, is_blank, parse_html, trimmed, units

_SENDING = (
    "chat_id! text! parse_mode entities link_preview_options disable_notification protect_content reply_parameters "
    "reply_markup message_thread_id business_connection_id direct_messages_topic_id message_effect_id "
    "allow_paid_broadcast suggested_post_parameters "
    # Names of earlier versions, which Telegram still knows.
    "reply_to_message_id allow_sending_without_reply disable_web_page_preview"
)
# The parameters of each method; “!” marks what it cannot do without.
METHODS = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": _SENDING,
    "sendPhoto": _SENDING.replace("text!", "photo! caption caption_entities show_caption_above_media has_spoiler"),
    "editMessageText": "business_connection_id chat_id message_id inline_message_id text! parse_mode entities "
    "link_preview_options reply_markup disable_web_page_preview",
    "editMessageReplyMarkup": "business_connection_id chat_id message_id inline_message_id reply_markup",
    "deleteMessage": "chat_id! message_id!",
    "sendChatAction": "business_connection_id chat_id! message_thread_id action!",
    "answerCallbackQuery": "callback_query_id! text show_alert url cache_time",
    "answerInlineQuery": "inline_query_id! results! cache_time is_personal next_offset button",
    "setMyCommands": "commands! scope language_code",
    "deleteMyCommands": "scope language_code",
    "getMyCommands": "scope language_code",
    "setMyDescription": "description language_code",
    "setMyShortDescription": "short_description language_code",
    "getChat": "chat_id!",
    "getChatMember": "chat_id! user_id!",
    "leaveChat": "chat_id!",
    "logOut": "",
    "close": "",
}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "action": "wrong parameter action in request",
    "results": "can't parse inline query results JSON object",
    "commands": "can't parse commands JSON object",
}
QUERY_GONE = "query is too old and response timeout expired or query ID is invalid"
_JSON = {
    "allowed_updates": "allowed updates",
    "button": "inline query results button",
    "commands": "commands",
    "entities": "message entities",
    "link_preview_options": "link preview options",
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "results": "inline query results",
    "scope": "bot command scope",
    "suggested_post_parameters": "suggested post parameters",
}
_WHOLE = set("offset limit timeout message_id message_thread_id user_id cache_time max_connections".split())
_YES_NO = set(
    "disable_notification protect_content show_alert is_personal drop_pending_updates allow_paid_broadcast "
    "allow_sending_without_reply disable_web_page_preview".split()
)
_PARTS = {
    "link_preview_options": "is_disabled url prefer_small_media prefer_large_media show_above_text",
    "reply_parameters": "message_id chat_id allow_sending_without_reply quote quote_parse_mode quote_entities "
    "quote_position checklist_task_id poll_option_id",
}
_BUTTON_KINDS = set(
    "callback_data url switch_inline_query switch_inline_query_current_chat switch_inline_query_chosen_chat web_app "
    "login_url copy_text callback_game pay".split()
)
_BUTTON_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_ACTIONS = set(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
_RESULT_TYPES = set(
    "article photo gif mpeg4_gif video audio voice document location venue contact game sticker".split()
)
_ARTICLE = set(
    "type id title input_message_content reply_markup url description thumbnail_url thumbnail_width "
    "thumbnail_height".split()
)
_SCOPES = {
    "default": "",
    "all_private_chats": "",
    "all_group_chats": "",
    "all_chat_administrators": "",
    "chat": "chat_id",
    "chat_administrators": "chat_id",
    "chat_member": "chat_id user_id",
}


class RefusedError(Exception):
    """A call that Telegram does not carry out: the status, the description, and perhaps retry_after."""

    def __init__(self, description: str, code: int = 400, **parameters: int) -> None:
        super().__init__(description)
        self.description, self.code, self.parameters = description, code, parameters


def refuse(reason: str) -> NoReturn:
    raise RefusedError(f"Bad Request: {reason}")


def read_parameters(method: str, sent: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The parameters as values, and notes on names that the method does not have."""
    names = METHODS[method].split()
    known = {name.rstrip("!") for name in names}
    notes = [f"{method} has no parameter {name!r}" for name in sent if name not in known]
    values = {name: _value(name, value) for name, value in sent.items()}
    for name in (name[:-1] for name in names if name.endswith("!")):
        if values.get(name) in (None, "") and name not in {"callback_query_id", "inline_query_id"}:
            refuse(_MISSING[name])
        if name not in values:
            refuse(QUERY_GONE)
    for name, parts in _PARTS.items():
        notes += [f"{name} has no part {part!r}" for part in values.get(name) or {} if part not in parts.split()]
    return values, notes


def _value(name: str, value: Any) -> Any:
    if name in _JSON and isinstance(value, str):
        try:
            return json.loads(value) if value else None
        except ValueError:
            refuse(f"can't parse {_JSON[name]} JSON object")
    if name in _WHOLE and not isinstance(value, int):
        return int(value) if re.fullmatch(r"-?\d+", str(value).strip()) else 0
    if name == "chat_id" and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if name in _YES_NO and isinstance(value, str):
        return value.lower() in {"true", "yes", "1"}
    return value


def read_text(parameters: dict[str, Any], name: str = "text") -> Formatted:
    """The text as it will stand in the message."""
    source = parameters.get(name) or ""
    if not isinstance(source, str):
        refuse("message text must be a String")
    formatted = trimmed(_formatted(source, parameters))
    if is_blank(formatted.text):
        refuse("message text is empty")
    if units(formatted.text) > 4096:
        refuse("message is too long")
    notes = formatted.notes
    if len(formatted.entities) > 100:
        notes = [*notes, f"{len(formatted.entities)} entities, of which Telegram shows 100"]
    return detected(Formatted(formatted.text, formatted.entities[:100], notes))


def _formatted(source: str, parameters: dict[str, Any]) -> Formatted:
    mode = (parameters.get("parse_mode") or "").lower()
    if mode == "html":
        try:
            return parse_html(source)
        except HtmlError as error:
            refuse(f"can't parse entities: {error}")
    if mode in {"markdown", "markdownv2"}:
        return Formatted(source, notes=["Markdown, which is not checked here"])
    if mode:
        refuse("unsupported parse_mode")
    entities = parameters.get("entities") or []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start < 0 or end > units(source):
            refuse(f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}")
    return Formatted(source, list(entities))


def check_markup(markup: Any, *, inline_only: bool = False) -> list[str]:
    """Notes on a keyboard that passes."""
    if not markup:
        return []
    if not isinstance(markup, dict):
        refuse("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _check_inline_keyboard(markup)
    if inline_only:
        refuse("inline keyboard expected")
    if not {"keyboard", "remove_keyboard", "force_reply"} & set(markup):
        return [f"a reply markup of no known kind: {sorted(markup)}"]
    return []


def _check_inline_keyboard(markup: dict[str, Any]) -> list[str]:
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        refuse('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        refuse("REPLY_MARKUP_TOO_LONG")
    notes = [f"a row without buttons, at {i}" for i, row in enumerate(rows) if not row]
    return notes + [note for row in rows for button in row for note in _check_button(button)]


def _check_button(button: Any) -> list[str]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        refuse("can't parse inline keyboard button: Can't find field \"text\"")
    if is_blank(button["text"]):
        refuse("can't parse inline keyboard button: Text must be non-empty")
    kinds = [kind for kind in button if kind in _BUTTON_KINDS]
    if not kinds:
        refuse("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        refuse("BUTTON_DATA_INVALID")
    if "url" in button and not _is_link(button["url"]):
        refuse("BUTTON_URL_INVALID")
    notes = [f"a button with more than one thing to do: {kinds}"] if len(kinds) > 1 else []
    return notes + [f"a button has no part {part!r}" for part in button if part not in _BUTTON_KINDS | _BUTTON_LOOKS]


def _is_link(url: Any) -> bool:
    parts = urlsplit(str(url))
    return parts.scheme in {"http", "https", "tg"} and bool(parts.netloc) and not re.search(r"\s", str(url))


def check_action(action: str) -> None:
    if action not in _ACTIONS:
        refuse("wrong parameter action in request")


def check_inline_answer(parameters: dict[str, Any]) -> list[str]:
    """Notes on an answer to an inline query that passes."""
    results = parameters["results"]
    if not isinstance(results, list):
        refuse("expected an Array of inline query results")
    if len(results) > 50:
        refuse("too many inline query results specified")
    if len((parameters.get("next_offset") or "").encode()) > 64:
        refuse("NEXT_OFFSET_INVALID")
    notes = [] if parameters.get("cache_time", 0) >= 0 else ["a cache_time below 0"]
    notes += [note for result in results for note in _check_result(result)]
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        refuse("RESULT_ID_DUPLICATE")
    return notes + _check_results_button(parameters.get("button"))


def _check_result(result: Any) -> list[str]:
    if not isinstance(result, dict) or result.get("type") not in _RESULT_TYPES:
        refuse("can't parse inline query result: unsupported inline query result type")
    if not isinstance(result.get("id"), str) or not 1 <= len(result["id"].encode()) <= 64:
        refuse("RESULT_ID_INVALID")
    notes = check_markup(result.get("reply_markup"), inline_only=True)
    if result["type"] != "article":
        return notes
    if is_blank(result.get("title") or ""):
        refuse("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        refuse("can't parse inline query result: Can't find field \"input_message_content\"")
    if "message_text" in content:
        notes += read_text(content, "message_text").notes
    return notes + [f"an article has no part {part!r}" for part in result if part not in _ARTICLE]


def _check_results_button(button: Any) -> list[str]:
    if not button:
        return []
    if is_blank(button.get("text") or ""):
        refuse("can't parse inline query results button: Can't find field \"text\"")
    if "web_app" not in button and not is_token(button.get("start_parameter"), 64):
        refuse("START_PARAM_INVALID")
    return [f"a results button has no part {p!r}" for p in button if p not in {"text", "start_parameter", "web_app"}]


def is_token(value: Any, longest: int) -> bool:
    """Whether the value is a word that Telegram takes for a secret or a start parameter."""
    return isinstance(value, str) and bool(re.fullmatch(rf"[A-Za-z0-9_-]{{1,{longest}}}", value))


def check_commands(commands: Any) -> None:
    if not isinstance(commands, list):
        refuse("expected an Array of bot commands")
    if len(commands) > 100:
        refuse("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "").removeprefix("/")):
            refuse("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "").strip()) <= 256:
            refuse("BOT_COMMAND_DESCRIPTION_INVALID")


def check_scope(scope: Any, language: str | None) -> tuple[str, str]:
    """The scope and language as a key to what was set for them."""
    kind = (scope or {"type": "default"}).get("type")
    if kind not in _SCOPES:
        refuse("can't parse BotCommandScope: Unsupported type specified")
    for name in _SCOPES[kind].split():
        if name not in scope:
            refuse(f"can't parse BotCommandScope: Can't find field {name!r}")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        refuse("invalid language code specified")
    return json.dumps(scope or {"type": "default"}, sort_keys=True), language or ""


def check_webhook(parameters: dict[str, Any]) -> None:
    parts = urlsplit(parameters.get("url") or "")
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        refuse("bad webhook: An HTTPS URL must be provided for webhook")
    secret = parameters.get("secret_token") or ""
    if len(secret) > 256:
        refuse("secret token is too long")
    if secret and not is_token(secret, 256):
        refuse("secret token contains unallowed characters")


def known_method(name: str) -> str | None:
    """The method as Telegram spells it; capital letters do not matter."""
    return _SPELLINGS.get(name.lower())


_SPELLINGS = {method.lower(): method for method in METHODS}
