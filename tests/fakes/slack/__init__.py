"""A Slack to test against: the real slack-bolt and slack_sdk talk to it over the loopback.

It is written from Slack's documents: strict where they speak, lenient where they are silent. It proves nothing about
what the real Slack accepts. To try the bot by hand: ``python -m tests.fakes.slack``. In a test::

    async with FakeSlack(ack_timeout=0.5) as slack:
        app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.api_url))
        ...  # connect it with slack.app_token, or have slack.deliver_to(url)
        await slack.sockets.until_open(1)
        person = SlackPerson(slack)
        asked = await person.say("why 429?")
        (answer,) = await person.settle(1)
        await person.press(answer, "Yes")
        slack.faults.fail("chat.postMessage", status=429, retry_after=0)
        slack.faults.copies = 4
        assert slack.pings() == [] and not slack.saw("EXAMPLE-secret")
"""

from tests.fakes.slack.clock import ManualClock, WallClock
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.human import SlackPerson
from tests.fakes.slack.state import SCOPES

__all__ = ["SCOPES", "FakeSlack", "Faults", "ManualClock", "SlackPerson", "WallClock"]
