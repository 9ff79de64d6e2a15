"""The table of the Web API's methods."""

from tests.fakes.slack import methods_chat, methods_places, views
from tests.fakes.slack.web_api import Method

METHODS = {
    found.name: found
    for module in (methods_chat, methods_places, views)
    for found in vars(module).values()
    if isinstance(found, Method)
}
