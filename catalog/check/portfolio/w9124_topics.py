"""W9124: topics of NOTIFICATION constraints get the events of every launch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject

REGION = re.compile(r":sns:([a-z0-9-]+):")
"""The Region in the ARN of a topic; does not match a placeholder."""


class Topics(PortfolioControl):
    """A topic works only in its own Region, and a FIFO topic accepts no message without a group.

    A topic of another account works if its policy allows the launching account to publish, which is not known here
    (aws-cloudformation/cloudformation-coverage-roadmap issue 1243).
    """

    id = "W9124"
    shortdesc = "Topics of NOTIFICATION constraints get the events of every launch"
    description = (
        "Each topic of a NOTIFICATION constraint is in the Region that the portfolio is published to, for all Regions "
        "of `[tool.catalog] regions`, and is not a FIFO topic."
    )
    why = (
        "CloudFormation sends the events in the Region of the stack. With a topic elsewhere, launches or messages fail."
    )
    remedy = "Write ${AWS::Region} in the ARN, and create a standard topic with that name in each Region."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-notification.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each topic that does not get the events of every launch."""
        for path, topic in topics(subject):
            match = REGION.search(topic)
            others = [region for region in subject.config.regions if match and region != match[1]]
            if match and others:
                yield path, f"topic {topic} is in {match[1]}, but portfolios are also published to {', '.join(others)}"
            if topic.endswith(".fifo"):
                yield path, f"topic {topic} is a FIFO topic, which accepts no stack events"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each topic."""
        yield from (path for path, _ in topics(subject))


def topics(subject: Subject) -> Iterator[tuple[Path, str]]:
    """(path, ARN) of each topic."""
    for path, _, notification in subject.declared("notification"):
        for index, topic in enumerate(notification["topics"]):
            yield (*path, "topics", index), topic
