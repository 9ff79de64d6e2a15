"""Modals and home tabs: the methods that open and change them, and what a form's answer does to them."""

from typing import Any

from tests.fakes.slack import showing
from tests.fakes.slack.errors import SlackError, invalid
from tests.fakes.slack.methods_chat import named
from tests.fakes.slack.state import View
from tests.fakes.slack.validation import view_problems
from tests.fakes.slack.web_api import Call, method
from tests.fakes.slack.world import World

Json = dict[str, Any]

DEEPEST = 3


def _content(view: Any, kind: str) -> Json:
    problems = view_problems(view)
    if not problems and view["type"] != kind:
        problems = [f"must be {kind} [json-pointer:/view/type]"]
    if problems:
        raise invalid("invalid_arguments", problems)
    return dict(view)


def show(world: World, content: Json, user: str, *, below: View | None = None) -> View:
    """Put a new view before *user*, on top of *below*."""
    name = world.new_id("V")
    team = world.users[user].team_id
    content = {**content, "blocks": named(world, content["blocks"])}
    view = View(world.number(), name, user, team, content, below.root if below else name, below.id if below else "")
    world.views[name] = view
    world.pulse.beat()
    return view


def change(world: World, view: View, content: Json) -> None:
    view.content = {**content, "blocks": named(world, content["blocks"])}
    view.revision += 1
    world.pulse.beat()


def stack(world: World, view: View) -> list[View]:
    """Return the open views on the pile that *view* lies on, the lowest first."""
    return [other for other in world.views.values() if other.root == view.root and other.open]


def answer_form(world: World, view: View, answer: Any) -> Json:
    """Do what the app's answer to a sent form says; return the errors that it shows, by block.

    No answer closes the view, as does ``clear`` with all of its pile.
    """
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action == "errors":
        return dict(answer.get("errors") or {})
    if action == "update":
        change(world, view, _content(answer.get("view"), "modal"))
    elif action == "push":
        show(world, _content(answer.get("view"), "modal"), view.user, below=view)
    elif action == "clear":
        for other in stack(world, view):
            other.open = False
    else:
        view.open = False
    world.pulse.beat()
    return {}


def _trigger(call: Call) -> tuple[str, str]:
    trigger = call.need("trigger_id")
    if trigger not in call.world.triggers:
        raise SlackError("invalid_trigger_id")
    user, view, expires_at = call.world.triggers[trigger]
    if not user:
        raise SlackError("exchanged_trigger_id")
    if expires_at < call.world.clock.time():
        raise SlackError("expired_trigger_id")
    call.world.triggers[trigger] = ("", "", 0.0)
    return user, view


@method("views.open")
def open_view(call: Call) -> Json:
    content = _content(call.args.get("view"), "modal")
    user, _ = _trigger(call)
    return {"view": showing.view(call.world, show(call.world, content, user))}


@method("views.push")
def push_view(call: Call) -> Json:
    content = _content(call.args.get("view"), "modal")
    user, below = _trigger(call)
    if below not in call.world.views:
        raise SlackError("not_found")
    if len(stack(call.world, call.world.views[below])) >= DEEPEST:
        raise SlackError("push_limit_reached")
    return {"view": showing.view(call.world, show(call.world, content, user, below=call.world.views[below]))}


@method("views.update")
def update_view(call: Call) -> Json:
    view = _named(call)
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    change(call.world, view, _content(call.args.get("view"), view.type))
    return {"view": showing.view(call.world, view)}


def _named(call: Call) -> View:
    external = call.text("external_id")
    for view in call.world.views.values():
        if view.open and (
            view.id == call.text("view_id") or (external and view.content.get("external_id") == external)
        ):
            return view
    raise SlackError("not_found")


@method("views.publish")
def publish_view(call: Call) -> Json:
    content = _content(call.args.get("view"), "home")
    user = call.world.users.get(call.text("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    for view in call.world.views.values():
        if view.type == "home" and view.user == user.id:
            if call.text("hash") and call.text("hash") != view.hash:
                raise SlackError("hash_conflict")
            change(call.world, view, content)
            return {"view": showing.view(call.world, view)}
    return {"view": showing.view(call.world, show(call.world, content, user.id))}
