"""W9124: topics of a notification get the events of every launch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject

REGION = re.compile(r":sns:([a-z0-9-]+):")
"""In a topic's ARN that names a Region, and no placeholder."""


class Topics(PortfolioControl):
    """SNS answers a topic's ARN in its own Region alone, and a FIFO topic takes no message without a group.

    A topic of another account works when its policy lets the launching account publish, which is not known here
    (aws-cloudformation/cloudformation-coverage-roadmap issue 1243).
    """

    id = "W9124"
    shortdesc = "Topics of a notification get the events of every launch"
    description = (
        "Each topic of a NOTIFICATION constraint is of the Region that the portfolio is published to, in all of them "
        "(`[tool.catalog] regions`), and is no FIFO topic."
    )
    why = "CloudFormation sends the events where the stack is; to a topic elsewhere launches fail, or nobody is told."
    remedy = "Write ${AWS::Region} in the ARN, and make a standard topic of that name in each Region."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-notification.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each topic that some launch cannot reach."""
        for path, topic in topics(subject):
            named = REGION.search(topic)
            others = [one for one in subject.config.regions if named and one != named[1]]
            if named and others:
                yield path, f"topic {topic} is in {named[1]}, and portfolios are published to {', '.join(others)} too"
            if topic.endswith(".fifo"):
                yield path, f"topic {topic} is a FIFO topic: it takes no events of stacks"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each topic."""
        yield from (path for path, _ in topics(subject))


def topics(subject: Subject) -> Iterator[tuple[Path, str]]:
    """(path, ARN) of each topic."""
    for path, _, notification in subject.declared("notification"):
        for index, topic in enumerate(notification["topics"]):
            yield (*path, "topics", index), topic
