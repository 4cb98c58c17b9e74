"""The engine's steps as one LangChain Runnable: every door and every evaluation runs this and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableLambda

from citecoder.coding.engine import STEPS, Engine, State
from citecoder.model import Request, Review

if TYPE_CHECKING:
    from collections.abc import Callable


def suggest_chain(engine: Engine) -> Runnable[Request, Review]:
    """Return the chain Request → Review, with ``invoke``, ``batch``, ``stream`` and their async forms.

    Args:
        engine: what the steps work with; a second proposer, when there is one, is in it.
    """
    chain: Runnable[Request, State] = RunnableLambda(lambda request: State(request, engine), name="begin")
    for step in STEPS:
        chain = chain | RunnableLambda(step, name=_name(step))
    return chain | RunnableLambda(_review, name="review")


def _name(step: Callable[[State], State]) -> str:
    return step.__name__


def _review(state: State) -> Review:
    if state.review is None:
        raise RuntimeError("the steps ended without a review")
    return state.review
