"""A process of its own that does one verb on a case after the other, and tells each once it is committed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from casework.cases import accepting, answering, checking, dispatching, reporting, working
from casework.cases.reporting import Facts
from models.case import Case, CaseSource, CaseState, CaseStep
from models.database import connected
from models.sealed import use_secrets
from people.viewers import Viewer, guest, viewer_of

Do = Callable[[Case], Awaitable[object]]


class Crew:
    """小陈, 高书记, 吴 and 王阿姨's chat, as the numbers on the command line say."""

    def __init__(self, chen: Viewer, gao: Viewer, wu: Viewer, wang: Viewer, talk: int) -> None:
        self.chen, self.gao, self.wu, self.wang, self.talk = chen, gao, wu, wang, talk
        self.next: dict[CaseState, Do] = {
            CaseState.REPORTED: lambda case: accepting.accept(case.id, by=self.chen),
            CaseState.ACCEPTED: lambda case: dispatching.dispatch(case.id, by=self.chen),
            CaseState.DISPATCHED: lambda case: dispatching.take_up(case.id, by=self.wu),
            CaseState.HANDLING: self._handling,
            CaseState.HANDLED: lambda case: checking.check(case.id, by=self.chen, way="on_the_spot"),
            CaseState.CHECKED: lambda case: checking.reply(case.id, by=self.gao, text=f"{case.number} 换好了"),
            CaseState.ANSWERED: lambda case: answering.rate(case.id, by=self.wang, solved=True, satisfied=True),
        }

    async def _handling(self, case: Case) -> object:
        if await CaseStep.exists(case_id=case.id, verb="case.contact"):
            return await working.handle(case.id, by=self.wu, note="换了灯泡")
        return await working.contact(case.id, by=self.wu, way="phone", note="约了下午")

    async def report(self) -> None:
        """One more."""
        facts = Facts("stair_light", "3号楼2楼的楼道灯坏了")
        await reporting.report(facts, by=self.wang, source=CaseSource.CHAT, conversation_id=self.talk)

    async def go_on(self) -> bool:
        """The next step of every case there is; False where all have ended."""
        left = await Case.filter(state__in=list(self.next)).order_by("id")
        for case in left:
            await self.next[case.state](case)
            say(f"{case.number} {case.state.value}")
        return bool(left)


def say(line: str) -> None:
    """To whoever reads along."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _known(person_id: int) -> Viewer:
    found = await viewer_of(person_id)
    assert found is not None
    return found


async def main(url: str, reports: int, *who: int) -> None:
    """Report so many, and do what comes next until nothing is left. ``who``: 小陈, 高书记, 吴; place, contact, chat."""
    use_secrets("a secret of tests")
    chen, gao, wu, place, contact, talk = who
    async with connected(url):
        by_name = await _known(chen), await _known(gao), await _known(wu)
        crew = Crew(*by_name, guest(place, contact_id=contact), talk)
        for _ in range(reports):
            await crew.report()
            say("reported")
        while await crew.go_on():
            pass
    say("done")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *[int(one) for one in sys.argv[2:]]))
