"""A Slack to test against: the real slack-bolt and slack_sdk talk to it over the loopback.

It is written from Slack's documents: strict where they speak, lenient where they are silent. It proves nothing about
what the real Slack accepts.
"""

from tests.fakes.slack.clock import ManualClock, WallClock
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.human import SlackPerson
from tests.fakes.slack.state import SCOPES

__all__ = ["SCOPES", "FakeSlack", "Faults", "ManualClock", "SlackPerson", "WallClock"]
