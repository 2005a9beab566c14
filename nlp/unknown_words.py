"""Finds words that no dictionary has in a row of single characters: Viterbi over a hidden Markov model of four states.

A character begins a word (B), stands in its middle (M), ends it (E) or is one (S). The model is jieba's, and so are the
words found; its own code builds a list of states for every state of every character, and takes five times as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEVER = -3.14e100
"""What jieba takes for the logarithm of nothing."""
_UNSEEN = (NEVER, NEVER, NEVER, NEVER)
_B, _M, _E, _S = range(4)
States = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class HiddenMarkov:
    """Log probabilities: of the first state, of a character in each state, of a state after another (``steps``: E to B,
    S to B, B to M, M to M, B to E, M to E, E to S, S to S)."""

    first: States
    of: Mapping[str, States]
    steps: tuple[float, ...]

    @classmethod
    def read(
        cls,
        first: Mapping[str, float],
        *,
        steps: Mapping[str, Mapping[str, float]],
        of: Mapping[str, Mapping[str, float]],
    ) -> HiddenMarkov:
        """From tables by state, as jieba ships them."""
        characters = set().union(*of.values())
        wanted = ("EB", "SB", "BM", "MM", "BE", "ME", "ES", "SS")
        return cls(
            first=(first["B"], first["M"], first["E"], first["S"]),
            of={c: tuple(of[state].get(c, NEVER) for state in "BMES") for c in characters},  # pyright: ignore[reportArgumentType]
            steps=tuple(steps[one].get(other, NEVER) for one, other in wanted),
        )

    def words(self, row: str) -> list[str]:
        """The words of a row of characters, by its likeliest states; an empty row has none."""
        if not row:
            return []
        found, start = [], 0
        states = self._states(row)
        for place, state in enumerate(states):
            if state == _B:
                start = place
            elif state == _E:
                found.append(row[start : place + 1])
            elif state == _S:
                found.append(row[place])
        return found

    def _states(self, row: str) -> Sequence[int]:
        """The likeliest state of each character; of equally likely ones before it, jieba's choice."""
        eb, sb, bm, mm, be, me, es, ss = self.steps
        b, m, e, s = (one + here for one, here in zip(self.first, self.of.get(row[0], _UNSEEN), strict=True))
        before: list[tuple[int, int, int, int]] = []
        for character in row[1:]:
            as_b, as_m, as_e, as_s = self.of.get(character, _UNSEEN)
            b_e, b_s, m_b, m_m = e + eb + as_b, s + sb + as_b, b + bm + as_m, m + mm + as_m
            e_b, e_m, s_e, s_s = b + be + as_e, m + me + as_e, e + es + as_s, s + ss + as_s
            before.append(
                (
                    _S if b_s >= b_e else _E,
                    _M if m_m >= m_b else _B,
                    _M if e_m >= e_b else _B,
                    _S if s_s >= s_e else _E,
                )
            )
            b, m, e, s = max(b_e, b_s), max(m_b, m_m), max(e_b, e_m), max(s_e, s_s)
        states = [_S if s >= e else _E]
        for steps in reversed(before):
            states.append(steps[states[-1]])
        states.reverse()
        return states
